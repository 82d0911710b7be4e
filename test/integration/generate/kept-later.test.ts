import { expect } from 'chai';
import { eachDatabase, onDatabase } from '../../support/databases.js';
import { entity, IN_SYNC, type Rest } from '../drift/no-false-alarm-database.js';
import { NUMBER } from './case.js';
import { History, statementsIn } from './history.js';

const shop = (columns: readonly string[], rest: Rest = {}) => [
  entity('shop', Object.fromEntries(columns.map((name) => [name, NUMBER])), rest),
];

eachDatabase('A part of a revision written by hand that other changes kept', (database) => {
  for (const [how, columns, drops] of [
    ['is dropped by --drop', ['n', 'm'], ['shop.hand']],
    ['goes with its column', ['m'], ['shop.n']],
  ] as const)
    it(`A part that other changes kept ${how}`, () =>
      History.lend(database().dialect, async (history) => {
        await history.generate(shop(['n']));
        history.byHand(['CREATE INDEX "hand" ON "shop" (("n" + 1))']);
        await history.generate(shop(['n', 'm']));
        await history.generate(shop(columns), { drops: [...drops] });
        expect(await history.checked(database(), shop(columns))).to.deep.equal(IN_SYNC);
      }));
});

onDatabase('sqlite', 'A table that a revision written by hand made again (SQLite)', (database) => {
  it('A check that an entity no longer declares goes, and STRICT stays', () =>
    History.lend('sqlite', async (history) => {
      await history.generate(shop(['n'], { checks: [{ name: 'ck', expression: '"n" > 0' }] }));
      history.byHand([
        'DROP TABLE "shop"',
        'CREATE TABLE "shop" ("id" integer PRIMARY KEY NOT NULL, "n" integer, CONSTRAINT "ck" CHECK ("n" > 0)) STRICT',
      ]);
      const report = await history.generate(shop(['n']));
      expect(report.warnings).to.deep.equal(['shop: no entity declares STRICT, so the table keeps it']);
      expect(statementsIn(report, 'sqlite')).to.contain('STRICT').and.not.contain('CHECK');
      const unmanaged = ['table-option shop.STRICT'];
      expect(await history.checked(database(), shop(['n']))).to.deep.equal({ ...IN_SYNC, unmanaged });
    }));
});
