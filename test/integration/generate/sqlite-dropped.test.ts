import { expect } from 'chai';
import type { EntitySchema, EntitySchemaColumnOptions } from 'typeorm';
import { DependentsLostError } from '../../../src/errors/lost-dependents.js';
import { migrateUp } from '../../../src/migrator/migrate.js';
import { onDatabase } from '../../support/databases.js';
import { entity, type Columns } from '../drift/no-false-alarm-database.js';
import { History, statementsIn } from './history.js';

const NUMBER = { type: 'integer', nullable: true } as const;
const OTHER = entity('other', { n: NUMBER });
const SHOP = entity('shop', { n: NUMBER });
const TRIGGER = 'CREATE TRIGGER "tr" AFTER UPDATE ON "shop" BEGIN SELECT 1; END';
const TABLE =
  'CREATE TABLE "shop" ("id" integer PRIMARY KEY NOT NULL, "n" integer, CONSTRAINT "uq" UNIQUE ("n") ON CONFLICT IGNORE)';

onDatabase('sqlite', 'An index that only the database has (SQLite)', (database) => {
  const shop = (type: 'integer' | 'varchar', more: Columns): EntitySchema[] => [
    shopWith({ n: { type, nullable: true }, ...more }),
  ];

  for (const [index, isRefused] of [
    ['lower("m")', true],
    ['"n") WHERE ("m" > 1', true],
    ['"n") WHERE ("n" <> "text"', false],
  ] as const)
    it(`A rebuild without the column m ${isRefused ? 'refuses' : 'creates again'} the index ON shop (${index})`, () =>
      History.lend('sqlite', async (history) => {
        await history.generate(shop('integer', { m: NUMBER }));
        const place = { target: database().target, length: history.length };
        await history.generate(shop('varchar', {}), { drops: ['shop.m'], allowRewrite: true });
        await history.use(place, [], async (dataSource) => {
          await migrateUp(dataSource);
          await dataSource.query(`CREATE INDEX "ix_low" ON "shop" (${index})`);
        });
        const words = await history.use({ target: place.target }, [], (dataSource) =>
          migrateUp(dataSource).then(() => '', String),
        );
        if (isRefused)
          expect(words).to.match(/the index ix_low of shop cannot be created again: no such column: m\./);
        else expect(words).to.equal('');
      }));
});

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

  it('A trigger, and an index that an entity excludes, are refused by name where they use a dropped column', () =>
    History.lend('sqlite', async (history) => {
      const [before, after] = [shopWith({ n: NUMBER, m: NUMBER }), shopWith({ n: NUMBER })];
      await history.generate([OTHER, before]);
      history.byHand(USERS_OF_M);
      const change = () => history.generate([OTHER, after], { drops: ['shop.m'] });
      const error: unknown = await change().catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(DependentsLostError);
      expect((error as DependentsLostError).lines.slice(1, -1)).to.deep.equal(
        [
          'index ix_low of shop',
          'trigger of_m of shop',
          'trigger when_m of shop',
          'trigger writes of other',
        ].map(
          (words) =>
            `${words} (created in 1795700120000-ByHand.ts): shop.m is dropped, and it uses this column.`,
        ),
      );
      const named = [...USERS_OF_M.join('\n').matchAll(/CREATE (INDEX|TRIGGER) ("\w+")/g)];
      history.byHand(
        named.filter(([, , name = '']) => name !== '"text"').map(([, kind, name]) => `DROP ${kind} ${name}`),
      );
      expect((await change()).revisions).to.have.length(1);
    }));
});

/** One of them has only a text of the name, and stays. */
const USERS_OF_M = [
  'CREATE INDEX "ix_low" ON "shop" (lower("m"))',
  'CREATE TRIGGER "of_m" AFTER UPDATE OF "m" ON "shop" BEGIN SELECT 1; END',
  'CREATE TRIGGER "when_m" AFTER UPDATE ON "shop" WHEN new."m" = 1 BEGIN SELECT 1; END',
  'CREATE TRIGGER "writes" AFTER UPDATE ON "other" BEGIN UPDATE "shop" SET "m" = 1; END',
  'CREATE TRIGGER "text" AFTER UPDATE ON "other" BEGIN SELECT \'m\' AS "m"; END',
];

function shopWith(columns: Readonly<Record<string, EntitySchemaColumnOptions>>): EntitySchema {
  return entity('shop', columns, { indices: [{ name: 'ix_low', synchronize: false }] });
}
