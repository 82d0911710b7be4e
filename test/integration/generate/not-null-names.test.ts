import { expect } from 'chai';
import type { EntitySchema } from 'typeorm';
import type { GenerateReport } from '../../../src/generate/generate-revisions.js';
import { migrateDown, migrateUp } from '../../../src/migrator/migrate.js';
import { onDatabase } from '../../support/databases.js';
import { serverVersion } from '../../support/server-databases.js';
import { entity, type Columns } from '../drift/no-false-alarm-database.js';
import { History, statementsIn } from './history.js';

const TEXT = { type: 'varchar', nullable: true } as const;
const NUMBER = { type: 'integer', nullable: true } as const;
const shop = (columns: Columns): EntitySchema[] => [entity('shop', columns)];
const BEFORE: Columns = { name: TEXT };
const REQUIRED: Columns = { name: { type: 'varchar' } };

/** The NOT NULL constraints of the table, as the server shows them. */
const SHOWN = `SELECT string_agg(conname || ': ' || pg_get_constraintdef(oid), '; ' ORDER BY conname) AS text
  FROM pg_constraint WHERE contype = 'n' AND conrelid = 'shop'::regclass AND conname <> 'shop_id_not_null'`;

/** Applies everything, reverts what was generated last, and returns the constraints. */
async function afterDown(
  history: History,
  database: Parameters<History['read']>[0],
  { revisions }: GenerateReport,
): Promise<unknown> {
  return history.use(database, [], async (dataSource) => {
    await migrateUp(dataSource);
    await migrateDown(dataSource, { target: `-${revisions.length}` });
    const [row] = await dataSource.query<readonly { readonly text: string | null }[]>(SHOWN);
    return row?.text;
  });
}

onDatabase('postgres', 'NOT NULL that is NOT VALID, of a required column (PostgreSQL)', (database) => {
  const given = 'ALTER TABLE "shop" ADD CONSTRAINT "nn" NOT NULL "name" NOT VALID';
  const warning =
    'shop.nn: no entity declares NOT VALID, so the constraint keeps it. To validate it, pass --backfill "shop.name=<expression>"';

  beforeEach(async function () {
    if ((await serverVersion()) < 180_000) this.skip();
  });

  it('It is unmanaged where a revision written by hand gave it, and generated changes keep it', () =>
    History.lend('postgres', async (history) => {
      await history.generate(shop(BEFORE));
      history.byHand([given]);
      const after = shop({ ...REQUIRED, more: NUMBER });
      const report = await history.generate(after);
      expect(report.warnings).to.deep.equal([warning]);
      expect(statementsIn(report, 'postgres')).to.equal('ALTER TABLE "shop" ADD COLUMN "more" integer');
      expect(await history.generate(after)).to.deep.include({ revisions: [], warnings: [warning] });
      expect(await history.checked(database(), after)).to.deep.equal({
        ...{ status: 'in-sync', changes: [], uncomparable: [] },
        unmanaged: ['part-option shop.nn.NOT VALID'],
      });
    }));

  it('--backfill validates it, and the way down makes it NOT VALID again', () =>
    History.lend('postgres', async (history) => {
      await history.generate(shop(BEFORE));
      history.byHand([given]);
      const report = await history.generate(shop(REQUIRED), { backfills: [`shop.name='none'`] });
      expect(report.warnings).to.deep.equal([]);
      const up = statementsIn(report, 'postgres');
      expect(up).to.contain('VALIDATE CONSTRAINT "nn"').and.not.contain('ADD CONSTRAINT');
      expect(statementsIn(report, 'postgres', 'down')).to.equal(
        `ALTER TABLE "shop" DROP CONSTRAINT "nn"\n${given}`,
      );
      expect(await history.checked(database(), shop(REQUIRED))).to.deep.equal({
        ...{ status: 'in-sync', changes: [], uncomparable: [], unmanaged: [] },
      });
    }));

  it('It is a difference that names it where no revision gave it', () =>
    History.lend('postgres', async (history) => {
      await history.generate(shop(BEFORE));
      await history.read(database(), 'SELECT');
      await (await database().connect({ entities: [], migrations: [] })).query(given);
      expect((await history.checked(database(), shop(REQUIRED))).changes).to.deep.equal([
        'alter-column: Column shop.name: nullable is yes (nn is NOT VALID), the entities declare no.',
      ]);
    }));

  it('The way down of a dropped table and of a dropped column creates it again', () =>
    History.lend('postgres', async (history) => {
      await history.generate([...shop(BEFORE), entity('other', {})]);
      history.byHand([given]);
      const without = await history.generate([...shop({}), entity('other', {})], { drops: ['shop.name'] });
      expect(await afterDown(history, database(), without)).to.equal('nn: NOT NULL name NOT VALID');
      const gone = await history.generate([entity('other', {})], { drops: ['shop'] });
      expect(gone.revisions).to.have.length(1);
    }));
});

/** Changes after which, on the way down, the column is required again. */
const CHANGES: readonly (readonly [string, Columns, object])[] = [
  ['allows NULL', { name: TEXT }, { backfills: [`shop.name='none'`] }],
  ['is dropped', {}, { drops: ['shop.name'], backfills: [`shop.name='none'`] }],
];

onDatabase('postgres', 'NOT NULL with a name of its own (PostgreSQL)', (database) => {
  beforeEach(async function () {
    if ((await serverVersion()) < 180_000) this.skip();
  });

  for (const name of ['shop_has_a_name', 'old_name_not_null'])
    for (const [what, columns, options] of CHANGES)
      it(`${name} has its name again on the way down after the column ${what}`, () =>
        History.lend('postgres', async (history) => {
          history.byHand([
            `CREATE TABLE "shop" ("id" integer PRIMARY KEY, "name" varchar CONSTRAINT "${name}" NOT NULL)`,
          ]);
          await history.generate(shop(REQUIRED));
          const report = await history.generate(shop(columns), options);
          expect(report.warnings).to.deep.equal([]);
          expect(await afterDown(history, database(), report)).to.equal(`${name}: NOT NULL name`);
        }));

  it('The way down of a dropped table has the name again, also of a NOT NULL that is not inherited', () =>
    History.lend('postgres', async (history) => {
      history.byHand([
        `CREATE TABLE "shop" ("id" integer PRIMARY KEY, "name" varchar CONSTRAINT "mine" NOT NULL NO INHERIT)`,
      ]);
      await history.generate([...shop(REQUIRED), entity('other', {})]);
      const report = await history.generate([entity('other', {})], { drops: ['shop'] });
      expect(await afterDown(history, database(), report)).to.equal('mine: NOT NULL name NO INHERIT');
    }));

  it('A computed column that is computed in another way keeps the name', () =>
    History.lend('postgres', async (history) => {
      const computed = (asExpression: string): Columns => ({
        size: NUMBER,
        twice: { type: 'integer', generatedType: 'STORED', asExpression },
      });
      history.byHand([
        `CREATE TABLE "shop" ("id" integer PRIMARY KEY, "size" integer, "twice" integer CONSTRAINT "mine" NOT NULL GENERATED ALWAYS AS (coalesce("size", 0) * 2) STORED)`,
      ]);
      await history.generate(shop(computed('coalesce("size", 0) * 2')));
      await history.generate(shop(computed('coalesce("size", 1) * 2')), { allowRewrite: true });
      const [row] = await history.read(database(), SHOWN);
      expect(row?.['text']).to.equal('mine: NOT NULL twice');
    }));
});
