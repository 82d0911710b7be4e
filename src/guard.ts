import { Migration, type DataSource } from 'typeorm';
import type { PhaseChoice } from './migrator/arrange.js';
import type { MigrationEvent } from './migrator/events.js';
import { migrateDown, migrateUp, type MigrateOptions } from './migrator/migrate.js';
import { keepHeartbeat } from './migrator/heartbeat.js';
import { listRevisions, stampOf } from './migrator/revision.js';
import { backfillWords } from './migrator/backfill-words.js';
import { noticeWords } from './migrator/notices.js';
import { assertRunNumbers } from './migrator/run-limits.js';
import { standbyWords } from './migrator/standby-words.js';
import { readRecordedStatus } from './migrator/status.js';
import { withUnchangedArguments } from './databases/unchanged-arguments.js';
import { inWordsOfProject } from './words-of-project.js';

/** TypeORM's options. `fake` means stamp. `transaction` is ignored: each revision has its own transaction. */
export interface TypeormMigrateOptions {
  readonly transaction?: 'all' | 'none' | 'each';
  readonly fake?: boolean;
  /** Which phases it applies; default all that may run now. */
  readonly phases?: PhaseChoice;
  /** Is called with the newest contract revision of a newer release, before anything is changed; it may throw. */
  readonly onNewerContract?: (id: string) => void;
}

/** The options of every migration of a guarded DataSource. */
export interface GuardOptions extends Omit<MigrateOptions, 'target' | 'stamp'> {
  /**
   * False for a script, which contract revisions need not wait for. Otherwise the process keeps a row in the table of
   * heartbeats while the DataSource is connected.
   */
  readonly heartbeat?: false;
}

/** The three ways to migrate that TypeORM's command line, `migrationsRun` and NestJS all call. */
export type GuardedMethods = Pick<DataSource, 'runMigrations' | 'undoLastMigration' | 'showMigrations'>;

/**
 * Routes every way to migrate a DataSource through the migrator of this package. The lock, checksums, the log and the
 * rebuild guard then apply to `runMigrations`, `undoLastMigration`, `migrationsRun` and TypeORM's command line. In an
 * application, contract revisions see its release by its heartbeat.
 *
 * @returns the same DataSource
 */
export function guard<T extends DataSource>(dataSource: T, { heartbeat, ...options }: GuardOptions = {}): T {
  return Object.assign(dataSource, guardedMethods(dataSource, options), {
    buildMetadatas: buildingUnchanged(dataSource as unknown as Building),
    ...(heartbeat === false ? {} : { initialize: initializing(dataSource) }),
  });
}

/** Commands, those of TypeORM included, take the subscribers away before they connect. */
function initializing<T extends DataSource>(dataSource: T): T['initialize'] {
  const initialize = dataSource.initialize.bind(dataSource);
  const declared = listOf(dataSource);
  return async () => {
    await initialize();
    const connected = listOf(dataSource);
    const isOfCommand = connected !== declared && Object.keys(connected ?? [undefined]).length === 0;
    if (!isOfCommand) await keepHeartbeat(dataSource);
    return dataSource;
  };
}

function listOf({ options }: DataSource): DataSource['options']['subscribers'] {
  return options.subscribers;
}

/** TypeORM calls this method once it is connected. */
interface Building {
  readonly buildMetadatas: () => Promise<void>;
}

/** What TypeORM writes into decorators must not reach the next DataSource of the process. */
function buildingUnchanged(dataSource: Building): Building['buildMetadatas'] {
  const { buildMetadatas } = dataSource;
  return () => withUnchangedArguments(() => buildMetadatas.call(dataSource));
}

/** The methods with which `guard` replaces TypeORM's. */
export function guardedMethods(dataSource: DataSource, options: GuardOptions): GuardedMethods {
  assertRunNumbers(options);
  return {
    runMigrations: (typeorm) => inWordsOfProject(runMigrations(dataSource, options, typeorm)),
    undoLastMigration: (typeorm) => inWordsOfProject(undoLastMigration(dataSource, options, typeorm)),
    showMigrations: () => inWordsOfProject(showMigrations(dataSource)),
  };
}

async function runMigrations(
  dataSource: DataSource,
  options: GuardOptions,
  { fake = false, phases, onNewerContract }: TypeormMigrateOptions = {},
): Promise<Migration[]> {
  const words = fake ? 'has been recorded, not executed' : 'has been executed successfully';
  const { done, awaitingContract = [] } = await migrateUp(
    dataSource,
    withLogging(dataSource, words, {
      ...{ ...options, stamp: fake },
      ...(phases ? { phases } : {}),
      ...(onNewerContract ? { onNewerContract } : {}),
    }),
  );
  for (const { id, reason } of awaitingContract)
    dataSource.logger.log('info', `Migration ${id} awaits contract: ${reason}`);
  if (done.length === 0) dataSource.logger.logSchemaBuild('No migrations are pending');
  const instances = new Map(listRevisions(dataSource).map(({ id, migration }) => [id, migration]));
  return done.map(({ id }) => new Migration(undefined, stampOf(id), id, instances.get(id)));
}

async function undoLastMigration(
  dataSource: DataSource,
  options: GuardOptions,
  { fake = false }: TypeormMigrateOptions = {},
): Promise<void> {
  const words = fake ? 'is no longer recorded; it was not reverted' : 'has been reverted successfully';
  const { done } = await migrateDown(dataSource, withLogging(dataSource, words, { ...options, stamp: fake }));
  if (done.length === 0) dataSource.logger.logSchemaBuild('No migrations are applied, nothing to revert');
}

/**
 * Logs each revision, with `[X]` if it is applied. Unlike TypeORM's own, it creates nothing.
 *
 * @returns whether any is pending
 */
async function showMigrations(dataSource: DataSource): Promise<boolean> {
  const { applied, pending, awaitingContract = [] } = await readRecordedStatus(dataSource);
  const lines = [
    ...applied.map(({ id }, index) => ({ id, line: `[X] ${index + 1} ${id}` })),
    ...[...pending, ...awaitingContract.map(({ id }) => id)].map((id) => ({ id, line: `[ ] ${id}` })),
  ];
  for (const { line } of lines.sort((a, b) => stampOf(a.id) - stampOf(b.id)))
    dataSource.logger.logSchemaBuild(line);
  return pending.length > 0;
}

function withLogging(dataSource: DataSource, words: string, options: MigrateOptions): MigrateOptions {
  return {
    ...options,
    onEvent: (event) => {
      logEvent(dataSource, words, event);
      options.onEvent?.(event);
    },
  };
}

function logEvent({ logger }: DataSource, words: string, event: MigrationEvent): void {
  if (event.kind === 'finished') logger.logSchemaBuild(`Migration ${event.revision} ${words}.`);
  else if (event.kind === 'warning') logger.log('warn', event.message);
  else if (event.kind === 'waiting') logger.log('warn', `Waiting for the migration lock: ${event.holder}`);
  else if (event.kind === 'awaiting-contract')
    logger.log('info', `Migration ${event.revision} awaits contract: ${event.reason}`);
  else if (event.kind === 'notice')
    logger.log(event.severity === 'warning' ? 'warn' : 'info', noticeWords(event));
  else if (event.kind === 'standbys-behind' || event.kind === 'standbys-replayed')
    logger.log('info', standbyWords(event));
  else if (event.kind === 'progress') logger.log('info', `${event.revision}: ${backfillWords(event)}`);
  else if (event.kind === 'notices-omitted') logger.log('info', noticeWords(event));
  else if (event.kind === 'retrying')
    logger.log('warn', `${event.revision} will be retried in ${event.pauseMs} ms (${event.reason})`);
}
