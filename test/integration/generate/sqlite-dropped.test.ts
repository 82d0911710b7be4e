import { expect } from 'chai';
import { DependentsLostError } from '../../../src/errors/lost-dependents.js';
import { VerificationFailedError } from '../../../src/errors/verification.js';
import { onDatabase } from '../../support/databases.js';
import { entity } from '../drift/no-false-alarm-database.js';
import { History, statementsIn } from './history.js';

const NUMBER = { type: 'integer', nullable: true } as const;
const OTHER = entity('other', { n: NUMBER });
const SHOP = entity('shop', { n: NUMBER });
const TRIGGER = 'CREATE TRIGGER "tr" AFTER UPDATE ON "shop" BEGIN SELECT 1; END';
const TABLE =
  'CREATE TABLE "shop" ("id" integer PRIMARY KEY NOT NULL, "n" integer, CONSTRAINT "uq" UNIQUE ("n") ON CONFLICT IGNORE)';

onDatabase('sqlite', 'A dropped table of SQLite', () => {
  it('The way down of a dropped table has its triggers and its clauses', () =>
    History.lend('sqlite', async (history) => {
      await history.generate([OTHER, SHOP]);
      history.byHand(['DROP TABLE "shop"', TABLE, TRIGGER]);
      const report = await history.generate([OTHER], { drops: ['shop'] });
      expect(statementsIn(report, 'sqlite')).to.equal('DROP TABLE "shop"');
      expect(statementsIn(report, 'sqlite', 'down')).to.equal(`${TABLE}\n${TRIGGER}`);
    }));

  it('A trigger of another table that needs a dropped one is refused by name', () =>
    History.lend('sqlite', async (history) => {
      await history.generate([OTHER, SHOP]);
      history.byHand([
        'CREATE TRIGGER "gone" AFTER UPDATE ON "other" BEGIN DELETE FROM shop; END',
        'CREATE TRIGGER "word" AFTER UPDATE ON "other" BEGIN SELECT \'shop\' AS "shop"; END',
      ]);
      const error: unknown = await history
        .generate([OTHER], { drops: ['shop'] })
        .catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(DependentsLostError);
      expect((error as DependentsLostError).lines.slice(1, -1)).to.deep.equal([
        'trigger gone of other (created in 1795700120000-ByHand.ts): shop is dropped, and it needs this table.',
      ]);
    }));

  it('A trigger of another table that writes a dropped column fails the verification, by name', () =>
    History.lend('sqlite', async (history) => {
      await history.generate([OTHER, entity('shop', { n: NUMBER, m: NUMBER })]);
      history.byHand(['CREATE TRIGGER "uses" AFTER UPDATE ON "other" BEGIN UPDATE "shop" SET "m" = 1; END']);
      const error: unknown = await history
        .generate([OTHER, SHOP], { drops: ['shop.m'] })
        .catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(VerificationFailedError);
      expect((error as Error).message).to.include('the revision breaks the trigger uses of other: ');
    }));
});
