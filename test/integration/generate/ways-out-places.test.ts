import { expect } from 'chai';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Entity, JoinTable, ManyToMany, PrimaryColumn } from 'typeorm';
import type { SqliteTarget } from '../../../src/database-url.js';
import { checkDrift } from '../../../src/drift/check-drift.js';
import { messageOf } from '../../../src/errors/base.js';
import { onDatabase } from '../../support/databases.js';
import {
  entity,
  IN_SYNC,
  plainDataSource,
  type Columns,
  type Rest,
} from '../drift/no-false-alarm-database.js';
import { withClient } from '../../support/failures.js';
import { NUMBER } from './case.js';
import { History } from './history.js';

const item = (columns: Columns, rest?: Rest) => [entity('item', columns, rest)];

const ATTACHED = { database: 'other.db', synchronize: false };

@Entity('shelf', ATTACHED)
class Shelf {
  @PrimaryColumn('integer')
  id!: number;
}

function bookWith(synchronize: boolean): Function {
  @Entity('book', ATTACHED)
  class Book {
    @PrimaryColumn('integer')
    id!: number;

    @ManyToMany(() => Shelf)
    @JoinTable({ name: 'shelves', synchronize })
    shelves!: Shelf[];
  }
  return Book;
}

const TREE: Rest = {
  trees: [{ type: 'closure-table' }],
  relations: {
    parent: { type: 'many-to-one', target: 'branch', treeParent: true, inverseSide: 'children' },
    children: { type: 'one-to-many', target: 'branch', treeChildren: true, inverseSide: 'parent' },
  },
};

async function wordsOf(work: Promise<unknown>): Promise<string> {
  return work.then(() => '', messageOf);
}

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
      const file = `${(database().target as SqliteTarget).path}.other`;
      const other = (rest: Rest = {}) => entity('other', { n: NUMBER }, rest);
      expect(await codeOf(history.generate([...item({}), other({ database: file })]))).to.equal(
        'ENTITY_FILE',
      );
      const entities = [...item({}), other({ database: file, synchronize: false })];
      const { revisions } = await history.generate(entities);
      expect(revisions[0]?.sqlite.up.join()).to.contain('"item"').and.not.to.contain('"other"');
      await History.lend('sqlite', async (own) => {
        await own.generate([other()]);
        const target = { dialect: 'sqlite', path: file, shown: `sqlite:${file}` } as const;
        expect(await own.checked({ target }, [other()])).to.deep.equal(IN_SYNC);
      });
      expect(await history.checked(database(), entities)).to.deep.equal(IN_SYNC);
      await history.use(database(), entities, async (dataSource) => {
        await dataSource.getRepository('other').save({ id: 1, n: 2 });
        expect(await dataSource.getRepository('other').count()).to.equal(1);
      });
    }));

  it('A join table of an attached file is left out with synchronize: false in @JoinTable', async () => {
    const { path } = database().target as SqliteTarget;
    const attached = join(dirname(path), ATTACHED.database);
    writeFileSync(path, '');
    const checked = (book: Function) => checkDrift(plainDataSource(database(), { entities: [Shelf, book] }));
    expect(await wordsOf(checked(bookWith(true)))).to.contain(
      `the attached file ${attached} cannot be opened; check that it exists, `,
    );
    writeFileSync(attached, '');
    expect(await wordsOf(checked(bookWith(true)))).to.match(
      /^The join table shelves is in the file other\.db, .* Specify synchronize: false in @JoinTable, /,
    );
    expect(await checked(bookWith(false))).to.deep.include({ status: 'in-sync', unmanaged: [] });
  });

  it('The closure table of a tree in an attached file goes with its entity', () =>
    History.lend('sqlite', async (history) => {
      const file = `${(database().target as SqliteTarget).path}.other`;
      const tree = entity('branch', {}, { ...TREE, database: file, synchronize: false });
      const { revisions } = await history.generate([...item({}), tree]);
      expect(revisions[0]?.sqlite.up.join()).to.contain('"item"').and.not.to.contain('"branch');
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

  it('A schema of the option "schema" is created with the statement of the refusal', () =>
    History.lend(
      'postgres',
      async (history) => {
        await history.generate(item({ n: NUMBER }));
        const refused = await wordsOf(history.checked(database(), item({ n: NUMBER })));
        const statement = /CREATE SCHEMA "The app";$/.exec(refused)?.[0] ?? refused;
        await withClient(database().target, (client) => client.query(statement));
        expect(await history.checked(database(), item({ n: NUMBER }))).to.deep.equal(IN_SYNC);
        await history.reverted(database());
        expect(await history.checked(database(), item({ n: NUMBER }))).to.deep.equal(IN_SYNC);
      },
      { schema: 'The app' },
    ));

  it('Columns with names that PostgreSQL makes one get shorter names', () =>
    History.lend('postgres', async (history) => {
      const long = (...lengths: readonly number[]) =>
        item(Object.fromEntries(lengths.map((length) => ['a'.repeat(length), NUMBER])));
      expect(await codeOf(history.generate(long(64, 65)))).to.equal('ENTITY_NAMES');
      await history.generate(long(62, 63));
      expect(await history.checked(database(), long(62, 63))).to.deep.equal(IN_SYNC);
    }));
});
