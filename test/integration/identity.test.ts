import { expect } from 'chai';
import {
  Between,
  Column,
  Entity,
  In,
  JoinColumn,
  ManyToOne,
  MoreThan,
  Not,
  OneToMany,
  PrimaryGeneratedColumn,
  type DataSource,
  type ObjectLiteral,
  type Relation,
} from 'typeorm';
import { JobStateTransition, Worker, WorkerStateTransition } from '../../src/entities/index.js';
import { UnsafeIntegerError } from '../../src/errors/base.js';
import { checkDrift } from '../../src/drift/check-drift.js';
import { eachDatabase, onDatabase, type TestDatabase } from '../support/databases.js';

@Entity({ name: 'shelves' })
class Shelf {
  @PrimaryGeneratedColumn({ name: 'id', type: 'bigint' })
  id!: number;

  @OneToMany(() => Book, (book) => book.shelf, { cascade: true })
  books!: Relation<Book[]>;
}

@Entity({ name: 'books' })
class Book {
  @PrimaryGeneratedColumn({ name: 'id', type: 'bigint' })
  id!: number;

  @Column({ name: 'title', type: 'text' })
  title!: string;

  @Column({ name: 'shelf_id', type: 'bigint', nullable: true })
  shelfId!: number | null;

  @ManyToOne(() => Shelf, (shelf) => shelf.books)
  @JoinColumn({ name: 'shelf_id' })
  shelf!: Relation<Shelf> | null;
}

/** A safe integer beyond what the type integer of PostgreSQL takes. */
const FAR = 9_007_199_254_740_000;

async function withShelves(database: TestDatabase): Promise<DataSource> {
  const dataSource = await database.connect({ entities: [Shelf, Book], migrations: [] });
  await dataSource.driver.createSchemaBuilder().build();
  return dataSource;
}

eachDatabase('A generated bigint key', (database) => {
  it('A generated bigint key is a number after save, insert and find, on the first row and far beyond 32 bits', async () => {
    const { manager } = await withShelves(database());
    const saved = await manager.getRepository(Shelf).save({});
    const values = { id: FAR };
    const { identifiers, generatedMaps } = await manager.insert(Shelf, values);
    const after = await manager.getRepository(Shelf).save({});
    expect([identifiers, generatedMaps, values]).to.deep.equal([[{ id: FAR }], [{ id: FAR }], { id: FAR }]);
    expect([saved.id, after.id]).to.deep.equal([
      1,
      // SQLite counts on from the greatest key, an identity of PostgreSQL from its own sequence.
      database().dialect === 'sqlite' ? FAR + 1 : 2,
    ]);
    const found = await manager.find(Shelf, { order: { id: 'ASC' } });
    expect(found.map(({ id }) => id)).to.deep.equal([saved.id, FAR, after.id].sort((a, b) => a - b));
  });

  it('A generated bigint key finds its row, in every kind of condition', async () => {
    const { manager } = await withShelves(database());
    await manager.insert(Shelf, [{ id: FAR }, { id: 5 }, { id: 6 }]);
    expect(await manager.findOneBy(Shelf, { id: FAR })).to.deep.equal({ id: FAR });
    expect(await manager.countBy(Shelf, { id: In([FAR, 6, 7]) })).to.equal(2);
    expect(await manager.countBy(Shelf, { id: Not(FAR) })).to.equal(2);
    expect(await manager.countBy(Shelf, { id: MoreThan(5) })).to.equal(2);
    expect(await manager.countBy(Shelf, { id: Between(5, 6) })).to.equal(2);
    await manager.delete(Shelf, FAR);
    await manager.delete(Shelf, [5]);
    expect(await manager.find(Shelf)).to.deep.equal([{ id: 6 }]);
  });

  it('A generated bigint key is a number in what refers to it, saved by cascade, loaded by relation, and moved', async () => {
    const { manager } = await withShelves(database());
    await manager.insert(Shelf, { id: FAR });
    const saved = await manager.save(Shelf, { books: [{ title: 'Emma' }, { title: 'Persuasion' }] });
    const shelf = await manager.findOneOrFail(Shelf, {
      where: { id: saved.id },
      relations: { books: true },
      order: { books: { id: 'ASC' } },
    });
    expect(shelf.books.map(({ id, shelfId }) => [id, shelfId])).to.deep.equal([
      [1, saved.id],
      [2, saved.id],
    ]);
    await manager.save(Object.assign(shelf.books[0]!, { shelfId: FAR }));
    const moved = await manager.findOneByOrFail(Book, { shelf: { id: FAR } });
    expect(moved).to.deep.include({ id: 1, title: 'Emma', shelfId: FAR });
    await manager.save(Object.assign(shelf, { books: [shelf.books[1]] }));
    const [page, count] = await manager.findAndCount(Shelf, {
      relations: { books: true },
      order: { id: 'ASC' },
      take: 1,
      skip: 1,
    });
    expect([page.map(({ id }) => id), count]).to.deep.equal([[Math.max(FAR, saved.id)], 2]);
  });

  it('A generated bigint key is known again when its row is saved: an update, and none where nothing has changed', async () => {
    const { manager } = await withShelves(database());
    const book = await manager.save(Book, { title: 'Emma' });
    await manager.save(Book, Object.assign(book, { title: 'Emma, abridged' }));
    await manager.save(Book, { id: book.id, title: 'Emma, annotated' });
    expect(await manager.find(Book)).to.deep.equal([{ id: 1, title: 'Emma, annotated', shelfId: null }]);
    await manager.remove(Book, book);
    expect(await manager.count(Book)).to.equal(0);
  });

  it('A generated bigint key is saved and found by the thousand', async () => {
    const { manager } = await withShelves(database());
    const books = Array.from({ length: 1_500 }, (_, index) => ({ title: `Volume ${index}` }));
    const saved = await manager.save(Book, books);
    await manager.insert(
      Book,
      books.slice(0, 3).map(({ title }) => ({ title })),
    );
    expect(saved.map(({ id }) => id)).to.deep.equal(books.map((_, index) => index + 1));
    await manager.save(Book, saved);
    expect(await manager.countBy(Book, { id: In(saved.map(({ id }) => id)) })).to.equal(1_500);
  });

  it('A generated bigint key makes a schema in which nothing has drifted', async () => {
    const dataSource = await withShelves(database());
    expect((await checkDrift(dataSource)).changes).to.deep.equal([]);
  });

  it('A generated bigint key is never given twice', async () => {
    const { manager } = await withShelves(database());
    const { id } = await manager.getRepository(Shelf).save({});
    await manager.delete(Shelf, id);
    expect((await manager.getRepository(Shelf).save({})).id).to.equal(2);
  });
});

onDatabase('postgres', 'The key of a state transition on PostgreSQL', (database) => {
  it('The key of a state transition on PostgreSQL is a bigint identity, and an integer that is no safe number is an error', async () => {
    const { manager } = await database().connectAtHead();
    const rows = await manager.query<ObjectLiteral[]>(
      `SELECT table_name, data_type, identity_generation FROM information_schema.columns
        WHERE is_identity = 'YES' AND table_name LIKE '%transitions' ORDER BY table_name`,
    );
    const identity = { data_type: 'bigint', identity_generation: 'BY DEFAULT' };
    expect(rows).to.deep.equal([
      { table_name: 'job_state_transitions', ...identity },
      { table_name: 'worker_state_transitions', ...identity },
    ]);
    await manager.insert(Worker, { workerId: 'w1' });
    await manager.query(
      "INSERT INTO worker_state_transitions (id, worker_id, to_state) VALUES (9007199254740993, 'w1', 'IDLE')",
    );
    const error: unknown = await manager.find(WorkerStateTransition).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(UnsafeIntegerError);
    expect((error as Error).message).to.equal(
      '9007199254740993 exceeds 9007199254740991, the largest integer that a JavaScript number holds exactly.',
    );
    expect(await manager.find(JobStateTransition)).to.deep.equal([]);
  });
});

onDatabase('sqlite', 'The key of a state transition on SQLite', (database) => {
  it('The key of a state transition on SQLite is an integer with AUTOINCREMENT', async () => {
    const { manager } = await database().connectAtHead();
    const rows = await manager.query<{ sql: string }[]>(
      "SELECT sql FROM sqlite_schema WHERE name LIKE '%state_transitions'",
    );
    expect(rows).to.have.length(2);
    for (const { sql } of rows) expect(sql).to.match(/"id" integer PRIMARY KEY AUTOINCREMENT NOT NULL/);
  });
});
