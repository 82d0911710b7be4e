import { stampOver } from '../../migrator/migrate.js';
import { resolveName } from '../../migrator/target.js';
import { withAccess } from '../access.js';
import type { AcceptedOption } from '../accepted.js';
import type { ExitCode } from '../io.js';
import type { CommandContext, DataSourceOption } from '../open.js';
import { showProgress } from '../progress.js';
import { reportOutcome } from '../run-outcome.js';

/** Options of `stamp`, as given. */
export interface StampOptions extends DataSourceOption, AcceptedOption {
  /** Seconds. */
  readonly lockWait: number;
  readonly force: boolean;
  readonly json: boolean;
}

/**
 * Records that a database is at a revision, and runs nothing. It adopts a database that another tool has created.
 * Before it records head, it compares the schema with the entities.
 *
 * @returns 0 recorded, 3 refused, because the schema differs from the entities
 */
export async function stamp(
  target: string,
  options: StampOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const { io } = context;
  const progress = showProgress(io, options.json ? io.err : io.out);
  try {
    const compares = (ids: readonly string[]) => !options.force && leadsToHead(ids, target);
    await withAccess(options, {
      context,
      purpose: 'write',
      entitiesFor: ({ revisions }) => (compares(idsOf(revisions)) ? COMPARES : undefined),
      use: async (access) => {
        const { dataSource } = access;
        if (dataSource && compares(idsOf(access.project().revisions))) {
          const { assertInSync } = await import('../assert-in-sync.js');
          await assertInSync(dataSource, options, io.err);
        }
        const lockWaitMs = options.lockWait * 1000;
        const report = await io.whileStoppable((signal) =>
          stampOver(access, target, { lockWaitMs, clock: io, signal, onEvent: progress.onEvent }),
        );
        reportOutcome(report, io, options);
      },
    });
    return 0;
  } finally {
    progress.stop();
  }
}

const COMPARES = 'stamp compares the schema with the entities before it records head.';

function idsOf(revisions: readonly { readonly id: string }[]): readonly string[] {
  return revisions.map(({ id }) => id);
}

function leadsToHead(ids: readonly string[], target: string): boolean {
  if (target === 'base' || ids.length === 0 || /^[+-]\d+$/.test(target)) return false;
  return target === 'head' || resolveName(target, ids) === ids.at(-1);
}
