import type { DataSource } from 'typeorm';
import { databaseOf } from '../../databases/registry.js';
import { ConnectError, UsageError } from '../../errors/base.js';
import type { ExitCode } from '../io.js';
import { acceptedFor } from '../accepted.js';
import { writing, type CommandContext } from '../open.js';
import { printDocument } from '../print-document.js';
import { phasesIn } from '../options.js';
import { summariseTables, summaryLines } from '../table-summary.js';
import {
  applyPending,
  compareSchema,
  differencesIn,
  type InitOptions,
  type InitReport,
  type InitStep,
} from './init.js';

const PAUSE_MS = 500;

/**
 * Prepares the database of another project: waits for it, applies pending revisions and compares it with the entities.
 * It inserts no rows, since only the project knows its first ones.
 *
 * @param file exports the DataSource
 */
export async function initOther(
  file: string,
  options: InitOptions,
  context: CommandContext,
): Promise<ExitCode> {
  if (options.admin !== undefined)
    throw new UsageError('--admin and -d: pass only one of them. Only this project has administrators.');
  phasesIn(options);
  const { io } = context;
  const accepted = await acceptedFor(options);
  const say = options.json ? io.err : io.out;
  const report = await whenReachable(options.wait * 1000, context, (onConnected) =>
    writing({ dataSource: file }, context, (dataSource) => {
      onConnected();
      return bringUp({ options, io, say, dataSource, accepted });
    }),
  );
  if (options.json) printDocument(io, 'init', report);
  return report.status === 'ready' ? 0 : 2;
}

/** Retries for up to `limitMs` while the server is not reachable yet; never once it was. */
async function whenReachable<T>(
  limitMs: number,
  { io }: CommandContext,
  use: (onConnected: () => void) => Promise<T>,
): Promise<T> {
  const deadline = io.now() + limitMs;
  for (;;) {
    const reached = { yes: false };
    try {
      return await use(() => void (reached.yes = true));
    } catch (error) {
      const isWorthWaiting = !reached.yes && error instanceof ConnectError && error.failure.transient;
      if (!isWorthWaiting || io.now() + PAUSE_MS >= deadline) throw error;
    }
    await io.pause(PAUSE_MS);
  }
}

async function bringUp(step: InitStep<DataSource>): Promise<InitReport> {
  const { dataSource, options, say } = step;
  const database = databaseOf(dataSource).place(dataSource).shown;
  say(`database ${database}`);
  const outcome = await applyPending(step);
  const drift = await compareSchema(step, '');
  const { status, dialect } = drift;
  const tables = status === 'in-sync' ? await summariseTables(dataSource) : [];
  for (const row of summaryLines(tables)) if (tables.length > 0) say(`  ${row}`);
  return {
    status: status === 'in-sync' ? 'ready' : 'drifted',
    ...{ environment: options.env, dialect, database },
    ...outcome,
    ...differencesIn(drift),
    ...{ seeded: [], admin: null, tables },
  };
}
