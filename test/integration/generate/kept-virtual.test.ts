import { expect } from 'chai';
import { eachDatabase, onDatabase } from '../../support/databases.js';
import { entity, IN_SYNC, type Columns } from '../drift/no-false-alarm-database.js';
import { serverVersion } from '../../support/server-databases.js';
import { NUMBER } from './case.js';
import { History } from './history.js';

const item = (columns: Columns = {}) => entity('item', { a: NUMBER, ...columns });
const UNCHANGED = (what: string, place: string) =>
  `item.${place}: no entity declares this ${what}, so it stays unchanged. To drop it, pass --drop item.${place}`;

const hasVirtual = async (dialect: string) => dialect === 'sqlite' || (await serverVersion()) >= 180_000;

/** On SQLite a check comes with its table alone. */
const BY_HAND = {
  postgres: [
    'ALTER TABLE "item" ADD COLUMN "u" integer GENERATED ALWAYS AS ("a" + 1) VIRTUAL',
    'ALTER TABLE "item" ADD CONSTRAINT "ck_u" CHECK ("u" > 0)',
  ],
  sqlite: [
    'DROP TABLE "item"',
    `CREATE TABLE "item" ("id" integer PRIMARY KEY NOT NULL, "a" integer NOT NULL, "u" integer GENERATED ALWAYS AS ("a" + 1) VIRTUAL, CONSTRAINT "ck_u" CHECK ("u" > 0))`,
  ],
} as const;

eachDatabase('A virtual column of a revision written by hand', (database) => {
  beforeEach(async function () {
    if (!(await hasVirtual(database().dialect))) this.skip();
  });

  it('A virtual column of a revision written by hand stays with the check over it', () =>
    History.lend(database().dialect, async (history) => {
      await history.generate([item()]);
      history.byHand(BY_HAND[database().dialect]);
      const entities = [item({ b: { ...NUMBER, nullable: true } })];
      const report = await history.generate(entities);
      expect([...report.warnings].sort()).to.deep.equal([
        UNCHANGED('check', 'ck_u'),
        UNCHANGED('column', 'u'),
      ]);
    }));

  it('A check over a virtual column goes with that where --drop names the column', () =>
    History.lend(database().dialect, async (history) => {
      await history.generate([item()]);
      history.byHand(BY_HAND[database().dialect]);
      await history.generate([item()], { drops: ['item.u'] });
      expect(await history.checked(database(), [item()])).to.deep.equal(IN_SYNC);
    }));
});

onDatabase('postgres', 'A virtual column that an entity declares as a plain one', (database) => {
  beforeEach(async function () {
    if (!(await hasVirtual('postgres'))) this.skip();
  });

  for (const nullable of [true, false])
    it(`A virtual column that an entity declares as a plain ${nullable ? 'nullable' : 'required'} one gives its rows what it computed`, () =>
      History.lend('postgres', async (history) => {
        await history.generate([item()]);
        history.byHand(BY_HAND.postgres);
        if (!nullable) history.byHand(['ALTER TABLE "item" ALTER COLUMN "u" SET NOT NULL']);
        history.byHand(['INSERT INTO "item" ("id", "a") VALUES (1, 5), (2, 7)']);
        const entities = [item({ u: { ...NUMBER, nullable } })];
        await history.generate(entities);
        expect(await history.read(database(), 'SELECT "a", "u" FROM "item" ORDER BY 1')).to.deep.equal([
          { a: 5, u: 6 },
          { a: 7, u: 8 },
        ]);
        expect(await history.checked(database(), entities)).to.deep.equal({
          ...IN_SYNC,
          unmanaged: ['check item.ck_u'],
        });
      }));
});
