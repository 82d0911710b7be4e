import { expect } from 'chai';
import { onDatabase } from '../../support/databases.js';
import { entity, IN_SYNC, type Columns } from '../drift/no-false-alarm-database.js';
import { NUMBER, TEXT } from './case.js';
import { History, statementsIn } from './history.js';

const item = (columns: Columns) => [entity('item', columns)];
const LIST = `st IN ('a', 'b')`;
const state = (...values: string[]): Columns => ({
  st: { type: 'simple-enum', enum: values, nullable: true },
});

onDatabase('sqlite', 'A check without a name of a revision written by hand (SQLite)', (database) => {
  /** The table with checks that have no name, made by hand. */
  async function withChecks(history: History): Promise<void> {
    await history.generate(item({ n: NUMBER, st: TEXT }));
    history.byHand([
      'DROP TABLE "item"',
      `CREATE TABLE "item" ("id" integer PRIMARY KEY NOT NULL, "n" integer CHECK ("n" > 0), "st" text, CHECK (${LIST}))`,
    ]);
  }
  const PLACES = ['item."n" > 0', `item.${LIST}`];
  const unmanaged = PLACES.map((place) => `check ${place}`).sort();

  it('A check without a name stays when its table is rebuilt, is reported, and is unmanaged', () =>
    History.lend('sqlite', async (history) => {
      await withChecks(history);
      const after = item({ n: { type: 'integer', default: 1 }, st: TEXT });
      const report = await history.generate(after, { backfills: ['item.n=1'] });
      expect(report.warnings.slice(0, 2)).to.deep.equal([
        'item."n" > 0: no entity declares this check, so it stays unchanged. To drop it, pass --drop "item.\\"n\\" > 0"',
        `item.${LIST}: no entity declares this check, so it stays unchanged. To drop it, pass --drop "item.${LIST}"`,
      ]);
      expect(statementsIn(report, 'sqlite')).to.contain('CHECK ("n" > 0)').and.to.contain(LIST);
      expect(await history.checked(database(), after)).to.deep.equal({ ...IN_SYNC, unmanaged });
      expect((await history.generate(after)).revisions).to.deep.equal([]);
    }));

  it('A check without a name stays when a column is renamed', () =>
    History.lend('sqlite', async (history) => {
      await withChecks(history);
      const after = item({ m: NUMBER, st: TEXT });
      await history.generate(after, { renames: ['item.n:m'] });
      expect((await history.generate(after)).revisions).to.deep.equal([]);
    }));

  it('--drop drops a check without a name, and it goes with its column', () =>
    History.lend('sqlite', async (history) => {
      await withChecks(history);
      const after = item({ st: TEXT });
      await history.generate(after, { drops: [`item.${LIST}`, 'item.n'] });
      expect(await history.checked(database(), after)).to.deep.equal(IN_SYNC);
      await history.reverted(database());
    }));

  it('The values of an enumerated column are of its entity, which may change and remove them', () =>
    History.lend('sqlite', async (history) => {
      for (const values of [
        ['a', 'b'],
        ['a', 'c'],
        ['a', 'c', 'd'],
      ]) {
        await history.generate(item(state(...values)));
        expect(await history.checked(database(), item(state(...values)))).to.deep.equal(IN_SYNC);
      }
      const renamed = item({ mood: state('e', 'a')['st'] });
      await history.generate(renamed, { renames: ['item.st:mood'] });
      expect(await history.checked(database(), renamed)).to.deep.equal(IN_SYNC);
      await history.generate(item({ mood: TEXT }));
      expect(await history.checked(database(), item({ mood: TEXT }))).to.deep.equal(IN_SYNC);
    }));

  it('A check without a name that only the database has is a difference', () =>
    History.lend('sqlite', async (history) => {
      await history.generate(item({ n: NUMBER }));
      await history.read(database(), 'DROP TABLE "item"');
      await history.read(
        database(),
        'CREATE TABLE "item" ("id" integer PRIMARY KEY NOT NULL, "n" integer CHECK ("n" > 0))',
      );
      const { changes } = await history.checked(database(), item({ n: NUMBER }));
      expect(changes).to.deep.equal([
        'drop-check: Check item."n" > 0 is in the database, but no entity declares it: expression "n" > 0.',
      ]);
    }));
});
