import { expect } from 'chai';
import type { DataSource, MigrationInterface, QueryRunner } from 'typeorm';
import { RevisionFailedError } from '../../src/errors/migration.js';
import { migrateUp } from '../../src/migrator/migrate.js';
import { onDatabase } from '../support/databases.js';
import { expectFailure, only, recordsIn, withClient } from '../support/failures.js';
import { until } from '../support/until.js';
import type { PostgresTarget } from '../../src/database-url.js';

const BUILD = 'CREATE INDEX CONCURRENTLY item_n ON item (n)';

class MakeItem1800000000371 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('CREATE TABLE item (n integer)');
    await queryRunner.query('INSERT INTO item VALUES (31), (31)');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE item');
  }
}

class IndexItem1800000000372 implements MigrationInterface {
  transaction = false;

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(BUILD);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX CONCURRENTLY item_n');
  }
}

class IndexIfMissing1800000000372 extends IndexItem1800000000372 {
  override async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(BUILD.replace('CONCURRENTLY', 'CONCURRENTLY IF NOT EXISTS'));
  }
}

class IndexInTransaction1800000000372 extends IndexItem1800000000372 {
  override async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('BEGIN');
    await queryRunner.query('INSERT INTO item VALUES (47)');
    await queryRunner.query(BUILD).finally(() => queryRunner.query('ROLLBACK'));
  }
}

const LEFT =
  'It runs outside a transaction and is not recorded; part of it may be in the database. Fix the cause, then run the command again.';

onDatabase('postgres', 'A migration class that builds an index CONCURRENTLY (PostgreSQL)', (database) => {
  const target = () => database().target as PostgresTarget;
  const indexes = (dataSource: DataSource) =>
    dataSource.query(
      `SELECT i.indrelid::regclass::text AS "table", indisvalid AS valid FROM pg_index i
         JOIN pg_class c ON c.oid = i.indexrelid WHERE c.relname = 'item_n' ORDER BY 1`,
    );
  /** What a build leaves that has failed. */
  const leaveInvalid = (dataSource: DataSource, table: string): Promise<unknown> =>
    dataSource
      .query<unknown>(`CREATE UNIQUE INDEX CONCURRENTLY item_n ON ${table} (n)`)
      .catch(() => undefined);

  it('A migration class that builds an index CONCURRENTLY and loses its session in the middle builds it again on the next run', async () => {
    const dataSource = await database().connectAtHead(only(MakeItem1800000000371));
    const contents = only(MakeItem1800000000371, IndexItem1800000000372);
    await withClient(target(), async (client) => {
      await client.query('BEGIN; LOCK TABLE item IN ROW EXCLUSIVE MODE');
      const failure = migrateUp(await database().connect(contents)).catch((error: unknown) => error);
      const kill = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = '${BUILD}' AND wait_event_type = 'Lock'`;
      await until(async () => (await dataSource.query<unknown[]>(kill)).length > 0);
      expect(await failure).to.have.property('code', 'REVISION_FAILED');
    });
    expect(await indexes(dataSource)).to.deep.equal([{ table: 'item', valid: false }]);
    const { done } = await migrateUp(await database().connect(contents));
    expect(done.map(({ id }) => id)).to.deep.equal(['IndexItem1800000000372']);
    expect(await indexes(dataSource)).to.deep.equal([{ table: 'item', valid: true }]);
  });

  it('A migration class that builds an index CONCURRENTLY with IF NOT EXISTS does not take an invalid one for done', async () => {
    const dataSource = await database().connectAtHead(only(MakeItem1800000000371));
    await leaveInvalid(dataSource, 'item');
    await migrateUp(await database().connect(only(MakeItem1800000000371, IndexIfMissing1800000000372)));
    expect(await indexes(dataSource)).to.deep.equal([{ table: 'item', valid: true }]);
  });

  it('A migration class that builds an index CONCURRENTLY leaves alone a valid one of its name, and an invalid one of another table', async () => {
    const dataSource = await database().connectAtHead(only(MakeItem1800000000371));
    await dataSource.query('CREATE SCHEMA other; CREATE TABLE other.item AS TABLE item');
    await leaveInvalid(dataSource, 'other.item');
    await dataSource.query('CREATE INDEX item_n ON item (n)');
    await expectFailure(
      migrateUp(await database().connect(only(MakeItem1800000000371, IndexItem1800000000372))),
      RevisionFailedError,
      `IndexItem1800000000372: up failed: relation "item_n" already exists. ${LEFT}`,
    );
    expect(await indexes(dataSource)).to.deep.equal([
      { table: 'item', valid: true },
      { table: 'other.item', valid: false },
    ]);
    expect(await recordsIn(database())).to.deep.equal(['MakeItem1800000000371']);
  });

  it('A migration class that builds an index CONCURRENTLY in a transaction of its own is refused by the server as before', async () => {
    const dataSource = await database().connectAtHead(only(MakeItem1800000000371));
    await expectFailure(
      migrateUp(await database().connect(only(MakeItem1800000000371, IndexInTransaction1800000000372))),
      RevisionFailedError,
      `IndexInTransaction1800000000372: up failed: CREATE INDEX CONCURRENTLY cannot run inside a transaction block. ${LEFT}`,
    );
    expect(await dataSource.query('SELECT FROM item')).to.have.length(2);
  });
});
