import {
  DataSource,
  Migration,
  type DataSourceOptions,
  type MigrationInterface,
  type QueryRunner,
  type ReplicationMode,
} from 'typeorm';
import { dialectNamed, type Dialect } from './dialect/dialect.js';
import { applyEntityTypes } from './dialect/entity-types.js';
import { writeInstantsInUpdates } from './dialect/update-date.js';
import { ConnectError, OrchestratorDbError } from './errors.js';
import type { LineLogger } from './logger.js';
import { migrateDown, migrateUp, readStatus, type MigrateOptions } from './migrator/migrator.js';
import type { Settings } from './settings.js';
import { EntityValidationSubscriber } from './validation/entity-validation-subscriber.js';

/** What a database holds, handed in by the application. */
export interface DataSourceContents {
  readonly entities: readonly Function[];
  readonly migrations: readonly (new () => MigrationInterface)[];
  readonly logger: LineLogger;
}

/** `fake` means stamp. `transaction` is ours to decide and is ignored: each revision has its own. */
interface TypeormMigrateOptions {
  readonly transaction?: 'all' | 'none' | 'each';
  readonly fake?: boolean;
}

/**
 * Makes the DataSource that an application and TypeORM's command line use. It never synchronizes. It is not connected
 * yet: call `initialize()`.
 */
export function createDataSource(settings: Settings, contents: DataSourceContents): GuardedDataSource {
  const dialect = dialectNamed(settings.database.dialect);
  const options: DataSourceOptions = {
    ...dialect.connectionOptions(settings),
    entities: [...contents.entities],
    migrations: [...contents.migrations],
    subscribers: [EntityValidationSubscriber],
    logger: contents.logger,
    synchronize: false,
    dropSchema: false,
    migrationsRun: false,
  };
  return new GuardedDataSource(options, settings, dialect);
}

/**
 * A DataSource whose every way to migrate goes through our migrator: `migrationsRun`, NestJS and TypeORM's command
 * line all call the three methods overridden here.
 */
export class GuardedDataSource extends DataSource {
  readonly settings: Settings;
  readonly #dialect: Dialect;
  #connected = false;

  constructor(options: DataSourceOptions, settings: Settings, dialect: Dialect) {
    super(options);
    this.settings = settings;
    this.#dialect = dialect;
  }

  /**
   * Connects.
   *
   * @throws ConnectError naming the database, without its password, and the reason
   */
  override async initialize(): Promise<this> {
    this.#connected = false;
    const { readonly: readOnly = false } = this.options as { readonly readonly?: boolean };
    this.#dialect.assertReachable(this.settings, { readOnly });
    try {
      return await super.initialize();
    } catch (error) {
      if (this.#reachedServer() || error instanceof OrchestratorDbError) throw error;
      throw new ConnectError(this.settings.database.shown, this.#dialect.explainConnectFailure(error), {
        cause: error,
      });
    }
  }

  /** Applies all pending revisions; see migrateUp. */
  override async runMigrations(options: TypeormMigrateOptions = {}): Promise<Migration[]> {
    const { done } = await migrateUp(
      this,
      this.#migrateOptions(
        options,
        options.fake ? 'has been recorded, not executed' : 'has been executed successfully',
      ),
    );
    if (done.length === 0) this.logger.logSchemaBuild('No migrations are pending');
    return done.map((revision) => new Migration(undefined, revision.stamp, revision.id, revision.migration));
  }

  /** Reverts the current revision; see migrateDown. */
  override async undoLastMigration(options: TypeormMigrateOptions = {}): Promise<void> {
    const { done } = await migrateDown(
      this,
      this.#migrateOptions(
        options,
        options.fake ? 'is recorded no more, it was not reverted' : 'has been reverted successfully',
      ),
    );
    if (done.length === 0) this.logger.logSchemaBuild('No migrations are applied, nothing to revert');
  }

  /**
   * Logs each revision, `[X]` when it is applied, and creates nothing, unlike TypeORM's own.
   *
   * @returns whether any is pending
   */
  override async showMigrations(): Promise<boolean> {
    const { known, applied, pending } = await readStatus(this);
    for (const id of known) {
      const position = applied.indexOf(id);
      this.logger.logSchemaBuild(position < 0 ? `[ ] ${id}` : `[X] ${position + 1} ${id}`);
    }
    return pending.length > 0;
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
    await super.buildMetadatas();
    applyEntityTypes(this);
  }

  #reachedServer(): boolean {
    return this.#connected;
  }

  #migrateOptions(options: TypeormMigrateOptions, words: string): MigrateOptions {
    return {
      stamp: options.fake ?? false,
      onStep: ({ kind, revision }) => {
        if (kind === 'finished') this.logger.logSchemaBuild(`Migration ${revision} ${words}.`);
      },
    };
  }
}
