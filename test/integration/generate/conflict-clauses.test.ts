import { expect } from 'chai';
import { onDatabase } from '../../support/databases.js';
import { migrateUp } from '../../../src/migrator/migrate.js';
import { entity, findings, IN_SYNC, type Columns } from '../drift/no-false-alarm-database.js';
import { NUMBER } from './case.js';
import { History, statementsIn } from './history.js';

const COLUMNS: Columns = {
  name: { type: 'varchar', nullable: true },
  amount: { type: 'integer', default: 0 },
};
const shop = (more: Columns, uniques = [{ name: 'uq_name', columns: ['name'] }]) => [
  entity('shop', { ...COLUMNS, ...more }, { uniques }),
];
const table = (...parts: readonly string[]) => `CREATE TABLE "shop" (${parts.join(', ')})`;
const [ID, NAME, AMOUNT, UNIQUE] = [
  '"id" integer PRIMARY KEY NOT NULL',
  '"name" varchar',
  '"amount" integer NOT NULL DEFAULT (0)',
  'CONSTRAINT "uq_name" UNIQUE ("name")',
] as const;
const REBUILT: Columns = { amount: { type: 'integer', default: 1 } };

onDatabase('sqlite', 'ON CONFLICT of a revision written by hand (SQLite)', (database) => {
  for (const [what, made, kept, column] of [
    [
      'a unique constraint',
      table(ID, NAME, AMOUNT, `${UNIQUE} ON CONFLICT IGNORE`),
      `${UNIQUE} ON CONFLICT IGNORE`,
      'name',
    ],
    [
      'NOT NULL',
      table(ID, NAME, AMOUNT.replace('NULL', 'NULL ON CONFLICT IGNORE'), UNIQUE),
      '"amount" integer NOT NULL ON CONFLICT IGNORE DEFAULT (1)',
      'amount',
    ],
    [
      'a key',
      table(ID.replace('KEY', 'KEY ON CONFLICT IGNORE'), NAME, AMOUNT, UNIQUE),
      '"id" integer PRIMARY KEY ON CONFLICT IGNORE NOT NULL',
      'id',
    ],
  ] as const)
    it(`ON CONFLICT of ${what} stays when a change rebuilds the table, up and down, and is unmanaged`, () =>
      History.lend('sqlite', async (history) => {
        await history.generate(shop({}));
        history.byHand(['DROP TABLE "shop"', made], ['DROP TABLE "shop"', table(ID, NAME, AMOUNT, UNIQUE)]);
        const report = await history.generate(shop(REBUILT));
        expect(report.warnings.join()).to.match(
          /^shop: no entity declares ON CONFLICT IGNORE \(\w+\), so the table keeps it$/,
        );
        expect(statementsIn(report, 'sqlite')).to.contain(kept);
        expect(statementsIn(report, 'sqlite', 'down')).to.contain('ON CONFLICT IGNORE');
        const unmanaged = [`part-option shop.ON CONFLICT IGNORE (${column})`];
        expect(await history.checked(database(), shop(REBUILT))).to.deep.equal({ ...IN_SYNC, unmanaged });
        expect((await history.generate(shop(REBUILT))).revisions).to.deep.equal([]);
      }));

  for (const [what, uniques] of [
    ['its entity', [{ name: 'uq_name', columns: ['name'] }]],
    ['TypeORM', [{ columns: ['name'] }]],
  ] as const)
    it(`ON CONFLICT of a unique constraint without a name stays where it gets the name of ${what}, and is unmanaged`, () =>
      History.lend('sqlite', async (history) => {
        const unnamed = '"name" varchar UNIQUE ON CONFLICT REPLACE';
        history.byHand([table(ID, unnamed, AMOUNT)], ['DROP TABLE "shop"']);
        const named = () => [
          entity('shop', COLUMNS, { uniques: uniques.map((one) => ({ ...one, columns: [...one.columns] })) }),
        ];
        await history.generate(named());
        expect(await history.checked(database(), named())).to.deep.equal({
          ...IN_SYNC,
          unmanaged: ['part-option shop.ON CONFLICT REPLACE (name)'],
        });
        expect((await history.generate(named())).revisions).to.deep.equal([]);
      }));

  for (const [action, changes] of [
    ['FAIL', ['alter-table: Table shop: ON CONFLICT is (FAIL of name), the entities declare none.']],
    ['ABORT', []],
  ] as const)
    it(`ON CONFLICT ${action} of a unique constraint that only the database has is compared`, () =>
      History.lend('sqlite', async (history) => {
        await history.generate(shop({}));
        await history.use(database(), shop({}), async (dataSource) => {
          await migrateUp(dataSource);
          await dataSource.query('DROP TABLE "shop"');
          await dataSource.query(table(ID, NAME, AMOUNT, `${UNIQUE} ON CONFLICT ${action}`));
          const { changes: found, uncomparable } = await findings(dataSource);
          expect({ found, uncomparable }).to.deep.equal({ found: changes, uncomparable: [] });
        });
      }));

  it('ON CONFLICT of a unique constraint goes with it', () =>
    History.lend('sqlite', async (history) => {
      await history.generate(shop({}));
      history.byHand(['DROP TABLE "shop"', table(ID, NAME, AMOUNT, `${UNIQUE} ON CONFLICT IGNORE`)]);
      const report = await history.generate(shop({ more: NUMBER }, []));
      expect(statementsIn(report, 'sqlite')).to.contain('CREATE TABLE').and.not.contain('CONFLICT');
      expect(statementsIn(report, 'sqlite', 'down')).to.contain(`${UNIQUE} ON CONFLICT IGNORE`);
      expect(await history.checked(database(), shop({ more: NUMBER }, []))).to.deep.equal(IN_SYNC);
    }));
});
