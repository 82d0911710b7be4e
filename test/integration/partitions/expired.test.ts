import { expect } from 'chai';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { PostgresTarget } from '../../../src/database-url.js';
import { EntityExpiresError } from '../../../src/errors/entities.js';
import { Expires } from '../../../src/expires.js';
import { keepPartitions } from '../../../src/partitions/keep-partitions.js';
import { execute, rowsOf } from '../../support/cli-database.js';
import { eachDatabase, onDatabase, type TestDatabase } from '../../support/databases.js';
import { onClient } from '../../support/kept-world.js';
import { runCommandHere } from '../../support/run-shelves.js';
import { entities } from '../../../src/entities/index.js';
import { migrations } from '../../../src/migrations/index.js';

/** Keys that have expired, one that has not, and one that never does. */
const filled = (dialect: TestDatabase['dialect'], expired: number) => {
  const series =
    dialect === 'sqlite'
      ? `WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < ${expired}) SELECT 'old ' || n, '2001-01-01 00:00:00.000' FROM s`
      : `SELECT 'old ' || n, '2001-01-01'::timestamptz FROM generate_series(1, ${expired}) AS n`;
  return [
    `INSERT INTO "idempotency_keys" ("key", "expires_at") ${series}`,
    `INSERT INTO "idempotency_keys" ("key", "expires_at") VALUES ('later', '2190-01-01 00:00:00.000'), ('never', NULL)`,
  ];
};

eachDatabase('Rows that expire', (database) => {
  const keys = async () =>
    (await rowsOf(database(), 'SELECT "key" FROM "idempotency_keys" ORDER BY "key"')).map(({ key }) => key);

  it('Expired rows are deleted in batches, and those that expire later or never stay', async () => {
    const dataSource = await database().connectAtHead();
    await execute(database(), filled(database().dialect, 4321));
    const report = await keepPartitions(dataSource);
    expect(report).to.deep.include({
      status: 'kept',
      expired: [{ table: 'idempotency_keys', rows: 4321 }],
    });
    expect(report.tables.flatMap(({ made, dropped }) => [...made, ...dropped])).to.deep.equal([]);
    expect(await keys()).to.deep.equal(['later', 'never']);
    expect((await keepPartitions(dataSource)).expired).to.deep.equal([]);
  });

  it('partitions keep reports them, and --plan deletes none', async () => {
    await database().connectAtHead();
    await execute(database(), filled(database().dialect, 2));
    const run = (...args: readonly string[]) =>
      runCommandHere({ entities, migrations }, database().url, ['partitions', ...args]);
    expect((await run('keep', '--plan')).stdout).to.equal('nothing to do\n');
    expect(await keys()).to.have.length(4);
    expect((await run('keep')).stdout).to.equal('deleted 2 rows of idempotency_keys that expired\n');
  });

  it('A property that is no column is refused, with the entity', async () => {
    @Entity('token')
    @Expires('until')
    class Token {
      @PrimaryColumn({ type: 'integer' })
      id!: number;

      @Column({ type: Date })
      expiresAt!: Date;
    }
    const dataSource = await database().connect({ entities: [Token], migrations: [] });
    const refusal: unknown = await keepPartitions(dataSource).catch((error: unknown) => error);
    expect(refusal).to.be.instanceOf(EntityExpiresError);
    expect((refusal as Error).message).to.equal(
      '@Expires of the entity Token: it has no column until. Nothing was deleted. Specify the name of a property with @Column that is a date and time.',
    );
  });
});

onDatabase('postgres', 'Rows that expire, beside others (PostgreSQL)', (database) => {
  it('A row that another transaction holds is left to the next time', async () => {
    const dataSource = await database().connectAtHead();
    await execute(database(), filled('postgres', 3));
    await onClient(database().target as PostgresTarget, async (query) => {
      await query('BEGIN');
      await query(`SELECT FROM "idempotency_keys" WHERE "key" = 'old 2' FOR UPDATE`);
      expect((await keepPartitions(dataSource)).expired).to.deep.equal([
        { table: 'idempotency_keys', rows: 2 },
      ]);
      await query('COMMIT');
    });
    expect((await keepPartitions(dataSource)).expired).to.deep.equal([
      { table: 'idempotency_keys', rows: 1 },
    ]);
  });
});
