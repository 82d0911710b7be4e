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
import { DatabaseHealthIndicator } from './health-indicator.js';
import { applyOnStart, type OnStart } from './on-start.js';
import { Readiness } from './readiness.js';

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
    const said = saidModule(options);
    return {
      module: DatabaseModule,
      global: true,
      imports: [said, connection(name, said), TypeOrmModule.forFeature(classes(entities), name)],
      providers: [starting(name), health(name)],
      exports: [TypeOrmModule, databaseHealthToken(name)],
    };
  }
}

/** What `@Inject` says to get the DatabaseHealthIndicator of a database. */
export function databaseHealthToken(name = DEFAULT_NAME): symbol | typeof DatabaseHealthIndicator {
  return name === DEFAULT_NAME ? DatabaseHealthIndicator : tokenOf('health', name);
}

function tokenOf(what: 'options' | 'start' | 'health', name: string): symbol {
  return Symbol.for(`orchestrator-db.${what}.${name}`);
}

type Classes = NonNullable<Parameters<typeof TypeOrmModule.forFeature>[0]>;

/** An array that Nest may change, as it wants to have it. */
function classes(entities: readonly Function[]): Classes {
  return [...entities];
}

/** Holds what was said of a database, for the modules of it. */
class SaidModule {}

function saidModule(options: DatabaseModuleAsyncOptions): DynamicModule {
  const { name = DEFAULT_NAME, imports = [], inject = [], useFactory } = options;
  const provide = tokenOf('options', name);
  return {
    module: SaidModule,
    imports,
    providers: [{ provide, inject: [...inject], useFactory }],
    exports: [provide],
  };
}

/** Through the options of @nestjs/typeorm, which hands nothing else to the factory of the DataSource. */
type Carrying = TypeOrmModuleOptions & { readonly dataSource: GuardedDataSource };

/** One DataSource of @nestjs/typeorm, which connects it, tries again and closes it. */
function connection(name: string, said: DynamicModule): DynamicModule {
  return TypeOrmModule.forRootAsync({
    name,
    imports: [said],
    inject: [tokenOf('options', name)],
    useFactory: ({ dataSource }: DatabaseModuleOptions): Carrying => ({
      ...dataSource.options,
      dataSource,
      toRetry: isWorthRetrying,
      verboseRetryLog: true,
    }),
    dataSourceFactory: (options) => connected((options as Carrying).dataSource),
  });
}

/** @nestjs/typeorm logs the stack of every try that fails; what is wrong with a server is not in our code. */
async function connected(dataSource: GuardedDataSource): Promise<GuardedDataSource> {
  try {
    return await dataSource.initialize();
  } catch (error) {
    if (isOwnError(error)) error.stack = '';
    throw error;
  }
}

function isWorthRetrying(error: unknown): boolean {
  return error instanceof ConnectError && error.failure.transient;
}

/** After connecting, outside of what is tried again; Nest waits for it before anything of the application runs. */
function starting(name: string): Provider {
  return {
    provide: tokenOf('start', name),
    inject: [getDataSourceToken(name), tokenOf('options', name)],
    useFactory: (dataSource: GuardedDataSource, options: DatabaseModuleOptions) => {
      const { onStart = 'check', waitMs = DEFAULT_WAIT_MS } = options;
      const log = (line: string) => logger.log(`${name}: ${line}`);
      return applyOnStart(dataSource, { onStart, waitMs, clock: systemClock, log });
    },
  };
}

function health(name: string): Provider {
  return {
    provide: databaseHealthToken(name),
    inject: [getDataSourceToken(name), tokenOf('options', name)],
    useFactory: (dataSource: GuardedDataSource, options: DatabaseModuleOptions) => {
      const { driftCacheMs = DEFAULT_DRIFT_CACHE_MS } = options;
      return new DatabaseHealthIndicator(new Readiness(dataSource, { driftCacheMs, clock: systemClock }));
    },
  };
}
