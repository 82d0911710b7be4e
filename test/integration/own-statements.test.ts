import { expect } from 'chai';
import type { PostgresTarget } from '../../src/database-url.js';
import type { GuardedDataSource } from '../../src/data-source.js';
import { checkDrift } from '../../src/drift/check-drift.js';
import { planRepair } from '../../src/generate/repair/plan-repair.js';
import { readDatabase } from '../../src/generate/squash/from-database.js';
import { migrations } from '../../src/migrations/index.js';
import { migrateDown, migrateUp, planMigration, stampAt } from '../../src/migrator/migrate.js';
import { Revision, type DialectStatements } from '../../src/migrator/revision.js';
import { readHistory } from '../../src/migrator/run-history.js';
import { readStatus } from '../../src/migrator/status.js';
import { readLive } from '../../src/report/read-live.js';
import { loadAdmins } from '../../src/seeds/admin-user.js';
import { seedDevelopment } from '../../src/seeds/development.js';
import { onDatabase, type TestDatabase } from '../support/databases.js';
import { withClient } from '../support/failures.js';
import { createTwins, twinCalls, twinCount, type Used } from '../support/foreign-twins.js';
import { scriptFor } from '../support/offline-run.js';
import { revision } from '../support/revisions.js';
import { lookedUpIn, usedIn } from '../support/qualified-sql.js';
import { startStatementProxy } from '../support/statement-proxy.js';
import { detailedReadiness } from '../support/readiness.js';

/** Sent by TypeORM when it connects and in its transactions, and by node-postgres. */
const OF_TYPEORM = [
  'SELECT version()',
  'SELECT * FROM current_schema()',
  'START TRANSACTION',
  'COMMIT',
  'ROLLBACK',
];

/** What each command does that reads, and what each does that writes. */
const READS: readonly (readonly [title: string, run: (dataSource: GuardedDataSource) => Promise<unknown>])[] =
  [
    ['check', checkDrift],
    ['status', readStatus],
    ['history', readHistory],
    ['up --plan', (dataSource) => planMigration(dataSource, 'up')],
    ['down --plan', (dataSource) => planMigration(dataSource, 'down', { target: 'base' })],
    ['report', (dataSource) => readLive(dataSource, { accepted: undefined })],
    ['readiness', (dataSource) => detailedReadiness(dataSource).ready()],
    ['readiness with a limit for lag', (dataSource) => detailedReadiness(dataSource, 60_000).ready()],
  ];
const WRITES: typeof READS = [
  ['down', (dataSource) => migrateDown(dataSource, { target: '-3' })],
  ['up', migrateUp],
  ['up --wait-standbys', (dataSource) => migrateUp(dataSource, { waitStandbysMs: 0 })],
  ['stamp', (dataSource) => stampAt(dataSource, 'base')],
  ['stamp back', (dataSource) => stampAt(dataSource, 'head')],
];

/** They pin the search path instead of writing the schema in front of each name. */
const PINNED: typeof READS = [
  ['check --repair', (dataSource) => planRepair(dataSource, undefined)],
  ['baseline --from-database', readDatabase],
];

/** What `init` inserts, through TypeORM; the second time there are rows to compare with. */
const SEEDS: typeof READS = [
  ['seeds', ({ manager }) => seedDevelopment(manager)],
  ['seeds that are there', ({ manager }) => seedDevelopment(manager)],
  ['administrator', createAdmin],
  ['administrator who is there', createAdmin],
];

async function createAdmin({ manager }: GuardedDataSource): Promise<void> {
  const create = await loadAdmins();
  await create(manager, 'admin', 'a password of the test');
}

/** A message by which a default is asked for, and that mentions no table of the records. */
const isExplain = (statement: string) => statement.includes('EXPLAIN (VERBOSE');

/** What the DataSource writes about its process, whatever it is asked for. */
const isHeartbeat = (statement: string) =>
  /^(INSERT INTO|DELETE FROM) "migrations_heartbeat"/.test(statement);

const GAUGES = revision(
  'MakeGauges1800000000611',
  ['CREATE TABLE gauges (id integer)'],
  ['DROP TABLE gauges'],
);

class IndexGauges1800000000612 extends Revision {
  override readonly transaction = false;
  override readonly postgres: DialectStatements = {
    up: ['CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_gauges ON gauges (id)'],
    down: ['DROP INDEX CONCURRENTLY IF EXISTS ix_gauges'],
  };
  override readonly sqlite: DialectStatements = { up: [], down: [] };
}

const ofRevisions = new Set(
  migrations.flatMap((migration) => {
    const { postgres } = new migration();
    return [...postgres.up, ...postgres.down];
  }),
);

onDatabase('postgres', 'What the product itself sends to PostgreSQL', (database) => {
  /** Statements of ours, by what sent them; the database is at head before. */
  async function sentBy(runs: typeof READS): Promise<readonly (readonly [title: string, sql: string])[]> {
    const target = database().target as PostgresTarget;
    const front = await startStatementProxy(target);
    const sent: (readonly [title: string, sql: string])[] = [];
    try {
      for (const [title, run] of runs) {
        const from = front.statements.length;
        const dataSource = await connectedTo(database(), { ...target, host: '127.0.0.1', port: front.port });
        await run(dataSource);
        await dataSource.destroy();
        for (const sql of front.statements.slice(from))
          if (!OF_TYPEORM.includes(sql) && !ofRevisions.has(sql)) sent.push([title, sql]);
      }
    } finally {
      await front.close();
    }
    return sent;
  }

  /** A default that the database shows in other words than the entities, so that the server is asked. */
  async function atHeadInOtherWords(): Promise<void> {
    await database().connectAtHead();
    await withClient(database().target, (client) =>
      client.query(`ALTER TABLE jobs ALTER depth SET DEFAULT (1 - 1)`),
    );
  }

  it('What the product itself sends to PostgreSQL is found by its schema, whatever is in the search path: functions, operators, types, catalogs', async () => {
    await atHeadInOtherWords();
    const found: string[] = [];
    for (const [title, sql] of await sentBy([...READS, ...WRITES]))
      if (!isExplain(sql))
        for (const name of await lookedUpIn(sql)) found.push(`${title}: ${name} in ${sql}`);
    expect(found).to.deep.equal([]);
  });

  it('What the product itself sends to PostgreSQL reads in transactions that cannot write', async () => {
    await atHeadInOtherWords();
    const sent = (await sentBy(READS)).filter(([, sql]) => !isHeartbeat(sql));
    expect(sent.filter(([, sql]) => isExplain(sql))).to.have.length.greaterThan(0);
    expect(sent.filter(([, sql]) => !/^SET TRANSACTION [^;]*READ ONLY/.test(sql))).to.deep.equal([]);
  });

  it('What the product itself sends to PostgreSQL calls nothing that a role which may create in public has made, on no road', async () => {
    await atHeadInOtherWords();
    const target = database().target as PostgresTarget;
    const role = `stranger_of_${target.database}`;
    await createTwins(target, await usedBy(await sentBy([...READS, ...WRITES, ...PINNED])), role);
    expect(await twinCount(target, role)).to.be.greaterThan(1000);
    for (const [title, run] of [...READS, ...WRITES, ...PINNED, ...SEEDS]) {
      const dataSource = await database().connect();
      await run(dataSource);
      expect([title, await twinCalls(target)]).to.deep.equal([title, 0]);
    }
    await withClient(target, (client) => client.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`));
  });

  it('What the product itself sends to PostgreSQL is found by its schema in an offline script as well', async () => {
    const script = await scriptFor(
      database(),
      { entities: [], migrations: [GAUGES, IndexGauges1800000000612] },
      {
        direction: 'up',
        target: 'head',
      },
    );
    const sql = script
      .replace(/^\\.*$/gm, '')
      .replace(/ \\(gexec|gset \w+)$/gm, ';')
      .replaceAll(/:'(\w+)'/g, `'$1'`);
    expect(await lookedUpIn(sql)).to.deep.equal([]);
    const { functions } = await usedIn(sql);
    expect(functions).to.include.members([
      'pg_try_advisory_xact_lock',
      'to_regclass',
      'format',
      'parse_ident',
    ]);
  });
});

function connectedTo(database: TestDatabase, target: PostgresTarget): Promise<GuardedDataSource> {
  return database.connect({}, { database: target });
}

async function usedBy(sent: readonly (readonly [string, string])[]): Promise<Used> {
  const functions = new Set<string>();
  const operators = new Set<string>();
  for (const [, sql] of sent) {
    const used = await usedIn(sql);
    for (const name of used.functions) functions.add(name);
    for (const name of used.operators) operators.add(name);
  }
  return { functions: [...functions], operators: [...operators] };
}
