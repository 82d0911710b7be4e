import { expect } from 'chai';
import { checkDrift } from '../../../src/drift/check-drift.js';
import type { DriftReport } from '../../../src/drift/drift-report.js';
import { hasFindings } from '../../../src/drift/report.js';
import { describeChange } from '../../../src/schema/describe-change.js';
import {
  lendPlainFiles,
  onFile,
  plainFileSource,
  type PlainFiles,
  type SqliteStep,
} from '../../support/plain-sqlite.js';
import { linesOf } from './sensitivity/seeded-change.js';
import { sqliteModel } from './sensitivity/sqlite-model.js';

const TRIGGER = 'CREATE TRIGGER touched AFTER UPDATE ON rooms BEGIN SELECT 1; END';

/** Title, SQL, and `kind object` of what is listed. */
const unmanaged: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ['a table', ['CREATE TABLE extra (id integer)'], ['table extra']],
  [
    'a table with an index',
    ['CREATE TABLE extra (id integer)', 'CREATE INDEX i ON extra (id)'],
    ['table extra'],
  ],
  ['a view', ['CREATE VIEW extra AS SELECT 1 AS one'], ['view extra']],
  ['a trigger', [TRIGGER], ['trigger rooms.touched']],
  ['a trigger with a point in its name', [TRIGGER.replace('touched', '"a.b"')], ['trigger rooms.a.b']],
  [
    'a virtual table, without the tables in which it keeps its rows',
    ['CREATE VIRTUAL TABLE extra USING fts5(words)', 'CREATE TABLE extra_more (id integer)'],
    ['table extra', 'table extra_more'],
  ],
  [
    'all of them, in their order',
    ['CREATE VIEW z AS SELECT 1 AS one', TRIGGER, 'CREATE TABLE y (id)'],
    ['table y', 'trigger rooms.touched', 'view z'],
  ],
];

const passedOver: readonly (readonly [string, readonly string[]])[] = [
  [
    'tables of TypeORM itself',
    ['CREATE TABLE migrations (id integer)', 'CREATE TABLE "query-result-cache" (id integer)'],
  ],
  ['tables of SQLite itself', ['ANALYZE']],
  [
    'a table excluded with `synchronize: false`, whatever it is',
    ['CREATE TABLE foreign_affairs (other text)', TRIGGER.replace('rooms', 'foreign_affairs')],
  ],
  ['temporary tables', ['CREATE TEMP TABLE extra (id integer)']],
];

/** Title, steps, and `kind table.object: raw definition` of what is listed. */
const unknown: readonly (readonly [string, SqliteStep, string])[] = [
  [
    'a unique constraint with a collation of its own',
    { table: 'rooms', from: 'UNIQUE ("house", "kind")', to: 'UNIQUE ("house", "kind" COLLATE NOCASE)' },
    'unique rooms.rooms_place_key: CONSTRAINT "rooms_place_key" UNIQUE ("house", "kind" COLLATE NOCASE)',
  ],
  [
    'a primary key that is sorted backwards',
    { table: 'rooms', from: 'PRIMARY KEY ("house", "floor")', to: 'PRIMARY KEY ("house", "floor" DESC)' },
    'primary-key rooms.rooms: PRIMARY KEY ("house", "floor" DESC)',
  ],
  [
    'an INTEGER PRIMARY KEY DESC, which is no alias of the row id',
    { table: 'counters', from: 'PRIMARY KEY', to: 'PRIMARY KEY DESC' },
    'table counters.counters: "id" integer PRIMARY KEY DESC NOT NULL',
  ],
];

/** Title, steps, and what the table does. */
const conflicts: readonly (readonly [string, SqliteStep, string])[] = [
  [
    'of a constraint',
    { table: 'rooms', from: 'UNIQUE ("number")', to: 'UNIQUE ("number") ON CONFLICT REPLACE' },
    'REPLACE of number',
  ],
  [
    'of a column',
    { table: 'rooms', from: '"size" integer NOT NULL', to: '"size" integer NOT NULL ON CONFLICT IGNORE' },
    'IGNORE of size',
  ],
];

describe('A check on SQLite', () => {
  let files: PlainFiles;
  let path: string;

  before(async () => {
    files = await lendPlainFiles();
    path = await files.create('in-sync.db', sqliteModel);
  });
  after(() => files.takeBack());

  const checkAfter = async (steps: readonly SqliteStep[], options: object = {}): Promise<DriftReport> =>
    checkDrift(plainFileSource(await files.changed(path, steps), { entities: sqliteModel }), options);

  for (const [title, sql, listed] of unmanaged)
    it(`A check on SQLite lists as unmanaged, which is drift only when it is strict: ${title}`, async () => {
      const report = await checkAfter(sql);
      expect(report).to.deep.include({ status: 'in-sync', changes: [], uncomparable: [] });
      expect(report.unmanaged.map(({ kind, object }) => `${kind} ${object}`)).to.deep.equal(listed);
      expect(await checkAfter(sql, { strict: true })).to.deep.equal({ ...report, status: 'drifted' });
      expect((await checkAfter(sql, { strict: true, ignore: ['*'] })).status).to.equal('in-sync');
    });

  for (const [name, value, what] of [
    ['foreign_keys', 'OFF', 'foreign keys'],
    ['ignore_check_constraints', 'ON', 'checks'],
  ] as const)
    it(`A check on SQLite lists as uncomparable a connection with ${name} = ${value}`, async () => {
      const uncomparable = await onFile(path, { entities: sqliteModel }, async (dataSource) => {
        await dataSource.query(`PRAGMA ${name} = ${value}`);
        return (await checkDrift(dataSource)).uncomparable;
      });
      const reason =
        `it is ${value} on connections of this DataSource, so they enforce no ${what}, and rows may violate them. ` +
        'Remove it from prepareDatabase and from the code that opens the connection, then look for rows that violate them';
      expect(uncomparable).to.deep.equal([
        { kind: 'setting', table: '', object: name, desired: null, live: value, reason },
      ]);
    });

  for (const [title, sql] of passedOver)
    it(`A check on SQLite passes over ${title}, even when it is strict`, async () => {
      expect(await checkAfter(sql, { strict: true })).to.deep.include({
        status: 'in-sync',
        changes: [],
        uncomparable: [],
        unmanaged: [],
      });
    });

  for (const [title, step, listed] of unknown)
    it(`A check on SQLite lists as uncomparable, with its raw definition and as a finding: ${title}`, async () => {
      const report = await checkAfter([step]);
      const lines = report.uncomparable.map(
        ({ kind, table, object, live }) => `${kind} ${table}.${object}: ${live}`,
      );
      expect({ lines, changes: linesOf(report) }).to.deep.equal({ lines: [listed], changes: [] });
      expect(hasFindings(report)).to.equal(true);
    });

  for (const [title, step, words] of conflicts)
    it(`A check on SQLite compares ON CONFLICT ${title}`, async () => {
      const { changes, uncomparable } = await checkAfter([step]);
      expect(uncomparable).to.deep.equal([]);
      expect(changes.map(describeChange)).to.deep.equal([
        `Table rooms: ON CONFLICT is (${words}), the entities declare none.`,
      ]);
    });

  it('A check on SQLite lists a virtual table in place of a table as uncomparable', async () => {
    const report = await checkAfter(['DROP TABLE counters', 'CREATE VIRTUAL TABLE counters USING fts5(id)']);
    expect(report.uncomparable.map(({ object, live }) => [object, live])).to.deep.equal([
      ['counters', 'CREATE VIRTUAL TABLE counters USING fts5(id)'],
    ]);
  });
});
