import {
  Logger,
  type DynamicModule,
  type InjectionToken,
  type ModuleMetadata,
  type Provider,
} from '@nestjs/common';
import { getDataSourceToken, TypeOrmModule, type TypeOrmModuleOptions } from '@nestjs/typeorm';
import { systemClock } from '../clock.js';
import type { GuardedDataSource } from '../data-source.js';
import { knowSnapshot, type SnapshotSource } from '../drift/known-views.js';
import { loadAccepted, type AcceptedDrift, type AcceptedSource } from '../drift/accepted/accepted-file.js';
import { ConnectError, isOwnError } from '../errors/base.js';
import { DatabaseOptionError } from '../errors/start.js';
import { isProduction } from '../settings.js';
import { keepHeartbeat } from '../migrator/heartbeat.js';
import { visible } from '../text/visible.js';
import { wantedNumber } from '../number-options.js';
import { DatabaseHealthIndicator } from './health-indicator.js';
import { PartitionTimer } from './partition-timer.js';
import { applyOnStart, ON_START, type OnStart } from './on-start.js';
import { assertPage, DatabasePage, pageController, type DatabasePageOptions } from './page.js';
import { Readiness, SHOW_DETAILS, type ShowDetails } from './readiness.js';

/** The options of one database of an application. */
export interface DatabaseModuleOptions {
  /** The DataSource of `ormconfig.ts`, not connected: the application and the command line have one configuration. */
  readonly dataSource: GuardedDataSource;
  /** What the application does about the schema while it starts; default `check`. */
  readonly onStart?: OnStart;
  /**
   * Whether `migrate` also applies contract revisions, which remove what only older releases use, once no older release
   * is connected; default false. On a database without records it always does.
   */
  readonly contract?: boolean;
  /** How long `wait` waits for another process to migrate, milliseconds; default 60000. */
  readonly waitMs?: number;
  /** How long readiness uses the result of a drift check, milliseconds; default 60000. */
  readonly driftCacheMs?: number;
  /**
   * By how much the replicas that the DataSource reads from may lag behind, milliseconds; also its own server, where that
   * is a standby. Readiness is down while one of them lags by more. Default: readiness does not look at them.
   */
  readonly maxLagMs?: number;
  /**
   * Differences that neither refuse the start nor make readiness down: the path of `accepted-drift.json`, or its
   * content; default none.
   */
  readonly acceptedDrift?: AcceptedSource;
  /**
   * The snapshot that `generate` writes beside the revisions: the path of `snapshot.json`, or its content. Views are
   * compared with it; default the texts that TypeORM records.
   */
  readonly snapshot?: SnapshotSource;
  /**
   * How often the application makes the next partitions of tables with `@Partitioned`, and drops those that are older than
   * `keep`, milliseconds, at least 1000; one replica does it at a time. It also deletes rows of entities with `@Expires`.
   * Default: never.
   */
  readonly keepPartitionsMs?: number;
  /**
   * Whether health shows names of revisions, tables and constraints: `never`, the default, or `always`, for a path that
   * only operators of the application can reach.
   */
  readonly showDetails?: ShowDetails;
}

/** The name of one database of several, as in `@InjectRepository(entity, name)`. */
export interface NamedDatabase {
  readonly name?: string;
  /**
   * A page with the report of the database: schema, revisions, history, drift and sizes. Default: no page. In production
   * it requires a guard.
   */
  readonly page?: DatabasePageOptions;
}

/** The same options from a function with injected providers. */
export interface DatabaseModuleAsyncOptions extends NamedDatabase, Pick<ModuleMetadata, 'imports'> {
  /** Classes whose repositories can be injected; required, because Nest reads them before the DataSource exists. */
  readonly entities: readonly Function[];
  readonly inject?: readonly InjectionToken[];
  // The parameters are the providers that `inject` names, which TypeScript cannot know.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly useFactory: (...args: any[]) => DatabaseModuleOptions | Promise<DatabaseModuleOptions>;
}

const DEFAULT_NAME = 'default';
const DEFAULT_WAIT_MS = 60_000;
const DEFAULT_DRIFT_CACHE_MS = 60_000;
const logger = new Logger('Database');

/** The database of a NestJS application: connected, checked or migrated on start, with repositories and health. */
export class DatabaseModule {
  /**
   * Registers an existing DataSource.
   *
   * Findings of `onStart` fail the start at once. Only an unreachable server is retried, as @nestjs/typeorm does: 10
   * times, 3 seconds apart.
   */
  static forRoot({ name, page, ...options }: DatabaseModuleOptions & NamedDatabase): DynamicModule {
    const entities = options.dataSource.options.entities as readonly Function[];
    return DatabaseModule.forRootAsync({
      ...(name === undefined ? {} : { name }),
      ...(page === undefined ? {} : { page }),
      entities,
      useFactory: () => options,
    });
  }

  /** Registers a DataSource that a factory with injected providers returns. */
  static forRootAsync(options: DatabaseModuleAsyncOptions): DynamicModule {
    const { name = DEFAULT_NAME, entities, page, imports: needed = [] } = options;
    if (page !== undefined) assertPage(page, isProduction());
    const confirmed = configuredModule(options);
    return {
      module: DatabaseModule,
      global: true,
      imports: [
        confirmed,
        connection(name, confirmed),
        TypeOrmModule.forFeature(classes(entities), name),
        ...(page ? needed : []),
      ],
      ...(page ? { controllers: [pageController(page, tokenOf('page', name))] } : {}),
      providers: [health(name), partitionTimer(name), ...(page ? [databasePage(name)] : [])],
      exports: [TypeOrmModule, databaseHealthToken(name)],
    };
  }
}

/** The token with which `@Inject` gets the DatabaseHealthIndicator of a database. */
export function databaseHealthToken(name = DEFAULT_NAME): symbol | typeof DatabaseHealthIndicator {
  return name === DEFAULT_NAME ? DatabaseHealthIndicator : tokenOf('health', name);
}

function tokenOf(what: 'options' | 'health' | 'partitions' | 'page', name: string): symbol {
  return Symbol.for(`orchestrator-db.${what}.${name}`);
}

type Classes = NonNullable<Parameters<typeof TypeOrmModule.forFeature>[0]>;

/** A copy as an array that Nest may change. */
function classes(entities: readonly Function[]): Classes {
  return [...entities];
}

/** Provides the options of a database to its modules. */
class ConfiguredModule {}

function configuredModule(options: DatabaseModuleAsyncOptions): DynamicModule {
  const { name = DEFAULT_NAME, imports = [], inject = [], useFactory } = options;
  const provide = tokenOf('options', name);
  return {
    module: ConfiguredModule,
    imports,
    providers: [{ provide, inject: [...inject], useFactory: checked(useFactory) }],
    exports: [provide],
  };
}

type OptionsFactory = DatabaseModuleAsyncOptions['useFactory'];

/** The options, and the accepted differences, which are read once: a running application does not see an edited file. */
interface CheckedOptions extends DatabaseModuleOptions {
  readonly accepted: AcceptedDrift | undefined;
}

/** Checks the options of the factory: values from a configuration may have any type. */
function checked(useFactory: OptionsFactory): (...args: readonly unknown[]) => Promise<CheckedOptions> {
  return async (...args) => {
    const options = await useFactory(...args);
    assertUsable(options);
    const { acceptedDrift } = options;
    return {
      ...options,
      accepted: acceptedDrift === undefined ? undefined : await loadAccepted(acceptedDrift),
    };
  };
}

function assertUsable(options: DatabaseModuleOptions): void {
  const { onStart, waitMs, driftCacheMs, maxLagMs, keepPartitionsMs } = options;
  const { showDetails, acceptedDrift, snapshot } = options;
  if (onStart !== undefined && !ON_START.includes(onStart))
    throw new DatabaseOptionError('onStart', onStart, `one of ${ON_START.join(', ')}`);
  if (showDetails !== undefined && !SHOW_DETAILS.includes(showDetails))
    throw new DatabaseOptionError('showDetails', showDetails, `one of ${SHOW_DETAILS.join(', ')}`);
  if (acceptedDrift !== undefined && !isSource(acceptedDrift))
    throw new DatabaseOptionError('acceptedDrift', acceptedDrift, 'a path, or the content of the file');
  if (snapshot !== undefined && !isSource(snapshot))
    throw new DatabaseOptionError('snapshot', snapshot, 'a path, or the content of the file');
  for (const [option, ms] of Object.entries({ waitMs, driftCacheMs, maxLagMs, keepPartitionsMs })) {
    const wanted = wantedNumber(option, ms);
    if (wanted !== undefined) throw new DatabaseOptionError(option, ms, wanted);
  }
}

/** The type does not hold for a value from a configuration. */
function isSource(value: unknown): boolean {
  return (typeof value === 'string' && value !== '') || (typeof value === 'object' && value !== null);
}

/** Carries our options in those of @nestjs/typeorm, which passes only them to the factory of the DataSource. */
type Carrying = TypeOrmModuleOptions & { readonly confirmed: CheckedOptions };

/** One DataSource of @nestjs/typeorm, which retries an unreachable server and closes the DataSource. */
function connection(name: string, confirmed: DynamicModule): DynamicModule {
  return TypeOrmModule.forRootAsync({
    name,
    imports: [confirmed],
    inject: [tokenOf('options', name)],
    useFactory: (options: CheckedOptions): Carrying => ({
      ...options.dataSource.options,
      confirmed: options,
      toRetry: (error: unknown) => unreached.has(error as object),
      verboseRetryLog: true,
    }),
    dataSourceFactory: (options) => started(name, (options as Carrying).confirmed),
  });
}

/** The errors of connecting. Later errors are not retried, even if they look the same. */
const unreached = new WeakSet<object>();

/**
 * Connects, and checks or migrates the schema before Nest gets the DataSource, because Nest then creates everything
 * that depends on it. If that fails, it closes the DataSource, which nothing else could close.
 */
async function started(name: string, options: CheckedOptions): Promise<GuardedDataSource> {
  const { dataSource, onStart = 'check', waitMs = DEFAULT_WAIT_MS, accepted, contract = false } = options;
  const log = (line: string) => logger.log(visible(`${name}: ${line}`));
  if (options.snapshot !== undefined) knowSnapshot(dataSource, options.snapshot);
  await connect(dataSource);
  try {
    await keepHeartbeat(dataSource);
    await applyOnStart(dataSource, { onStart, waitMs, contract, accepted, clock: systemClock, log });
    return dataSource;
  } catch (error) {
    await dataSource.destroy();
    throw error;
  }
}

/** Connects. It removes the stack of our errors, because @nestjs/typeorm logs the stack of every failed attempt. */
async function connect(dataSource: GuardedDataSource): Promise<void> {
  try {
    await dataSource.initialize();
  } catch (error) {
    if (isOwnError(error)) error.stack = '';
    if (error instanceof ConnectError && error.failure.transient) unreached.add(error);
    throw error;
  }
}

/** Undefined where the option is not specified. */
function partitionTimer(name: string): Provider {
  return {
    provide: tokenOf('partitions', name),
    inject: [getDataSourceToken(name), tokenOf('options', name)],
    useFactory: (dataSource: GuardedDataSource, { keepPartitionsMs: everyMs }: CheckedOptions) => {
      if (everyMs === undefined) return undefined;
      const log = (line: string) => logger.log(visible(`${name}: ${line}`));
      const warn = (line: string) => logger.warn(visible(`${name}: ${line}`));
      return new PartitionTimer({ dataSource, everyMs, log, warn });
    },
  };
}

function databasePage(name: string): Provider {
  return {
    provide: tokenOf('page', name),
    inject: [getDataSourceToken(name), tokenOf('options', name)],
    useFactory: (dataSource: GuardedDataSource, { accepted }: CheckedOptions) =>
      new DatabasePage(dataSource, accepted),
  };
}

function health(name: string): Provider {
  return {
    provide: databaseHealthToken(name),
    inject: [getDataSourceToken(name), tokenOf('options', name)],
    useFactory: (dataSource: GuardedDataSource, options: CheckedOptions) => {
      const { driftCacheMs = DEFAULT_DRIFT_CACHE_MS, maxLagMs, showDetails = 'never', accepted } = options;
      const log = (line: string) => logger.warn(visible(`${name}: ${line}`));
      return new DatabaseHealthIndicator(
        new Readiness(dataSource, { driftCacheMs, maxLagMs, showDetails, accepted, log, clock: systemClock }),
      );
    },
  };
}
