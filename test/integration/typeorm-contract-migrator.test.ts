import { expect } from 'chai';
import { DataSource, MigrationExecutor, type QueryRunner } from 'typeorm';
import { ConnectionMetadataBuilder } from 'typeorm/connection/ConnectionMetadataBuilder.js';
import { databaseNamed } from '../../src/databases/registry.js';
import { createTables } from '../../src/databases/records/sql.js';
import { TypeormSession } from '../../src/databases/typeorm-session.js';
import { recordTables } from '../../src/databases/records/tables.js';
import { migrations } from '../../src/migrations/index.js';
import { parseSettings } from '../../src/settings.js';
import { dumpOf } from '../support/cli-database.js';
import { eachDatabase, onDatabase, type TestDatabase } from '../support/databases.js';

/** TypeORM's own, on the database of a test. */
async function plain(database: TestDatabase, options: object = {}): Promise<DataSource> {
  const settings = { ...parseSettings({}), database: database.target };
  const connection = databaseNamed(database.dialect).connectionOptions(settings);
  return new DataSource({ ...connection, entities: [], migrations: [], ...options }).initialize();
}

async function onPlain(
  database: TestDatabase,
  use: (dataSource: DataSource) => Promise<void>,
): Promise<void> {
  const dataSource = await plain(database);
  try {
    await use(dataSource);
  } finally {
    await dataSource.destroy();
  }
}

const depthOf = (queryRunner: QueryRunner) =>
  (queryRunner as unknown as { readonly transactionDepth: number }).transactionDepth;

/** What the migrator takes from TypeORM beyond its documents. */
eachDatabase('TypeORM, as the migrator leans on it,', (database) => {
  it('TypeORM, as the migrator leans on it, creates the list of applied revisions as our own statement does', async () => {
    await onPlain(database(), async (dataSource) => {
      await new MigrationExecutor(dataSource, dataSource.createQueryRunner()).getExecutedMigrations();
      await dataSource.query('DROP TABLE IF EXISTS "migrations"');
      await dataSource.runMigrations();
    });
    const theirs = await dumpOf(database());
    await onPlain(database(), async (dataSource) => {
      await dataSource.query('DROP TABLE "migrations"');
      await dataSource.query(
        createTables(databaseNamed(database().dialect).records, recordTables(dataSource))[0] ?? '',
      );
    });
    const ours = await dumpOf(database());
    const canonical = (dump: unknown) => JSON.stringify(dump).replace(/IF NOT EXISTS /g, '');
    expect(canonical(ours)).to.equal(canonical(theirs));
    expect(canonical(ours)).to.include('migrations');
  });

  it('TypeORM, as the migrator leans on it, counts open transactions, savepoints included', async () => {
    await onPlain(database(), async (dataSource) => {
      const queryRunner = dataSource.createQueryRunner();
      expect(depthOf(queryRunner)).to.equal(0);
      await queryRunner.startTransaction();
      await queryRunner.startTransaction();
      expect(depthOf(queryRunner)).to.equal(2);
      await queryRunner.rollbackTransaction();
      expect(queryRunner.isTransactionActive).to.equal(true);
      await queryRunner.rollbackTransaction();
      expect(queryRunner.isTransactionActive).to.equal(false);
      await queryRunner.release();
    });
  });

  it('TypeORM, as the migrator leans on it, sends what its managers and its own methods send through the method query', async () => {
    await onPlain(database(), async (dataSource) => {
      const queryRunner = dataSource.createQueryRunner();
      const seen: string[] = [];
      const send = queryRunner.query.bind(queryRunner);
      Object.assign(queryRunner, {
        query: (sql: string, parameters?: unknown[]) => {
          seen.push(sql);
          return send(sql, parameters);
        },
      });
      await queryRunner.startTransaction();
      await queryRunner.manager.query('SELECT 1');
      await queryRunner.commitTransaction();
      await queryRunner.release();
      expect(seen).to.have.length(3);
      expect(seen[2]).to.equal('COMMIT');
    });
  });

  it('TypeORM, as the migrator leans on it, builds revisions, and names keys, without a connection', async () => {
    const settings = { ...parseSettings({}), database: database().target };
    const options = databaseNamed(database().dialect).connectionOptions(settings);
    const dataSource = new DataSource(options);
    const built = await new ConnectionMetadataBuilder(dataSource).buildMigrations([...migrations]);
    expect(built.map((migration) => migration.constructor)).to.deep.equal([...migrations]);
    expect(recordTables(dataSource).primaryKey).to.equal('PK_8c82d7f526340ab734260ea46be');
  });

  it('TypeORM, as the migrator leans on it, begins a transaction with one statement, which another process may send in its place', async () => {
    await onPlain(database(), async (dataSource) => {
      const queryRunner = dataSource.createQueryRunner();
      const seen: string[] = [];
      Object.assign(queryRunner, { query: (sql: string) => Promise.resolve(void seen.push(sql)) });
      await queryRunner.startTransaction();
      Reflect.deleteProperty(queryRunner, 'query');
      expect(seen).to.have.length(1);
      expect(seen[0]).to.match(/^(BEGIN|START) TRANSACTION$/);
      await queryRunner.query(seen[0]!);
      await queryRunner.query('CREATE TABLE "notes" ("id" integer)');
      expect(queryRunner.isTransactionActive).to.equal(true);
      await queryRunner.rollbackTransaction();
      expect(queryRunner.isTransactionActive).to.equal(false);
      expect(await queryRunner.hasTable('notes')).to.equal(false);
      await queryRunner.release();
    });
  });

  it('TypeORM, as the migrator leans on it, lends its connection, which takes several statements in one go', async () => {
    await onPlain(database(), async (dataSource) => {
      const queryRunner = dataSource.createQueryRunner();
      const sql =
        'CREATE TABLE "notes" ("id" integer); INSERT INTO "notes" VALUES (7); INSERT INTO "notes" VALUES (8)';
      if (database().dialect === 'sqlite') await new TypeormSession(queryRunner).send(sql.split('; '));
      else await ((await queryRunner.connect()) as { query(sql: string): Promise<unknown> }).query(sql);
      expect(await queryRunner.query('SELECT "id" FROM "notes" ORDER BY "id"')).to.deep.equal([
        { id: 7 },
        { id: 8 },
      ]);
      await queryRunner.release();
    });
  });
});

onDatabase('postgres', 'TypeORM on PostgreSQL, as the migrator leans on it,', (database) => {
  it('TypeORM on PostgreSQL, as the migrator leans on it, has a pool whose class of clients and options, password included, make another connection', async () => {
    await onPlain(database(), async (dataSource) => {
      const { master } = dataSource.driver as unknown as {
        readonly master: {
          readonly Client: new (options: object) => {
            connect(): Promise<unknown>;
            query(sql: string): Promise<{ readonly rows: readonly unknown[] }>;
            end(): Promise<void>;
          };
          readonly options: Readonly<Record<string, unknown>>;
        };
      };
      const client = new master.Client({ ...master.options, password: master.options['password'] });
      await client.connect();
      expect((await client.query('SELECT 1 AS one')).rows).to.deep.equal([{ one: 1 }]);
      await client.end();
    });
  });

  it('TypeORM on PostgreSQL, as the migrator leans on it, gives the client of a query runner, which knows the process id of its session', async () => {
    await onPlain(database(), async (dataSource) => {
      const queryRunner = dataSource.createQueryRunner();
      const { processID } = (await queryRunner.connect()) as { readonly processID: number };
      expect(await queryRunner.query('SELECT pg_backend_pid() AS pid')).to.deep.equal([{ pid: processID }]);
      await queryRunner.release();
    });
  });
});

onDatabase('sqlite', 'TypeORM on SQLite, as the migrator leans on it,', (database) => {
  it('TypeORM on SQLite, as the migrator leans on it, keeps the module of its driver, which opens another file', async () => {
    await onPlain(database(), (dataSource) => {
      const { sqlite } = dataSource.driver as unknown as { readonly sqlite: unknown };
      expect(
        typeof sqlite === 'function' || typeof (sqlite as { Database: unknown }).Database === 'function',
      ).to.equal(true);
      return Promise.resolve();
    });
  });
});
