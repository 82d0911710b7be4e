import { expect } from 'chai';
import { migrateDown, migrateUp } from '../../../src/migrator/migrate.js';
import { messageOf } from '../../../src/errors/base.js';
import { onDatabase, type TestDatabase } from '../../support/databases.js';
import { serverVersion } from '../../support/server-databases.js';
import { entity, IN_SYNC, type Rest } from '../drift/no-false-alarm-database.js';
import { History, statementsIn } from './history.js';

const VARCHAR = { type: 'varchar' } as const;
const nullable = (rest: Rest = {}) => [entity('thing', { t: { ...VARCHAR, nullable: true } }, rest)];
const required = (rest: Rest = {}) => [entity('thing', { t: VARCHAR }, rest)];
const LONG = 'c'.repeat(60);

const SHOWN = `SELECT conname || ': ' || pg_get_constraintdef(oid) AS text FROM pg_constraint
  WHERE conrelid = 'thing'::regclass AND conname LIKE 'nn%' ORDER BY 1`;

/** What constraints of such names the table has at head, and after the way down of the last revisions. */
async function bothWays(history: History, database: TestDatabase, length: number) {
  return history.use(database, [], async (dataSource) => {
    const shown = async () =>
      (await dataSource.query<readonly { readonly text: string }[]>(SHOWN)).map(({ text }) => text);
    await migrateUp(dataSource);
    await dataSource.query(`INSERT INTO "thing" VALUES (1, 'a')`);
    const up = await shown();
    await migrateDown(dataSource, { target: `-${length}` });
    const down = await shown();
    await migrateUp(dataSource);
    return { up, down, again: await shown() };
  });
}

onDatabase('postgres', 'The check that makes a column NOT NULL (PostgreSQL)', (database) => {
  it('has another name where a check of a revision written by hand has its own', () =>
    History.lend('postgres', async (history) => {
      await history.generate(nullable());
      history.byHand([
        `ALTER TABLE "thing" ADD CONSTRAINT "nn_t" CHECK ("t" <> 'zz')`,
        `ALTER TABLE "thing" ADD CONSTRAINT "nn_t_2" CHECK ("t" <> 'yy')`,
      ]);
      const report = await history.generate(required(), { backfills: [`thing.t='x'`] });
      expect(statementsIn(report, 'postgres'))
        .to.contain('ADD CONSTRAINT "nn_t_3" CHECK ("t" IS NOT NULL)')
        .and.contain('DROP CONSTRAINT IF EXISTS "nn_t_3"');
      const kept = [`nn_t: CHECK (((t)::text <> 'zz'::text))`, `nn_t_2: CHECK (((t)::text <> 'yy'::text))`];
      expect(await bothWays(history, database(), report.revisions.length)).to.deep.equal({
        ...{ up: kept, down: kept, again: kept },
      });
    }));

  it('has another name where NOT NULL itself has it', async function () {
    if ((await serverVersion()) < 180_000) this.skip();
    await History.lend('postgres', async (history) => {
      history.byHand([
        'CREATE TABLE "thing" ("id" integer NOT NULL, "t" varchar CONSTRAINT "nn_t" NOT NULL, CONSTRAINT "PK_0023e9d4c8e1e5f9ec1e2b27a8a" PRIMARY KEY ("id"))',
      ]);
      const report = await history.generate(nullable());
      const own = ['nn_t: NOT NULL t'];
      expect(await bothWays(history, database(), report.revisions.length)).to.deep.equal({
        ...{ up: [], down: own, again: [] },
      });
    });
  });

  it('has another name where a check that the entity gets with it has its own', () =>
    History.lend('postgres', async (history) => {
      await history.generate(nullable());
      const entities = required({ checks: [{ name: 'nn_t', expression: `"t" <> 'zz'` }] });
      const report = await history.generate(entities, { backfills: [`thing.t='x'`] });
      expect(statementsIn(report, 'postgres')).to.contain('"nn_t_2" CHECK ("t" IS NOT NULL)');
      expect(await history.checked(database(), entities)).to.deep.equal(IN_SYNC);
    }));

  it('has another name where a check of a child table has its own', () =>
    History.lend('postgres', async (history) => {
      await history.generate(nullable());
      history.byHand([
        'CREATE TABLE "child" () INHERITS ("thing")',
        `ALTER TABLE "child" ADD CONSTRAINT "nn_t" CHECK ("t" <> 'zz')`,
      ]);
      const report = await history.generate(required(), { backfills: [`thing.t='x'`] });
      expect(statementsIn(report, 'postgres')).to.contain('"nn_t_2" CHECK ("t" IS NOT NULL)');
      expect((await history.checked(database(), required())).changes).to.deep.equal([]);
    }));

  it('has another name within the length of names', () =>
    History.lend('postgres', async (history) => {
      const long = (isNullable: boolean) => [
        entity('thing', { [LONG]: { ...VARCHAR, nullable: isNullable } }),
      ];
      await history.generate(long(true));
      history.byHand([`ALTER TABLE "thing" ADD CONSTRAINT "nn_${LONG}" CHECK ("${LONG}" <> 'zz')`]);
      const report = await history.generate(long(false), { backfills: [`thing.${LONG}='x'`] });
      expect(statementsIn(report, 'postgres')).to.contain(`"nn_${LONG.slice(0, 58)}_2" CHECK`);
      expect((await history.checked(database(), long(false))).changes).to.deep.equal([]);
    }));

  for (const [what, after, options] of [
    ['becomes nullable', { t: { ...VARCHAR, nullable: true } }, {}],
    ['is dropped', {}, { drops: ['thing.t'], backfills: [`thing.t='x'`] }],
  ] as const)
    it(`leaves a check of its name that only the database has, where the column ${what}`, () =>
      History.lend('postgres', async (history) => {
        const other = { other: VARCHAR };
        await history.generate([entity('thing', { t: VARCHAR, ...other })]);
        await history.use(database(), [], async (dataSource) => {
          await migrateUp(dataSource);
          await dataSource.query(`ALTER TABLE "thing" ADD CONSTRAINT "nn_t" CHECK ("other" <> 'zz')`);
        });
        await history.generate([entity('thing', { ...after, ...other })], options);
        const shown = await history.read(database(), SHOWN);
        expect(shown).to.deep.equal([{ text: `nn_t: CHECK (((other)::text <> 'zz'::text))` }]);
      }));

  it('is named, with a way out that works, where only the database has a constraint of its name', () =>
    History.lend('postgres', async (history) => {
      await history.generate(nullable());
      const first = history.length;
      const report = await history.generate(required(), { backfills: [`thing.t='x'`] });
      await history.use({ ...database(), length: first }, [], (dataSource) => migrateUp(dataSource));
      await history.use(database(), [], async (dataSource) => {
        await dataSource.query(`ALTER TABLE "thing" ADD CONSTRAINT "nn_t" CHECK ("t" <> 'zz')`);
        const words = messageOf(await migrateUp(dataSource).catch((error: unknown) => error));
        const free = 'ALTER TABLE "thing" RENAME CONSTRAINT "nn_t" TO "nn_t_former"';
        expect(words).to.equal(
          `${report.revisions[1]?.id}: up failed: constraint "nn_t" for relation "thing" already exists. ` +
            `If no revision made that constraint, rename it: ${free}; or drop it. ` +
            'Its transaction was rolled back: the database is as it was before this revision. Fix the cause, then run the command again.',
        );
        await dataSource.query(free);
        await migrateUp(dataSource);
        const shown = await dataSource.query<readonly { readonly text: string }[]>(SHOWN);
        expect(shown.map(({ text }) => text)).to.deep.equal([
          `nn_t_former: CHECK (((t)::text <> 'zz'::text))`,
        ]);
      });
    }));
});
