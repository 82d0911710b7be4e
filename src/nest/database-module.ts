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
import { ConnectError, isOwnError } from '../errors.js';
import { DatabaseOptionError } from '../errors/start.js';
import { visible } from '../text/visible.js';
import { DatabaseHealthIndicator } from './health-indicator.js';
import { applyOnStart, ON_START, type OnStart } from './on-start.js';
import { Readiness, SHOW_DETAILS, type ShowDetails } from './readiness.js';

/** What an application says of one database. */
export interface DatabaseModuleOptions {
  /** The DataSource of `ormconfig.ts`, not connected: the application and the command line have one configuration. */
  readonly dataSource: GuardedDataSource;
  /** What happens about the schema before the application is up; default `check`. */
  readonly onStart?: OnStart;
  /** How long `wait` waits for another process to migrate, milliseconds; default 60000. */
  readonly waitMs?: number;
  /** How long readiness believes what a drift check found, milliseconds; default 60000. */
  readonly driftCacheMs?: number;
  /**
   * Whether health shows names of revisions, tables and constraints: `never`, the default, or `always`, for a path that
   * only those who operate the application can reach.
   */
  readonly showDetails?: ShowDetails;
}

/** Of one database of several: the name that `@InjectRepository(entity, name)` says. */
export interface NamedDatabase {
  readonly name?: string;
}

/** The same, from a function that other providers are injected into. */
export interface DatabaseModuleAsyncOptions extends NamedDatabase, Pick<ModuleMetadata, 'imports'> {
  /** Classes whose repositories can be injected; the DataSource is not known yet when Nest asks for them. */
  readonly entities: readonly Function[];
  readonly inject?: readonly InjectionToken[];
  // The parameters are what `inject` names, which TypeScript cannot know.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly useFactory: (...args: any[]) => DatabaseModuleOptions | Promise<DatabaseModuleOptions>;
}

const DEFAULT_NAME = 'default';
const DEFAULT_WAIT_MS = 60_000;
const DEFAULT_DRIFT_CACHE_MS = 60_000;
const logger = new Logger('Database');

/** The database of a NestJS application: connected, looked after on start, with injectable repositories and health. */
export class DatabaseModule {
  /**
   * For a DataSource that there is already.
   *
   * While the application starts it fails at once with what `onStart` finds; only a server that cannot be reached is
   * tried again, as @nestjs/typeorm does, 10 times, 3 seconds apart.
   */
  static forRoot({ name, ...options }: DatabaseModuleOptions & NamedDatabase): DynamicModule {
    const entities = options.dataSource.options.entities as readonly Function[];
    return DatabaseModule.forRootAsync({
      ...(name === undefined ? {} : { name }),
      entities,
      useFactory: () => options,
    });
  }

  /** For one that is made from what is injected. */
  static forRootAsync(options: DatabaseModuleAsyncOptions): DynamicModule {
    const { name = DEFAULT_NAME, entities } = options;
    const confirmed = configuredModule(options);
    return {
      module: DatabaseModule,
      global: true,
      imports: [confirmed, connection(name, confirmed), TypeOrmModule.forFeature(classes(entities), name)],
      providers: [health(name)],
      exports: [TypeOrmModule, databaseHealthToken(name)],
    };
  }
}

/** What `@Inject` says to get the DatabaseHealthIndicator of a database. */
export function databaseHealthToken(name = DEFAULT_NAME): symbol | typeof DatabaseHealthIndicator {
  return name === DEFAULT_NAME ? DatabaseHealthIndicator : tokenOf('health', name);
}

function tokenOf(what: 'options' | 'health', name: string): symbol {
  return Symbol.for(`orchestrator-db.${what}.${name}`);
}

type Classes = NonNullable<Parameters<typeof TypeOrmModule.forFeature>[0]>;

/** An array that Nest may change, as it wants to have it. */
function classes(entities: readonly Function[]): Classes {
  return [...entities];
}

/** Holds what was said of a database, for the modules of it. */
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

/** What comes from a configuration is of any type, whatever TypeScript says. */
function checked(useFactory: OptionsFactory): OptionsFactory {
  return async (...args: readonly unknown[]) => {
    const options = await useFactory(...args);
    assertUsable(options);
    return options;
  };
}

function assertUsable({ onStart, waitMs, driftCacheMs, showDetails }: DatabaseModuleOptions): void {
  if (onStart !== undefined && !ON_START.includes(onStart))
    throw new DatabaseOptionError('onStart', onStart, `one of ${ON_START.join(', ')}`);
  if (showDetails !== undefined && !SHOW_DETAILS.includes(showDetails))
    throw new DatabaseOptionError('showDetails', showDetails, `one of ${SHOW_DETAILS.join(', ')}`);
  for (const [option, ms] of Object.entries({ waitMs, driftCacheMs }))
    if (ms !== undefined && !(Number.isFinite(ms) && ms >= 0))
      throw new DatabaseOptionError(option, ms, 'a number of milliseconds, 0 or more');
}

/** Through the options of @nestjs/typeorm, which hands nothing else to the factory of the DataSource. */
type Carrying = TypeOrmModuleOptions & { readonly confirmed: DatabaseModuleOptions };

/** One DataSource of @nestjs/typeorm, which tries again where the server is not there, and closes it. */
function connection(name: string, confirmed: DynamicModule): DynamicModule {
  return TypeOrmModule.forRootAsync({
    name,
    imports: [confirmed],
    inject: [tokenOf('options', name)],
    useFactory: (options: DatabaseModuleOptions): Carrying => ({
      ...options.dataSource.options,
      confirmed: options,
      toRetry: (error: unknown) => unreached.has(error as object),
      verboseRetryLog: true,
    }),
    dataSourceFactory: (options) => started(name, (options as Carrying).confirmed),
  });
}

/** What is thrown after connecting is not tried again, also where it looks like this. */
const unreached = new WeakSet<object>();

/**
 * Nest makes what depends on the DataSource as soon as it has it, so nobody is given it before the schema is looked
 * after; where that is refused, nobody else could close it.
 */
async function started(name: string, options: DatabaseModuleOptions): Promise<GuardedDataSource> {
  const { dataSource, onStart = 'check', waitMs = DEFAULT_WAIT_MS } = options;
  const log = (line: string) => logger.log(visible(`${name}: ${line}`));
  await connect(dataSource);
  try {
    await applyOnStart(dataSource, { onStart, waitMs, clock: systemClock, log });
    return dataSource;
  } catch (error) {
    await dataSource.destroy();
    throw error;
  }
}

/** @nestjs/typeorm logs the stack of every try that fails; what is wrong with a server is not in our code. */
async function connect(dataSource: GuardedDataSource): Promise<void> {
  try {
    await dataSource.initialize();
  } catch (error) {
    if (isOwnError(error)) error.stack = '';
    if (error instanceof ConnectError && error.failure.transient) unreached.add(error);
    throw error;
  }
}

function health(name: string): Provider {
  return {
    provide: databaseHealthToken(name),
    inject: [getDataSourceToken(name), tokenOf('options', name)],
    useFactory: (dataSource: GuardedDataSource, options: DatabaseModuleOptions) => {
      const { driftCacheMs = DEFAULT_DRIFT_CACHE_MS, showDetails = 'never' } = options;
      const log = (line: string) => logger.warn(visible(`${name}: ${line}`));
      return new DatabaseHealthIndicator(
        new Readiness(dataSource, { driftCacheMs, showDetails, log, clock: systemClock }),
      );
    },
  };
}
