import { expect } from 'chai';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onDatabase } from '../../support/databases.js';
import { entity, IN_SYNC, type Columns, type Rest } from '../drift/no-false-alarm-database.js';
import { NUMBER } from './case.js';
import { History } from './history.js';

const item = (columns: Columns, rest?: Rest) => [entity('item', columns, rest)];

async function codeOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => (error as { readonly code?: unknown }).code,
  );
}

onDatabase('sqlite', 'The way out of a refusal about a place (SQLite)', (database) => {
  it('A virtual table is dropped by hand', () =>
    History.lend('sqlite', async (history) => {
      await history.generate(item({ n: NUMBER }));
      history.byHand(['CREATE VIRTUAL TABLE "found" USING fts5("body")']);
      const drops = ['found'];
      expect(await codeOf(history.generate(item({ n: NUMBER }), { drops }))).to.equal('ENTITY_TABLE');
      history.byHand(['DROP TABLE "found"']);
      expect((await history.generate(item({ n: NUMBER }))).revisions).to.deep.equal([]);
      expect(await history.checked(database(), item({ n: NUMBER }))).to.deep.equal(IN_SYNC);
    }));

  it('An entity of an attached file is left to its own DataSource with synchronize: false', () =>
    History.lend('sqlite', async (history) => {
      const folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-attached-'));
      const file = join(folder, 'other.db');
      const other = (rest: Rest = {}) => entity('other', {}, { database: file, ...rest });
      expect(await codeOf(history.generate([...item({}), other()]))).to.equal('ENTITY_FILE');
      const { revisions } = await history.generate([...item({}), other({ synchronize: false })]);
      expect(revisions[0]?.sqlite.up.join()).to.contain('"item"').and.not.to.contain('"other"');
      await rm(folder, { recursive: true });
    }));

  it('One of two entities that meet gets another table name', () =>
    History.lend('sqlite', async (history) => {
      const meeting = (tableName: string) => [
        ...item({}, { schema: 'blog' }),
        entity('items', {}, { tableName, schema: 'shop' }),
      ];
      expect(await codeOf(history.generate(meeting('item')))).to.equal('ENTITY_NAMES');
      await history.generate(meeting('items'));
      expect(await history.checked(database(), meeting('items'))).to.deep.equal(IN_SYNC);
    }));
});

onDatabase('postgres', 'The way out of a refusal about a place (PostgreSQL)', (database) => {
  it('A table whose replica identity would go gets another one by hand first', () =>
    History.lend('postgres', async (history) => {
      const n = { type: 'integer' } as const;
      await history.generate(item({ n }, { uniques: [{ name: 'uq', columns: ['n'] }] }));
      history.byHand(['ALTER TABLE "item" REPLICA IDENTITY USING INDEX "uq"']);
      expect(await codeOf(history.generate(item({ n })))).to.equal('DEPENDENTS_LOST');
      history.byHand(['ALTER TABLE "item" REPLICA IDENTITY FULL']);
      await history.generate(item({ n }));
      expect((await history.checked(database(), item({ n }))).status).to.equal('in-sync');
    }));

  it('Columns with names that PostgreSQL makes one get shorter names', () =>
    History.lend('postgres', async (history) => {
      const long = (...lengths: readonly number[]) =>
        item(Object.fromEntries(lengths.map((length) => ['a'.repeat(length), NUMBER])));
      expect(await codeOf(history.generate(long(64, 65)))).to.equal('ENTITY_NAMES');
      await history.generate(long(62, 63));
      expect(await history.checked(database(), long(62, 63))).to.deep.equal(IN_SYNC);
    }));
});
