import type { DataSource } from 'typeorm';
import { databaseOf } from '../../databases/registry.js';
import { checkAgainst } from '../../drift/check-drift.js';
import { StampRefusedError } from '../../errors/migration.js';
import { CitusWorkerError } from '../../errors/server.js';
import { stampAt } from '../../migrator/migrate.js';
import { listRevisions } from '../../migrator/revision.js';
import { resolveName } from '../../migrator/target.js';
import { describeChange } from '../../schema/describe-change.js';
import { acceptedFor, warnOfStale, type AcceptedOption } from '../accepted.js';
import type { ExitCode, ShowText } from '../io.js';
import { writing, type CommandContext, type DataSourceOption } from '../open.js';
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
    await writing(options, context, async (dataSource) => {
      if (!options.force && leadsToHead(dataSource, target)) await assertInSync(dataSource, options, io.err);
      const lockWaitMs = options.lockWait * 1000;
      const report = await io.whileStoppable((signal) =>
        stampAt(dataSource, target, { lockWaitMs, clock: io, signal, onEvent: progress.onEvent }),
      );
      reportOutcome(report, io, options);
    });
    return 0;
  } finally {
    progress.stop();
  }
}

function leadsToHead(dataSource: DataSource, target: string): boolean {
  const ids = listRevisions(dataSource).map(({ id }) => id);
  if (target === 'base' || ids.length === 0 || /^[+-]\d+$/.test(target)) return false;
  return target === 'head' || resolveName(target, ids) === ids.at(-1);
}

async function assertInSync(dataSource: DataSource, options: AcceptedOption, say: ShowText): Promise<void> {
  const accepted = await acceptedFor(options);
  const report = await checkAgainst(dataSource, { accepted, atHead: true });
  const { changes, citusWorker } = report;
  if (citusWorker) throw new CitusWorkerError(databaseOf(dataSource).shownDatabase(dataSource));
  if (accepted) warnOfStale(report, accepted.file, say);
  for (const change of changes) say(`  ${describeChange(change)}`);
  if (changes.length > 0) throw new StampRefusedError(changes.map(describeChange));
}
