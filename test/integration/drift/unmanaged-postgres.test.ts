import { expect } from 'chai';
import { Column, Entity, Index, PrimaryColumn, ViewEntity, type DataSource } from 'typeorm';
import { describeChange } from '../../../src/schema/describe-change.js';
import { checkDrift } from '../../../src/drift/check-drift.js';
import { reportLines } from '../../../src/drift/report.js';
import { lendPlainPostgres, type PlainDatabase } from '../../support/plain-postgres.js';
import { postgresModel } from './sensitivity/postgres-model.js';
import { PARTITION_CASES } from '../../support/partition-cases.js';

interface Case {
  readonly title: string;
  readonly sql: readonly string[];
  /** `kind object`, one a line */
  readonly unmanaged: readonly string[];
}

const FUNCTION = `CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'`;
const TRIGGER = 'CREATE TRIGGER touched BEFORE UPDATE ON rooms FOR EACH ROW EXECUTE FUNCTION touch()';

const unmanaged: readonly Case[] = [
  { title: 'a table', sql: ['CREATE TABLE extra (id integer)'], unmanaged: ['table extra'] },
  {
    title: 'a table of another schema of the entities',
    sql: ['CREATE TABLE audit.extra (id integer)'],
    unmanaged: ['table audit.extra'],
  },
  {
    title: 'a table called like one of TypeORM, in another schema',
    sql: ['CREATE TABLE audit.migrations (id integer)'],
    unmanaged: ['table audit.migrations'],
  },
  {
    title: 'a table with its own sequence and index',
    sql: ['CREATE TABLE extra (id serial PRIMARY KEY)'],
    unmanaged: ['table extra'],
  },
  {
    title: 'a partitioned table, once',
    sql: [
      'CREATE TABLE extra (id integer) PARTITION BY RANGE (id)',
      'CREATE TABLE extra_1 PARTITION OF extra FOR VALUES FROM (0) TO (9)',
    ],
    unmanaged: ['table extra'],
  },
  ...PARTITION_CASES,
  { title: 'a view', sql: ['CREATE VIEW extra AS SELECT 1 AS one'], unmanaged: ['view extra'] },
  {
    title: 'a materialized view',
    sql: ['CREATE MATERIALIZED VIEW extra AS SELECT 1 AS one'],
    unmanaged: ['materialized-view extra'],
  },
  { title: 'a trigger', sql: [FUNCTION, TRIGGER], unmanaged: ['trigger rooms.touched'] },
  {
    title: 'a rule, also one with a point in its name',
    sql: [
      'CREATE RULE kept AS ON DELETE TO rooms DO INSTEAD NOTHING',
      'CREATE RULE "a.b" AS ON INSERT TO rooms DO ALSO NOTHING',
    ],
    unmanaged: ['rule rooms.a.b', 'rule rooms.kept'],
  },
  {
    title: 'an event trigger, of whatever schema its function is',
    sql: [
      `CREATE FUNCTION watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN NULL; END'`,
      'CREATE EVENT TRIGGER watched ON ddl_command_end EXECUTE FUNCTION watch()',
    ],
    unmanaged: ['event-trigger watched'],
  },
  {
    title: 'extended statistics',
    sql: ['CREATE STATISTICS together ON house, floor FROM rooms'],
    unmanaged: ['statistics rooms.together'],
  },
  {
    title: 'a policy, and whether it is in force',
    sql: ['CREATE POLICY own ON rooms USING (true)'],
    unmanaged: ['policy rooms.own', 'unenforced-policy rooms.own'],
  },
  {
    title: 'row-level security that holds for the owner',
    sql: ['ALTER TABLE rooms ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY'],
    unmanaged: ['forced-row-security rooms', 'row-security rooms'],
  },
  {
    title: 'a disabled trigger, and a disabled rule',
    sql: [
      FUNCTION,
      TRIGGER,
      'ALTER TABLE rooms DISABLE TRIGGER touched',
      'CREATE RULE kept AS ON DELETE TO rooms DO INSTEAD NOTHING',
      'ALTER TABLE rooms DISABLE RULE kept',
    ],
    unmanaged: [
      'disabled-rule rooms.kept',
      'disabled-trigger rooms.touched',
      'rule rooms.kept',
      'trigger rooms.touched',
    ],
  },
  { title: 'a publication', sql: ['CREATE PUBLICATION told'], unmanaged: ['publication told'] },
  {
    title: 'default privileges, of a schema and of all',
    sql: [
      'CREATE ROLE keeper',
      'ALTER DEFAULT PRIVILEGES FOR ROLE keeper IN SCHEMA audit GRANT SELECT ON TABLES TO PUBLIC',
      'ALTER DEFAULT PRIVILEGES FOR ROLE keeper REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC',
    ],
    unmanaged: ['default-privileges keeper.audit.tables', 'default-privileges keeper.functions'],
  },
  {
    title: 'row-level security',
    sql: ['ALTER TABLE rooms ENABLE ROW LEVEL SECURITY'],
    unmanaged: ['row-security rooms'],
  },
  { title: 'an enumerated type', sql: [`CREATE TYPE extra AS ENUM ('a')`], unmanaged: ['enum extra'] },
  { title: 'a sequence', sql: ['CREATE SEQUENCE extra'], unmanaged: ['sequence extra'] },
  {
    title: 'all of them, in their order',
    sql: [
      FUNCTION,
      TRIGGER,
      'CREATE SEQUENCE z',
      'CREATE VIEW y AS SELECT 1 AS one',
      'CREATE TABLE x (id integer)',
    ],
    unmanaged: ['sequence z', 'table x', 'trigger rooms.touched', 'view y'],
  },
];

const passedOver: readonly Case[] = [
  {
    title: 'tables of TypeORM itself',
    sql: ['CREATE TABLE migrations (id serial)', 'CREATE TABLE "query-result-cache" (id serial)'],
    unmanaged: [],
  },
  {
    title: 'what an extension owns',
    sql: ['CREATE EXTENSION pg_stat_statements', 'CREATE EXTENSION citext'],
    unmanaged: [],
  },
  {
    title: 'a table excluded with `synchronize: false`, whatever it is',
    sql: [
      `CREATE TYPE affair_heat AS ENUM ('cold')`,
      'CREATE TABLE foreign_affairs (other text, heat affair_heat)',
      'CREATE TRIGGER touched BEFORE UPDATE ON foreign_affairs FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()',
      'CREATE RULE kept AS ON DELETE TO foreign_affairs DO INSTEAD NOTHING',
      'CREATE STATISTICS together ON other, heat FROM foreign_affairs',
    ],
    unmanaged: [],
  },
  {
    title: 'objects of a schema in which no entity is',
    sql: [
      'CREATE SCHEMA other',
      'CREATE TABLE other.extra (id integer)',
      'CREATE VIEW other.seen AS SELECT 1 AS one',
    ],
    unmanaged: [],
  },
  { title: 'temporary tables', sql: ['CREATE TEMP TABLE extra (id integer)'], unmanaged: [] },
];

/** `ignore` patterns, and what is left of tables tmp_1, tmp_2 and kept, and a view tmp_seen. */
const patterns: readonly (readonly [readonly string[], readonly string[]])[] = [
  [['tmp_1'], ['kept', 'tmp_2', 'tmp_seen']],
  [['tmp_*'], ['kept']],
  [['tmp_?'], ['kept', 'tmp_1', 'tmp_2', 'tmp_seen']],
  [
    ['tmp.1', 'TMP_1', 'tmp'],
    ['kept', 'tmp_1', 'tmp_2', 'tmp_seen'],
  ],
  [
    ['*_seen', 'kept'],
    ['tmp_1', 'tmp_2'],
  ],
  [['*'], []],
];

describe('A check on PostgreSQL', () => {
  let database: PlainDatabase;
  let dataSource: DataSource;

  before(async () => {
    database = await lendPlainPostgres(['CREATE EXTENSION btree_gist', 'CREATE SCHEMA audit']);
    dataSource = await database.connect(postgresModel);
    await dataSource.synchronize();
  });
  after(() => database.takeBack());

  for (const { title, sql, unmanaged: listed } of unmanaged)
    it(`A check on PostgreSQL lists as unmanaged, which is drift only when it is strict: ${title}`, () =>
      database.rolledBack(sql, async () => {
        const report = await checkDrift(dataSource);
        expect(report).to.deep.include({ status: 'in-sync', changes: [], uncomparable: [] });
        expect(report.unmanaged.map(({ kind, object }) => `${kind} ${object}`)).to.deep.equal(listed);
        expect(await checkDrift(dataSource, { strict: true })).to.deep.equal({
          ...report,
          status: 'drifted',
        });
      }));

  for (const { title, sql } of passedOver)
    it(`A check on PostgreSQL passes over ${title}, even when it is strict`, () =>
      database.rolledBack(sql, async () => {
        expect(await checkDrift(dataSource, { strict: true })).to.deep.include({
          status: 'in-sync',
          changes: [],
          uncomparable: [],
          unmanaged: [],
        });
      }));

  for (const [ignore, left] of patterns)
    it(`A check on PostgreSQL is strict about ${left.join(', ') || 'nothing'} when it ignores ${ignore.join(', ')}`, () =>
      database.rolledBack(
        [
          'CREATE TABLE tmp_1 (id integer)',
          'CREATE TABLE tmp_2 (id integer)',
          'CREATE TABLE kept (id integer)',
          'CREATE VIEW tmp_seen AS SELECT 1 AS one',
        ],
        async () => {
          const { status, unmanaged: found } = await checkDrift(dataSource, { strict: true, ignore });
          expect(found.map(({ object }) => object)).to.deep.equal(left);
          expect(status).to.equal(left.length === 0 ? 'in-sync' : 'drifted');
        },
      ));
});

@Entity('indexed')
@Index('by_hand', { synchronize: false })
class Indexed {
  @PrimaryColumn('integer')
  id!: number;

  @Column('text')
  text!: string;
}

@ViewEntity('seen', { expression: 'SELECT id FROM indexed' })
class Seen {
  id!: number;
}

describe('A check of entities with an index of their own making and a view on PostgreSQL', () => {
  let database: PlainDatabase;

  beforeEach(async () => {
    database = await lendPlainPostgres();
  });
  afterEach(() => database.takeBack());

  it('A check on PostgreSQL passes over an index excluded with `synchronize: false`, whatever it is, but notes that it is missing', async () => {
    const dataSource = await database.connect([Indexed]);
    await dataSource.synchronize();
    const missing = await checkDrift(dataSource);
    expect(missing).to.deep.include({
      status: 'in-sync',
      changes: [],
      unmanaged: [{ kind: 'missing-index', object: 'by_hand' }],
    });
    expect(reportLines(missing, false)[0]).to.equal('in sync (1 table), but 1 excluded index missing');
    expect((await checkDrift(dataSource, { strict: true })).status).to.equal('drifted');
    await database.execute('CREATE INDEX by_hand ON indexed (lower(text) DESC)');
    expect(await checkDrift(dataSource, { strict: true })).to.deep.include({
      status: 'in-sync',
      changes: [],
      uncomparable: [],
    });
  });

  it('A check on PostgreSQL reports a view that is missing, and the rules of one that is there', async () => {
    const dataSource = await database.connect([Indexed, Seen]);
    await dataSource.synchronize();
    await database.execute('CREATE INDEX by_hand ON indexed (text)');
    const there = await checkDrift(dataSource);
    await database.execute('CREATE RULE kept AS ON DELETE TO seen DO INSTEAD NOTHING');
    const ruled = await checkDrift(dataSource);
    expect(ruled.unmanaged).to.deep.equal([{ kind: 'rule', object: 'seen.kept' }]);
    await database.execute('DROP VIEW seen');
    const gone = await checkDrift(dataSource);
    expect(
      [there, gone].map(({ unmanaged, changes }) => [unmanaged, changes.map(describeChange)]),
    ).to.deep.equal([
      [[], []],
      [[], ['View seen is missing in the database; the entities declare SELECT id FROM indexed.']],
    ]);
  });
});
