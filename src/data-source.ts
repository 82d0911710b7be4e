import {
  DataSource,
  type Migration,
  type DataSourceOptions,
  type EntitySubscriberInterface,
  type MigrationInterface,
  type QueryRunner,
  type ReplicationMode,
} from 'typeorm';
import type { ConnectionSettings, Database } from './databases/database.js';
import { ownErrorIn } from './databases/driver-error.js';
import { databaseNamed } from './databases/registry.js';
import { withUnchangedArguments } from './databases/unchanged-arguments.js';
import { applyEntityTypes } from './metadata/entity-types.js';
import { leavePartitionKeys } from './metadata/partition-keys.js';
import { writeInstantsInUpdates } from './metadata/update-date.js';
import { ConnectError, NotConnectedError } from './errors/base.js';
import { MigrationAbortedError } from './errors/migration.js';
import {
  guardedMethods,
  type GuardedMethods,
  type GuardOptions,
  type TypeormMigrateOptions,
} from './guard.js';
import type { DatabaseTarget } from './database-url.js';
import { errorLogger } from './error-logger.js';
import { LineLogger } from './logger.js';
import { Heartbeat } from './migrator/heartbeat.js';
import type { DirectSource } from './migrator/direct-connection.js';
import { assertSound } from './migrator/revision-folder.js';
import { assertRunNumbers } from './migrator/run-limits.js';
import { assertSameDatabase } from './migrator/same-database.js';
import { assertNumbers } from './number-options.js';
import { EntityValidationSubscriber } from './validation/entity-validation-subscriber.js';

/** The entities, revisions and subscribers of a database, from the application. */
export interface DataSourceContents {
  readonly entities: readonly Function[];
  readonly migrations: readonly (new () => MigrationInterface)[];
  /** Called for every write after EntityValidationSubscriber, in this order. */
  readonly subscribers?: readonly (new () => EntitySubscriberInterface)[];
  /** Default: warnings and errors, to standard error. */
  readonly logger?: LineLogger;
  /** The list of applied revisions; the names of the log begin with it. Default `migrations`. */
  readonly migrationsTableName?: string;
  /** Where the files of the migrations are, so that one that is not in the list is reported. */
  readonly migrationsFolder?: string;
  /** The options of runMigrations and undoLastMigration. */
  readonly migrating?: GuardOptions;
  /** Whether node-postgres reads each bigint as a number, in the whole process. SQLite's drivers always do. */
  readonly parseInt8?: boolean;
  /**
   * `false` for a script that is no replica of the application: contract revisions do not wait for it. Default: while
   * the DataSource is connected, its process keeps a row in the table of heartbeats.
   */
  readonly heartbeat?: false;
}

/**
 * Creates the DataSource that an application and TypeORM's command line use. It never synchronizes. It is not connected
 * yet: call `initialize()`.
 */
export function createDataSource(
  settings: ConnectionSettings,
  contents: DataSourceContents,
): GuardedDataSource {
  return new GuardedDataSource(settings, contents);
}

function optionsOf(
  settings: ConnectionSettings,
  contents: DataSourceContents,
  dialect: Database,
): DataSourceOptions {
  return {
    ...dialect.connectionOptions(settings),
    entities: [...contents.entities],
    migrations: [...contents.migrations],
    ...nameOfList(contents.migrationsTableName),
    ...(contents.parseInt8 === undefined ? {} : { parseInt8: contents.parseInt8 }),
    subscribers: subscribersOf(contents),
    logger: contents.logger ?? errorLogger(),
    synchronize: false,
    dropSchema: false,
    migrationsRun: false,
  };
}

/** TypeORM does not take undefined for its default. */
function nameOfList(name: string | undefined): Pick<DataSourceContents, 'migrationsTableName'> {
  return name === undefined ? {} : { migrationsTableName: name };
}

/** The validation comes first, so that other subscribers see only valid values. */
function subscribersOf({ subscribers = [] }: DataSourceContents): (new () => EntitySubscriberInterface)[] {
  return [EntityValidationSubscriber, ...subscribers];
}

/**
 * A DataSource that always migrates through our migrator: `migrationsRun`, NestJS and TypeORM's command line all call
 * the three methods overridden here.
 */
export class GuardedDataSource extends DataSource implements DirectSource {
  readonly settings: ConnectionSettings;
  readonly #contents: DataSourceContents;
  readonly #dialect: Database;
  readonly #stop = new AbortController();
  #connected = false;
  #heartbeat: Heartbeat | undefined;

  constructor(settings: ConnectionSettings, contents: DataSourceContents) {
    assertNumbers(settings, ['poolSize', 'connectTimeoutMs', 'statementTimeoutMs', 'busyTimeoutMs']);
    assertRunNumbers(contents.migrating ?? {});
    const dialect = databaseNamed(settings.database.dialect);
    super(optionsOf(settings, contents, dialect));
    this.settings = settings;
    this.#contents = contents;
    this.#dialect = dialect;
  }

  /**
   * Connects, and writes the first heartbeat of this process.
   *
   * @throws RevisionInvalidError before it connects
   * @throws ConnectError naming the database, without its password, and the reason
   * @throws ReplicaDiffersError for a URL of DATABASE_REPLICA_URLS that leads to no replica of this database
   * @throws WritesOnStandbyError for a DATABASE_URL that leads to a standby, with DATABASE_REPLICA_URLS
   */
  override async initialize(): Promise<this> {
    this.#connected = false;
    this.assertSound();
    const { readonly: readOnly = false } = this.options as { readonly readonly?: boolean };
    this.#dialect.assertReachable(this.settings, { readOnly });
    try {
      await super.initialize();
      await this.#assertReplicas();
      if (this.#isOfApplication()) this.#heartbeat = await Heartbeat.begin(this);
      return this;
    } catch (error) {
      const own = ownErrorIn(error);
      if (own !== undefined || this.#reachedServer()) throw own ?? error;
      throw new ConnectError(this.settings.database.shown, this.#dialect.explainConnectFailure(error), {
        cause: error,
      });
    }
  }

  /** Disconnects, and deletes the heartbeat of this process before. */
  override async destroy(): Promise<void> {
    const heartbeat = this.#heartbeat;
    this.#heartbeat = undefined;
    await heartbeat?.stop();
    await super.destroy();
  }

  /** Commands, those of TypeORM included, connect without subscribers. */
  #isOfApplication(): boolean {
    const { subscribers = [] } = this.options;
    return this.#contents.heartbeat !== false && Object.keys(subscribers).length > 0;
  }

  /** @throws RevisionInvalidError for an invalid list of migrations, or a file that is not in it */
  assertSound(): void {
    assertSound(this.#contents.migrations, this.#contents.migrationsFolder);
  }

  /** Where the files of the migrations are; undefined where that is unknown. */
  get migrationsFolder(): string | undefined {
    return this.#contents.migrationsFolder;
  }

  /** Applies all pending revisions; see migrateUp. Through DATABASE_DIRECT_URL where that is set. */
  override runMigrations(options?: TypeormMigrateOptions): Promise<Migration[]> {
    return this.#guarded().runMigrations(options);
  }

  /** Reverts the current revision; see migrateDown. Through DATABASE_DIRECT_URL where that is set. */
  override undoLastMigration(options?: TypeormMigrateOptions): Promise<void> {
    return this.#guarded().undoLastMigration(options);
  }

  /** Logs each revision, with `[X]` if it is applied. Returns whether any is pending. It creates nothing. */
  override showMigrations(): Promise<boolean> {
    return this.#guarded().showMigrations();
  }

  /**
   * Ends a current run of migrations: the running revision is rolled back, and the lock released.
   *
   * @param reason what requests it, `SIGTERM` for example
   */
  stopMigrating(reason: string): void {
    this.#stop.abort(new MigrationAbortedError(reason));
  }

  override createQueryRunner(mode?: ReplicationMode): QueryRunner {
    const queryRunner = super.createQueryRunner(mode);
    const { capabilities, entityTypes } = this.#dialect;
    if (!capabilities.currentTimestampIsInstant) writeInstantsInUpdates(queryRunner, entityTypes.instant.now);
    return queryRunner;
  }

  /** TypeORM calls it once it is connected. */
  protected override async buildMetadatas(): Promise<void> {
    this.#connected = true;
    await withUnchangedArguments(() => super.buildMetadatas());
    applyEntityTypes(this);
    leavePartitionKeys(this);
    Object.assign(this, { subscribers: inOrder(this.subscribers, subscribersOf(this.#contents)) });
  }

  /** Builds the metadata of the entities as connecting does, and connects to nothing. */
  buildUnconnected(): Promise<void> {
    return this.buildMetadatas();
  }

  async #assertReplicas(): Promise<void> {
    try {
      await this.#dialect.assertReplicas(this, this.settings);
    } catch (error) {
      await this.destroy();
      throw error;
    }
  }

  #reachedServer(): boolean {
    return this.#connected;
  }

  #guarded(): GuardedMethods {
    return guardedMethods(this, { ...this.#contents.migrating, signal: this.#stop.signal });
  }

  /**
   * The same entities and revisions on another database, a scratch one for example. Not connected yet.
   *
   * @param more revisions after the existing ones
   * @param given whether it has the existing ones; default true
   */
  elsewhere(
    database: DatabaseTarget,
    more: readonly (new () => MigrationInterface)[] = [],
    { revisions = true }: { readonly revisions?: boolean } = {},
  ): GuardedDataSource {
    const { migrationsFolder, ...contents } = this.#contents;
    const own = revisions && migrationsFolder !== undefined ? { migrationsFolder } : {};
    return createDataSource(
      { ...this.settings, database, direct: database, replicas: [], observed: [] },
      {
        ...contents,
        ...own,
        // Its schema is not there, and a scratch database has no other list.
        ...nameOfList(contents.migrationsTableName?.split('.').at(-1)),
        migrations: [...(revisions ? contents.migrations : []), ...more],
        logger: new LineLogger('error', () => undefined),
        heartbeat: false,
      },
    );
  }

  /**
   * Runs `use` with a DataSource on DATABASE_DIRECT_URL, where that is set: migrations bypass a pooler. Of several
   * servers it is on the primary.
   *
   * @throws DirectDatabaseDiffersError when it leads to another database
   * @throws ConnectError when none or more than one of several servers is a primary
   */
  async onDirect<T>(use: (direct: DataSource) => Promise<T>): Promise<T> {
    const { database, direct = database } = this.settings;
    const server = await this.#dialect.primaryOf({ ...this.settings, database: direct });
    if (server === database) return use(this);
    if (!this.isInitialized) throw new NotConnectedError();
    const { replicas = [], observed = replicas } = this.settings;
    const settings = { ...this.settings, database: server, replicas: [], observed };
    const dataSource = createDataSource(settings, { ...this.#contents, heartbeat: false });
    dataSource.setOptions(this.#dialect.survivingOptions(dataSource));
    await dataSource.initialize();
    try {
      if (direct !== database)
        await assertSameDatabase({ dataSource: this, target: database }, { dataSource, target: direct });
      return await use(dataSource);
    } finally {
      await dataSource.destroy();
    }
  }
}

/** The subscribers in the order of their classes. TypeORM orders them as their modules were loaded. */
function inOrder<T extends object>(subscribers: readonly T[], classes: readonly Function[]): T[] {
  const rankOf = (subscriber: T) => classes.indexOf(subscriber.constructor);
  return [...subscribers].sort((a, b) => rankOf(a) - rankOf(b));
}
