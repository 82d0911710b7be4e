import { expect } from 'chai';
import type { DataSource } from 'typeorm';
import { migrateDown, migrateUp, planMigration, stampAt } from '../../src/migrator/migrate.js';
import { readStatus } from '../../src/migrator/status.js';
import { eachDatabase } from '../support/databases.js';
import { handWritten } from '../support/hand-written.js';

const FIRST = 'First1700000000001';
const SECOND = 'Second1700000000002';
const THIRD = 'Third1700000000003';

const counting = (by: number) => `UPDATE a SET id = id + ${by}`;
const first = handWritten(
  FIRST,
  (queryRunner) => queryRunner.query('CREATE TABLE a (id integer)'),
  (queryRunner) => queryRunner.query('DROP TABLE a'),
);
const makeSecond = () =>
  handWritten(
    SECOND,
    (queryRunner) => queryRunner.query('INSERT INTO a (id) VALUES (100)'),
    (queryRunner) => queryRunner.query(counting(-1)),
  );
const second = makeSecond();
const third = handWritten(
  THIRD,
  (queryRunner) => queryRunner.query(counting(10)),
  (queryRunner) => queryRunner.query(counting(-10)),
);
/** The same without a transaction, where nothing is rolled back. */
const outside = makeSecond();
Object.defineProperty(outside.prototype, 'transaction', { value: false });

eachDatabase('A revision that is recorded twice', (database) => {
  const contents = { entities: [], migrations: [first, second] };
  const again = (dataSource: DataSource, id: string) =>
    dataSource.query(`INSERT INTO migrations ("timestamp", "name") VALUES (${id.slice(-13)}, '${id}')`);
  const recorded = async (dataSource: DataSource) => {
    const rows: readonly { readonly name: string }[] = await dataSource.query(
      'SELECT name FROM migrations ORDER BY id',
    );
    return rows.map(({ name }) => name);
  };
  const ids = (dataSource: DataSource) => dataSource.query('SELECT id FROM a');
  const twice = async (migrations = contents.migrations) => {
    const dataSource = await database().connect({ entities: [], migrations });
    await migrateUp(dataSource);
    await again(dataSource, SECOND);
    return dataSource;
  };

  for (const [how, own] of [
    ['in a transaction', second],
    ['outside a transaction', outside],
  ] as const)
    it(`A revision that is recorded twice is reverted once ${how}, and both records go`, async () => {
      const dataSource = await twice([first, own]);
      const plan = await planMigration(dataSource, 'down', { target: FIRST });
      expect(plan.steps.map(({ revision }) => revision)).to.deep.equal([SECOND]);
      await migrateDown(dataSource, { target: FIRST });
      expect(await ids(dataSource)).to.deep.equal([{ id: 99 }]);
      expect(await recorded(dataSource)).to.deep.equal([FIRST]);
    });

  it('A revision that is recorded twice is one step of relative targets, of base and of stamp', async () => {
    const dataSource = await twice();
    await again(dataSource, FIRST);
    const steps = async (target: string) =>
      (await planMigration(dataSource, 'down', { target })).steps.map(({ revision }) => revision);
    expect(await steps('-2')).to.deep.equal([SECOND, FIRST]);
    await stampAt(dataSource, FIRST);
    expect(await recorded(dataSource)).to.deep.equal([FIRST, FIRST]);
    await migrateDown(dataSource, { target: 'base' });
    expect(await recorded(dataSource)).to.deep.equal([]);
  });

  it('A revision that is recorded twice counts once, and a newer one is applied behind it', async () => {
    const { length } = (await readStatus(await twice())).applied;
    expect(length).to.equal(2);
    const dataSource = await database().connect({ entities: [], migrations: [first, second, third] });
    await migrateUp(dataSource);
    expect(await ids(dataSource)).to.deep.equal([{ id: 110 }]);
    await migrateDown(dataSource, { target: 'base' });
    expect(await recorded(dataSource)).to.deep.equal([]);
  });
});
