import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { DialectName } from '../../../src/databases/registry.js';
import { eachDatabase, onDatabase } from '../../support/databases.js';
import { entity, IN_SYNC, type Columns, type Rest } from '../drift/no-false-alarm-database.js';
import { NUMBER } from './case.js';
import { History, statementsIn } from './history.js';

const COLUMNS: Columns = { n: NUMBER, m: NUMBER };
const shop = (rest: Rest = {}, more: Columns = {}) => [
  entity('kind', {}),
  entity('shop', { ...COLUMNS, ...more }, rest),
];

/** A part of a table: how a revision by hand makes it on each database, and how an entity declares it. */
interface Part {
  readonly what: string;
  readonly name: string;
  readonly made: Readonly<Record<DialectName, readonly string[]>>;
  readonly declared: Rest;
}

/** SQLite has no ALTER TABLE for a constraint. */
function constraint(text: string): Part['made'] {
  return {
    postgres: [`ALTER TABLE "shop" ADD ${text}`],
    sqlite: [
      'DROP TABLE "shop"',
      `CREATE TABLE "shop" ("id" integer PRIMARY KEY NOT NULL, "n" integer, "m" integer, ${text})`,
    ],
  };
}

const INDEX = ['CREATE INDEX "hand" ON "shop" ("n")'];
const REFERENCE = { name: 'hand', target: 'kind', columnNames: ['n'], referencedColumnNames: ['id'] };
const PARTS: readonly Part[] = [
  {
    what: 'index',
    name: 'hand',
    made: { postgres: INDEX, sqlite: INDEX },
    declared: { indices: [{ name: 'hand', columns: ['n'] }] },
  },
  {
    what: 'check',
    name: 'hand',
    made: constraint('CONSTRAINT "hand" CHECK ("n" > 0)'),
    declared: { checks: [{ name: 'hand', expression: '"n" > 0' }] },
  },
  {
    what: 'unique',
    name: 'hand',
    made: constraint('CONSTRAINT "hand" UNIQUE ("n", "m")'),
    declared: { uniques: [{ name: 'hand', columns: ['n', 'm'] }] },
  },
  {
    what: 'foreign key',
    name: 'hand',
    made: constraint('CONSTRAINT "hand" FOREIGN KEY ("n") REFERENCES "kind" ("id")'),
    declared: { foreignKeys: [REFERENCE] },
  },
];

eachDatabase('A part of a revision written by hand that an entity then declares', (database) => {
  /** A history whose snapshot was written while the part was not declared. */
  const withPart = (part: Part, use: (history: History) => Promise<void>) =>
    History.lend(database().dialect, async (history) => {
      await history.generate(shop());
      history.byHand(part.made[history.dialect]);
      const { warnings } = await history.generate(shop());
      const place = `shop.${part.name}`;
      expect(warnings).to.deep.equal([
        `${place}: no entity declares this ${part.what}, so it stays unchanged. To drop it, pass --drop ${place}`,
      ]);
      await use(history);
    });
  const snapshotOf = ({ folder }: History) => readFile(join(folder, 'snapshot.json'), 'utf8');

  for (const part of PARTS) {
    it(`Nothing changes when an entity declares the ${part.what}, and the snapshot contains it`, () =>
      withPart(part, async (history) => {
        expect(await snapshotOf(history)).not.to.contain('"hand"');
        const { revisions, warnings } = await history.generate(shop(part.declared));
        expect({ revisions, warnings }).to.deep.equal({ revisions: [], warnings: [] });
        expect(await snapshotOf(history)).to.contain('"hand"');
        expect(await history.checked(database(), shop(part.declared))).to.deep.equal(IN_SYNC);
        expect((await history.generate(shop(part.declared))).revisions).to.deep.equal([]);
      }));

    it(`Only the rest is generated when an entity declares the ${part.what} and a column`, () =>
      withPart(part, async (history) => {
        const entities = shop(part.declared, { more: NUMBER });
        const report = await history.generate(entities);
        const statements = statementsIn(report, history.dialect);
        expect(statements).to.contain('"more"').and.not.contain('hand');
        expect(await history.checked(database(), entities)).to.deep.equal(IN_SYNC);
      }));
  }

  it('An index that an entity declares with other columns is made again, and nothing else changes', () =>
    withPart(PARTS[0]!, async (history) => {
      const entities = shop({ indices: [{ name: 'hand', columns: ['m'] }] });
      const report = await history.generate(entities);
      expect(statementsIn(report, history.dialect)).to.match(/CREATE INDEX .*"hand" ON "shop" \("m"/);
      expect(await history.checked(database(), entities)).to.deep.equal(IN_SYNC);
    }));

  it('An index that an entity declares under a renamed table is no change either', () =>
    withPart(PARTS[0]!, async (history) => {
      const declared = { indices: [{ name: 'hand', columns: ['n'] }], tableName: 'store' };
      await history.generate(shop(declared), { renamedTables: ['shop:store'] });
      expect(await history.checked(database(), shop(declared))).to.deep.equal(IN_SYNC);
    }));
});

onDatabase(
  'sqlite',
  'A virtual column of a revision written by hand that an entity then declares',
  (database) => {
    it('Nothing changes when an entity declares the column', () =>
      History.lend('sqlite', async (history) => {
        await history.generate(shop());
        history.byHand(['ALTER TABLE "shop" ADD COLUMN "v" integer GENERATED ALWAYS AS ("n" + 1) VIRTUAL']);
        await history.generate(shop());
        const declared = shop({}, { v: { ...NUMBER, asExpression: '"n" + 1', generatedType: 'VIRTUAL' } });
        expect((await history.generate(declared)).revisions).to.deep.equal([]);
        expect(await history.checked(database(), declared)).to.deep.equal(IN_SYNC);
      }));
  },
);

onDatabase(
  'sqlite',
  'WITHOUT ROWID of a revision written by hand that an entity then declares',
  (database) => {
    it('Nothing changes when an entity declares it', () =>
      History.lend('sqlite', async (history) => {
        await history.generate(shop());
        history.byHand([
          'DROP TABLE "shop"',
          'CREATE TABLE "shop" ("id" integer PRIMARY KEY NOT NULL, "n" integer, "m" integer) WITHOUT ROWID',
        ]);
        await history.generate(shop());
        const declared = shop({ withoutRowid: true });
        expect((await history.generate(declared)).revisions).to.deep.equal([]);
        expect(await history.checked(database(), declared)).to.deep.equal(IN_SYNC);
      }));
  },
);
