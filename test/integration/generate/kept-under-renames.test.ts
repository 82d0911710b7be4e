import { expect } from 'chai';
import type { EntitySchema } from 'typeorm';
import type { GenerateOptions } from '../../../src/generate/generate-revisions.js';
import { migrateDown } from '../../../src/migrator/migrate.js';
import { onDatabase, type TestDatabase } from '../../support/databases.js';
import { entity, IN_SYNC, type Columns, type Rest } from '../drift/no-false-alarm-database.js';
import { VerificationFailedError } from '../../../src/errors/verification.js';
import { expectFailure } from '../../support/failures.js';
import { ANYHOW, NUMBER, TEXT } from './case.js';
import { History } from './history.js';

const item = (columns: Columns, rest: Rest = {}) => [entity('item', columns, rest)];
const FTS = [
  `CREATE VIRTUAL TABLE "f" USING fts5(t, content='item', content_rowid='id')`,
  'CREATE TRIGGER "ai" AFTER INSERT ON "item" BEGIN INSERT INTO f(rowid, t) VALUES (new.id, new.t); END',
];
const RTREE = [
  'CREATE VIRTUAL TABLE "r" USING rtree(id, x0, x1)',
  'CREATE TRIGGER "ad" AFTER DELETE ON "item" BEGIN DELETE FROM r WHERE id = old.id; END',
];

interface Kept {
  readonly before: readonly EntitySchema[];
  readonly byHand: readonly string[];
  readonly after: readonly EntitySchema[];
  readonly options?: Partial<GenerateOptions>;
  readonly unmanaged: readonly string[];
}

/** Generates the change; what was made by hand is there after up, and after down and up again. */
function keeps(database: () => TestDatabase, what: string, given: Kept): void {
  it(`${what} stays, up, down and up again`, () =>
    History.lend(database().dialect, async (history) => {
      const { before, byHand, after, options = {}, unmanaged } = given;
      if (before.length > 0) await history.generate(before);
      history.byHand(byHand);
      await history.generate(after, options);
      expect(await history.checked(database(), after)).to.deep.equal({ ...IN_SYNC, unmanaged });
      await history.use(database(), [], (dataSource) => migrateDown(dataSource, { target: '-1' }));
      expect(await history.checked(database(), after)).to.deep.equal({ ...IN_SYNC, unmanaged });
      expect((await history.generate(after)).revisions).to.deep.equal([]);
    }));
}

onDatabase('sqlite', 'What entities cannot declare, under changes of its table (SQLite)', (database) => {
  const cases: Readonly<Record<string, Kept>> = {
    'ON CONFLICT of two columns, of which one is renamed,': {
      before: [],
      byHand: [
        'CREATE TABLE "item" ("id" integer PRIMARY KEY NOT NULL, "a" integer, "b" integer, CONSTRAINT "uq" UNIQUE ("a", "b") ON CONFLICT REPLACE)',
      ],
      after: item({ c: NUMBER, b: NUMBER }, { uniques: [{ name: 'uq', columns: ['c', 'b'] }] }),
      options: { renames: ['item.a:c'] },
      unmanaged: ['part-option item.ON CONFLICT REPLACE (c, b)'],
    },
    'A trigger of a table whose name gets other letters in case alone': {
      before: item({ a: NUMBER }),
      byHand: ['CREATE TRIGGER "tr" AFTER DELETE ON "item" BEGIN UPDATE "item" SET "a" = 0; END'],
      after: [entity('item', { a: NUMBER }, { tableName: 'ITEM' })],
      options: { renamedTables: ['item:ITEM'] },
      unmanaged: ['trigger ITEM.tr'],
    },
    'A virtual table over the rows of a table that is rebuilt': {
      before: item({ t: TEXT, a: NUMBER }),
      byHand: FTS,
      after: item({ t: TEXT, a: { type: 'integer', default: 1 } }),
      options: { backfills: ['item.a=1'] },
      unmanaged: ['table f', 'trigger item.ai'],
    },
    'A virtual table that a trigger fills from a column that is renamed': {
      before: item({ t: TEXT }),
      byHand: FTS.map((sql) => sql.replace(`, content='item', content_rowid='id'`, '')),
      after: item({ u: TEXT }),
      options: { renames: ['item.t:u'] },
      unmanaged: ['table f', 'trigger item.ai'],
    },
    'A virtual table of a trigger of a table that is renamed': {
      before: item({ a: NUMBER }),
      byHand: RTREE,
      after: [entity('thing', { a: NUMBER })],
      options: { renamedTables: ['item:thing'] },
      unmanaged: ['table r', 'trigger thing.ad'],
    },
  };
  for (const [what, given] of Object.entries(cases)) keeps(database, what, given);

  it('A virtual table over the rows of a table whose column is renamed is named, and what to do', () =>
    History.lend('sqlite', async (history) => {
      await history.generate(item({ t: TEXT }));
      history.byHand(FTS);
      await expectFailure(
        history.generate(item({ u: TEXT }), { renames: ['item.t:u'] }),
        VerificationFailedError,
        'Nothing was written: 1795700180000-Change.ts ("Renames item.t to u.") failed verification on a scratch database (SQLite). SQLite: up failed on the scratch database in 1795700180000-Change.ts: the revision breaks the virtual table f: SQLITE_ERROR: no such column: T.t. ' +
          'Drop it before the change in the revision, and create it again for the new columns: DROP TABLE IF EXISTS "f". No entity declares the table f (created in 1795700120000-ByHand.ts). ' +
          'To keep it, write the revision by hand: drop what depends on the change, make the change, create it again. Run: npm run -s db -- create Name',
      );
    }));
});

onDatabase('postgres', 'What entities cannot declare, under changes of type (PostgreSQL)', (database) => {
  const wide = { type: 'bigint', nullable: true } as const;
  const cases: Readonly<Record<string, Kept>> = {
    'NOT ENFORCED of a foreign key whose both ends change': {
      before: [entity('parent', {}), ...item({ a: NUMBER })],
      byHand: [
        'ALTER TABLE "item" ADD CONSTRAINT "f" FOREIGN KEY ("a") REFERENCES "parent" ("id") NOT ENFORCED',
      ],
      after: [entity('parent', { id: { type: 'bigint', primary: true } }), ...item({ a: wide })],
      options: ANYHOW,
      unmanaged: ['foreign-key item.f'],
    },
    'NOT NULL NOT VALID of a column that is renamed': {
      before: item({ a: NUMBER }),
      byHand: ['ALTER TABLE "item" ADD CONSTRAINT "nn" NOT NULL "a" NOT VALID'],
      after: item({ c: NUMBER }),
      options: { renames: ['item.a:c'] },
      unmanaged: ['part-option item.nn.NOT VALID'],
    },
    'A publication with a row filter, statistics of an expression and the replica identity': {
      before: item(
        { a: { type: 'integer' }, b: NUMBER },
        { indices: [{ name: 'ix', columns: ['a'], unique: true }] },
      ),
      byHand: [
        'CREATE STATISTICS "st" (ndistinct) ON "a", ("b" + 1) FROM "item"',
        'CREATE PUBLICATION "seen_items" FOR TABLE "item" ("id", "a") WHERE ("a" > 0)',
        'ALTER TABLE "item" REPLICA IDENTITY USING INDEX "ix"',
      ],
      after: item(
        { a: { type: 'bigint' }, b: wide },
        { indices: [{ name: 'ix', columns: ['a'], unique: true }] },
      ),
      options: ANYHOW,
      unmanaged: ['publication seen_items', 'statistics item.st'],
    },
  };
  for (const [what, given] of Object.entries(cases)) keeps(database, what, given);
});
