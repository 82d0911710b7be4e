import { expect } from 'chai';
import {
  Column,
  Entity,
  Equal,
  In,
  IsNull,
  JsonContains,
  Not,
  PrimaryColumn,
  Raw,
  type DataSource,
  type ObjectLiteral,
} from 'typeorm';
import { Job, Worker, type JsonValue } from '../../src/entities/index.js';
import { eachDatabase, onDatabase } from '../support/databases.js';

const VALUES: readonly (readonly [title: string, value: JsonValue])[] = [
  ['an object', { region: 'eu', cores: 8 }],
  ['an empty object', {}],
  ['an array', [3, 'two', null, true]],
  ['an empty array', []],
  ['a string', 'plain words'],
  ['an empty string', ''],
  ['a string that looks like JSON', '{"a":1}'],
  ['a string that looks like a number', '17'],
  ['a string with quotes and a backslash', `it's "quoted" \\ here`],
  ['an integer', 42],
  ['zero', 0],
  ['a fraction', -0.125],
  ['a large number', 9_007_199_254_740_991],
  ['true', true],
  ['false', false],
  ['deep nesting', { a: [{ b: { c: [[[{ d: null }]]] } }] }],
  ['Unicode', { ключ: '日本語 🦊 \u00e9 e\u0301 \u2028' }],
  ['keys out of order', { zebra: 1, apple: { y: 2, x: 3 } }],
];

/** A worker of each value, named by its title. */
async function saveAll({ manager }: DataSource): Promise<void> {
  await manager.save(Worker, [
    ...VALUES.map(([workerId, metadata]) => ({ workerId, metadata })),
    { workerId: 'nothing', metadata: null },
  ]);
}

async function updatesOf(dataSource: DataSource, act: () => Promise<unknown>): Promise<number> {
  const before = await stampOf(dataSource);
  await act();
  return (await stampOf(dataSource)) === before ? 0 : 1;
}

/** TypeORM writes the update date of every row that it updates. */
async function stampOf(dataSource: DataSource): Promise<string> {
  const rows = await dataSource.query<ObjectLiteral[]>('SELECT updated_at FROM workers');
  return new Date(rows[0]?.['updated_at'] as string).toISOString();
}

eachDatabase('A json column', (database) => {
  it('A json column gives back what was saved, inserted and updated', async () => {
    const dataSource = await database().connectAtHead();
    const { manager } = dataSource;
    await saveAll(dataSource);
    const jobs = VALUES.map(([jobId, result]) => ({ jobId, result, taskDescription: 'to be kept' }));
    for (const job of jobs) await manager.insert(Job, job);
    for (const { jobId, result } of jobs) await manager.update(Job, { jobId }, { error: result });
    for (const [name, value] of VALUES) {
      const { metadata } = await manager.findOneByOrFail(Worker, { workerId: name });
      const { result, error } = await manager.findOneByOrFail(Job, { jobId: name });
      expect([metadata, result, error], name).to.deep.equal([value, value, value]);
    }
  });

  it("A json column is SQL's NULL where it is null or left out, and can be set to it", async () => {
    const { manager } = await database().connectAtHead();
    await manager.save(Worker, [
      { workerId: 'w1', metadata: null },
      { workerId: 'w2' },
      { workerId: 'w3', metadata: {} },
    ]);
    expect(await manager.countBy(Worker, { metadata: IsNull() })).to.equal(2);
    const worker = await manager.findOneByOrFail(Worker, { metadata: Not(IsNull()) });
    await manager.save(Object.assign(worker, { metadata: null }));
    expect(await manager.countBy(Worker, { metadata: IsNull() })).to.equal(3);
  });

  it('A json column is found by its value, whatever kind that is, and in whatever order its keys are', async () => {
    const dataSource = await database().connectAtHead();
    const { manager } = dataSource;
    await saveAll(dataSource);
    for (const [name, value] of VALUES) {
      const found = await manager.findBy(Worker, { metadata: Equal(value) });
      expect(
        found.map(({ workerId }) => workerId),
        name,
      ).to.deep.equal([name]);
    }
    const turned = { apple: { x: 3, y: 2 }, zebra: 1 };
    expect(await manager.countBy(Worker, { metadata: Equal(turned) })).to.equal(1);
    expect(await manager.countBy(Worker, { metadata: In([turned, 42, 'plain words']) })).to.equal(3);
    expect(await manager.countBy(Worker, { metadata: Not(Equal(turned)) })).to.equal(VALUES.length - 1);
    expect(await manager.countBy(Worker, { metadata: Raw((column) => `${column} IS NULL`) })).to.equal(1);
  });

  it('A json column counts as changed when its value is another, also deep inside, and only then', async () => {
    const dataSource = await database().connectAtHead();
    const { manager } = dataSource;
    await manager.save(Worker, { workerId: 'w1', metadata: { b: [1, { c: 2 }], a: 'x' } });
    await dataSource.query("UPDATE workers SET updated_at = '2026-01-15 12:30:00.007'");
    const load = () => manager.findOneByOrFail(Worker, { workerId: 'w1' });
    const same = Object.assign(await load(), { metadata: { a: 'x', b: [1, { c: 2 }] } });
    expect(await updatesOf(dataSource, () => manager.save(same))).to.equal(0);
    const loaded = await load();
    (loaded.metadata as { b: [number, { c: number }] }).b[1].c = 3;
    expect(await updatesOf(dataSource, () => manager.save(loaded))).to.equal(1);
    expect((await load()).metadata).to.deep.equal({ a: 'x', b: [1, { c: 3 }] });
  });

  for (const [title, value] of [
    ['a string with U+0000', 'a\0b'],
    ['a key with half of a surrogate pair', { ['\ud83e']: 1 }],
    ['a date', { at: new Date(0) }],
    ['infinity', [Number.POSITIVE_INFINITY]],
    ['undefined in an array', [undefined]],
    ['a map', new Map([['a', 1]])],
  ] as const) {
    it(`A json column refuses what not both databases can keep: ${title}`, async () => {
      const { manager } = await database().connectAtHead();
      const outcome = await manager.save(Worker, { workerId: 'w1', metadata: value }).catch(String);
      expect(outcome).to.match(/^EntityValidationError: Worker is invalid: metadata: .*\(isJsonValue\)/);
    });
  }
});

onDatabase('postgres', 'A json column on PostgreSQL', (database) => {
  it('A json column on PostgreSQL is jsonb, which can be asked what it contains', async () => {
    const { manager } = await database().connectAtHead();
    await manager.save(Worker, { workerId: 'w1', metadata: { region: 'eu', tags: ['gpu'] } });
    const rows = await manager.query<ObjectLiteral[]>(
      'SELECT pg_typeof(metadata)::text AS type FROM workers',
    );
    expect(rows).to.deep.equal([{ type: 'jsonb' }]);
    expect(await manager.countBy(Worker, { metadata: JsonContains({ tags: ['gpu'] }) })).to.equal(1);
    expect(await manager.countBy(Worker, { metadata: JsonContains({ tags: ['cpu'] }) })).to.equal(0);
  });
});

onDatabase('sqlite', 'A json column on SQLite', (database) => {
  it('A json column on SQLite is text that must be JSON, everyone who writes it', async () => {
    const dataSource = await database().connectAtHead();
    await dataSource.manager.save(Worker, { workerId: 'w1', metadata: { b: 1, a: 'é' } });
    const rows = await dataSource.query<ObjectLiteral[]>(
      'SELECT metadata, typeof(metadata) AS type FROM workers',
    );
    expect(rows).to.deep.equal([{ metadata: '{"a":"é","b":1}', type: 'text' }]);
    const outcome: unknown = await dataSource.query("UPDATE workers SET metadata = '{no json'").catch(String);
    expect(outcome).to.match(/CHECK constraint failed: ck_workers_metadata_json/);
  });
});

/** Adds a mark on the way to the database, and takes it off on the way back. */
const marked = {
  to: (value: unknown) => (value === undefined || value === null ? value : { marked: value }),
  from: (value: { readonly marked: unknown } | null) => value && value.marked,
};

@Entity({ name: 'notes', synchronize: false })
class Note {
  @PrimaryColumn({ name: 'id', type: 'integer' })
  id!: number;

  @Column({ name: 'words', type: 'simple-json', nullable: true, transformer: marked })
  words!: JsonValue;
}

eachDatabase('A json column with a transformer of its own', (database) => {
  it('A json column with a transformer of its own has both, its own first', async () => {
    const dataSource = await database().connect({ entities: [Note] });
    const type = database().dialect === 'postgres' ? 'jsonb' : 'text';
    await dataSource.query(`CREATE TABLE notes (id integer PRIMARY KEY, words ${type})`);
    await dataSource.manager.save(Note, { id: 1, words: ['a'] });
    expect(await dataSource.manager.findOneBy(Note, { words: Equal(['a']) })).to.deep.include({
      words: ['a'],
    });
    const rows = await dataSource.query<ObjectLiteral[]>('SELECT words FROM notes');
    const raw: unknown = rows[0]?.['words'];
    expect(typeof raw === 'string' ? JSON.parse(raw) : raw).to.deep.equal({ marked: ['a'] });
  });
});
