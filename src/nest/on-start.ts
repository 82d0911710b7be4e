import type { Clock } from '../clock.js';
import type { GuardedDataSource } from '../data-source.js';
import type { ConnectFailure } from '../databases/database.js';
import { databaseOf } from '../databases/registry.js';
import type { AcceptedDrift } from '../drift/accepted/accepted-file.js';
import { checkAgainst } from '../drift/check-drift.js';
import { isUnreliable, reportLines, staleLines, viewLines } from '../drift/report.js';
import { newerContract } from '../drift/releases.js';
import { ReleaseTooOldError } from '../errors/phases.js';
import { pendingRevisions } from '../migrator/migrate.js';
import { listRevisions } from '../migrator/revision.js';
import { ConnectError } from '../errors/base.js';
import { StartRefusedError, StartWaitError } from '../errors/start.js';
import { onStopSignals } from '../stop-signals.js';
import { inWordsOfProject } from '../words-of-project.js';
import { readPendingWithDeadline } from './with-deadline.js';

/** Every policy. */
export const ON_START: readonly OnStart[] = ['nothing', 'check', 'migrate', 'wait'];

/**
 * What an application does about the schema while it starts: `nothing`; `check` that it matches the entities;
 * `migrate`, one process at a time; or `wait` until another process has migrated.
 */
export type OnStart = 'nothing' | 'check' | 'migrate' | 'wait';

/** How an application starts. */
interface StartOptions {
  readonly onStart: OnStart;
  /** How long `wait` waits, milliseconds. */
  readonly waitMs: number;
  /** Whether `migrate` also applies contract revisions that may run. */
  readonly contract?: boolean;
  /** Differences that do not refuse the start. */
  readonly accepted?: AcceptedDrift | undefined;
  readonly clock: Clock;
  /** Takes one line for each event. */
  readonly log: (line: string) => void;
}

const POLL_MS = 500;

/**
 * Applies the policy to a connected DataSource.
 *
 * @throws StartRefusedError with the report, for drift, for uncomparable objects and for pending revisions
 * @throws ReleaseTooOldError where a contract revision is applied that is newer than the code
 * @throws StartWaitError when no process has migrated within the limit
 * @throws ConnectError when the server is unreachable at the limit
 * @throws the errors of `migrateUp`
 */
export async function applyOnStart(dataSource: GuardedDataSource, options: StartOptions): Promise<void> {
  const { onStart } = options;
  if (onStart === 'check') await inWordsOfProject(assertInSync(dataSource, options));
  if (onStart === 'migrate') await inWordsOfProject(migrate(dataSource, options));
  if (onStart === 'wait') await inWordsOfProject(waitUntilMigrated(dataSource, options));
}

async function assertInSync(dataSource: GuardedDataSource, { accepted, log }: StartOptions): Promise<void> {
  const report = await checkAgainst(dataSource, { accepted });
  if (report.newerContract !== undefined) throw tooOld(dataSource, report.newerContract);
  if (isUnreliable(report)) throw new StartRefusedError(shownOf(dataSource), reportLines(report, false));
  const also = report.accepted.length > 0 ? `, ${report.accepted.length} accepted difference(s)` : '';
  log(`schema in sync with the entities (${report.tables} tables)${also}`);
  for (const line of viewLines(report)) log(line);
  for (const line of staleLines(report)) log(`${accepted?.file ?? ''}: ${line}`);
}

async function migrate(dataSource: GuardedDataSource, { log, contract }: StartOptions): Promise<void> {
  const phases = contract ? 'all' : 'start';
  const onNewerContract = (id: string) => {
    throw tooOld(dataSource, id);
  };
  const done = await stoppably(dataSource, () => dataSource.runMigrations({ phases, onNewerContract }));
  if (done.length === 0) log('no pending revision');
  for (const { name } of done) log(`applied ${name}`);
}

/** Migrates and stops on a signal: Nest has no hook for signals while it starts. */
async function stoppably<T>(dataSource: GuardedDataSource, migrate: () => Promise<T>): Promise<T> {
  const done = onStopSignals((signal) => dataSource.stopMigrating(signal));
  try {
    return await migrate();
  } finally {
    done();
  }
}

async function waitUntilMigrated(dataSource: GuardedDataSource, options: StartOptions): Promise<void> {
  const { clock, log, waitMs } = options;
  const deadline = clock.now() + waitMs;
  for (let confirmed = ''; ;) {
    const isLast = clock.now() >= deadline;
    const waited = await whatIsWaitedFor(dataSource, options, isLast ? waitMs : undefined);
    if (waited === undefined) break;
    if (waited !== confirmed) log(`waiting until ${waited}`);
    confirmed = waited;
    await clock.pause(Math.min(POLL_MS, Math.max(deadline - clock.now(), 1)));
  }
  await assertNotTooOld(dataSource);
  log('no pending revision');
}

async function assertNotTooOld(dataSource: GuardedDataSource): Promise<void> {
  const contract = newerContract(await pendingRevisions(dataSource));
  if (contract !== undefined) throw tooOld(dataSource, contract);
}

function tooOld(dataSource: GuardedDataSource, contract: string): ReleaseTooOldError {
  return new ReleaseTooOldError(shownOf(dataSource), contract, listRevisions(dataSource).at(-1)?.id ?? null);
}

/** What is still missing, in words; undefined when nothing is. Throws at the limit. */
async function whatIsWaitedFor(
  dataSource: GuardedDataSource,
  { clock }: StartOptions,
  waitedMs: number | undefined,
): Promise<string | undefined> {
  try {
    const { pending } = await readPendingWithDeadline(dataSource, clock);
    if (pending.length === 0) return undefined;
    if (waitedMs !== undefined) throw new StartWaitError(shownOf(dataSource), waitedMs, pending);
    return `another process has applied ${pending.length} pending revisions`;
  } catch (error) {
    const failure = failureOf(dataSource, error);
    if (!failure.transient) throw error;
    if (waitedMs !== undefined) throw new ConnectError(shownOf(dataSource), failure, { cause: error });
    return `the server answers again: ${failure.reason}`;
  }
}

function failureOf(dataSource: GuardedDataSource, error: unknown): ConnectFailure {
  return error instanceof ConnectError ? error.failure : databaseOf(dataSource).explainConnectFailure(error);
}

function shownOf({ settings }: GuardedDataSource): string {
  return settings.database.shown;
}
