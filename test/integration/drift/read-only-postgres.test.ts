import { expect } from 'chai';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { checkDrift } from '../../../src/drift/check-drift.js';
import { changeJson } from '../../../src/drift/report.js';
import { clientConfig } from '../../../src/databases/postgres/scratch/embedded-postgres.js';
import { lendPlainPostgres, plainDataSource, type PlainDatabase } from '../../support/plain-postgres.js';
import { postgresModel } from './sensitivity/postgres-model.js';

/** One of each kind of change, so that the server is asked about expressions too. */
const CHANGES = [
  'ALTER TABLE rooms DROP CONSTRAINT rooms_size_check, ADD CONSTRAINT rooms_size_check CHECK (size >= 0)',
  `ALTER TABLE things ALTER state SET DEFAULT 'open'`,
  'ALTER TABLE things ALTER price SET DEFAULT 0.75, DROP size',
  `ALTER TABLE audit.entries ALTER weight SET DEFAULT 'low'`,
  `CREATE INDEX extra ON events (kind) WHERE kind <> 'noise'`,
  `ALTER TYPE thing_state ADD VALUE 'lost'`,
  'CREATE TABLE unmanaged (id integer)',
];
const KINDS = [
  'alter-enum',
  'alter-column',
  'drop-index',
  'alter-check',
  'alter-column',
  'add-column',
  'alter-column',
];
const TABLES = ['things', 'rooms', 'beds', 'stays', 'events', 'audit.entries'];
/** All that another session can hold while a session reads. */
const LOCKS = ['ROW EXCLUSIVE', 'SHARE UPDATE EXCLUSIVE', 'SHARE', 'SHARE ROW EXCLUSIVE', 'EXCLUSIVE'];

class FirstRevision1700000000000 {
  up(): Promise<void> {
    return Promise.reject(new Error('A check runs no revision.'));
  }

  down(): Promise<void> {
    return this.up();
  }
}

class Subscriber {
  constructor() {
    throw new Error('A check makes no subscriber.');
  }
}

describe('A check on PostgreSQL writes nothing and needs no right: it', () => {
  let database: PlainDatabase;
  let role: string;
  let expected: object;

  before(async () => {
    database = await lendPlainPostgres(['CREATE EXTENSION btree_gist', 'CREATE SCHEMA audit']);
    role = `reader_of_${database.target.database}`;
    const dataSource = await database.connect(postgresModel);
    await dataSource.synchronize();
    await database.execute(
      ...CHANGES,
      `CREATE ROLE ${role} LOGIN PASSWORD 'reader'`,
      `GRANT USAGE ON SCHEMA audit TO ${role}`,
      'CREATE TABLE migrations (id serial PRIMARY KEY, timestamp bigint NOT NULL, name varchar NOT NULL)',
      `INSERT INTO migrations (timestamp, name) VALUES (1700000000000, 'FirstRevision1700000000000')`,
      `INSERT INTO stays VALUES (1, '2026-01-01', 'somebody')`,
    );
    expected = await toldOf(dataSource);
  });
  after(async () => {
    await database.execute(`DROP ROLE ${role}`);
    await database.takeBack();
  });

  const asReader = (options: object = {}): DataSource =>
    plainDataSource(
      { ...database.target, user: role, password: 'reader' },
      { entities: postgresModel, ...options },
    );
  const withSetting = (setting: string): DataSource =>
    plainDataSource(database.target, { entities: postgresModel, extra: { options: `-c ${setting}` } });

  it('A check on PostgreSQL writes nothing and needs no right: it has something to find', () => {
    expect(expected).to.deep.include({ status: 'drifted', uncomparable: [], kinds: KINDS });
  });

  it('A check on PostgreSQL writes nothing and needs no right: it gives the same report to a role that may connect and nothing more', async () => {
    const reader = asReader();
    await reader.initialize();
    await expectRejection(reader.query('SELECT 1 FROM public.rooms'), '42501');
    expect(await toldOf(reader)).to.deep.equal(expected);
    await reader.destroy();
    expect(await toldOf(asReader())).to.deep.equal(expected);
  });

  it('A check on PostgreSQL writes nothing and needs no right: it cannot compare what names a type of a schema that is closed to the role, and reports all else', async () => {
    await database.execute(
      'REVOKE ALL ON SCHEMA public, audit FROM PUBLIC',
      `REVOKE ALL ON SCHEMA audit FROM ${role}`,
    );
    const { changes, uncomparable } = await checkDrift(
      asReader({ migrations: [FirstRevision1700000000000] }),
    );
    await database.execute('GRANT USAGE ON SCHEMA public TO PUBLIC');
    expect(uncomparable.map(({ table, object, reason }) => `${table}.${object}: ${reason}`)).to.deep.equal([
      'things.state: permission denied for schema public',
      'migrations.migrations: the list of applied revisions cannot be read: permission denied for schema public. ' +
        'To list the pending revisions, the role needs SELECT on the tables of the records and USAGE on their schema',
    ]);
    expect(changes.length).to.equal(KINDS.length - 1);
  });

  it('A check on PostgreSQL writes nothing and needs no right: it gives the same report where every transaction is read-only', async () => {
    const reader = withSetting('default_transaction_read_only=on');
    await reader.initialize();
    await expectRejection(reader.query('CREATE TABLE never (id integer)'), '25006');
    expect(await toldOf(reader)).to.deep.equal(expected);
    await reader.destroy();
  });

  it('A check on PostgreSQL writes nothing and needs no right: it gives the same report with a statement timeout', async () => {
    expect(await toldOf(withSetting('statement_timeout=10s'))).to.deep.equal(expected);
  });

  it('A check on PostgreSQL writes nothing and needs no right: it knows pending revisions, and reports when it may not read the list of the applied ones', async () => {
    const migrations = [FirstRevision1700000000000];
    const allowed = await checkDrift(
      plainDataSource(database.target, { entities: postgresModel, migrations }),
    );
    expect([allowed.pending, allowed.uncomparable]).to.deep.equal([[], []]);
    const denied = await checkDrift(asReader({ migrations }));
    expect(denied.pending).to.deep.equal([]);
    expect(denied.uncomparable.map(({ object, reason }) => `${object}: ${reason}`)).to.deep.equal([
      'migrations: the list of applied revisions cannot be read: permission denied for table migrations. ' +
        'To list the pending revisions, the role needs SELECT on the tables of the records and USAGE on their schema',
    ]);
  });

  for (const mode of LOCKS)
    it(`A check on PostgreSQL writes nothing and needs no right: it does not wait for a session that locks every table IN ${mode} MODE`, async () => {
      await whileLocked(database, mode, async () => {
        expect(await toldOf(withSetting('lock_timeout=1ms'))).to.deep.equal(expected);
      });
    });

  it('A check on PostgreSQL writes nothing and needs no right: it fails, and does not guess, when it has to wait for a lock that keeps readers out', async () => {
    await whileLocked(database, 'ACCESS EXCLUSIVE', async () => {
      const outcome = await toldOf(withSetting('statement_timeout=200')).catch(
        (error: unknown) => (error as { readonly reasonCode?: string }).reasonCode,
      );
      // Older servers show expressions without looking at the table, and so need not wait.
      if (outcome !== '57014') expect(outcome).to.deep.equal(expected);
    });
  });

  it('A check on PostgreSQL writes nothing and needs no right: it takes no lock but that of a reader on any table or index', async () => {
    const dataSource = await plainDataSource(database.target, { entities: postgresModel }).initialize();
    await dataSource.query('BEGIN');
    expect(await toldOf(dataSource)).to.deep.equal(expected);
    const modes: unknown = await dataSource.query(
      `SELECT DISTINCT mode FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'relation' AND mode <> 'AccessShareLock'`,
    );
    await dataSource.query('ROLLBACK');
    await dataSource.destroy();
    expect(modes).to.deep.equal([]);
  });

  it('A check on PostgreSQL writes nothing and needs no right: it gives a DataSource back as it was, whatever its options would have done', async () => {
    const options = { synchronize: true, dropSchema: true, migrationsRun: true, installExtensions: true };
    const dataSource = plainDataSource(database.target, {
      entities: postgresModel,
      migrations: [FirstRevision1700000000000],
      subscribers: [Subscriber],
      ...options,
    });
    const before = { ...dataSource.options };
    expect(await toldOf(dataSource)).to.deep.equal(expected);
    expect({ ...dataSource.options }).to.deep.equal(before);
    expect(dataSource.isInitialized).to.equal(false);
    expect(await database.execute('SELECT guest FROM stays')).to.deep.equal([{ guest: 'somebody' }]);
  });

  it('A check on PostgreSQL writes nothing and needs no right: it gives a DataSource back as it was when it cannot be connected', async () => {
    const dataSource = plainDataSource(
      { ...database.target, port: 1 },
      { synchronize: true, dropSchema: true },
    );
    const before = { ...dataSource.options };
    const failure = await checkDrift(dataSource).catch((error: unknown) => error);
    expect(failure).to.include({
      name: 'ConnectError',
      message: `Cannot connect to postgres://127.0.0.1:1/${database.target.database}: connection refused.`,
    });
    expect({ ...dataSource.options }).to.deep.equal(before);
  });
});

/** The message, which is the same for every role. */
async function toldOf(dataSource: DataSource): Promise<object> {
  const report = await checkDrift(dataSource);
  const { changes } = report;
  return {
    ...report,
    kinds: changes.map(({ kind }) => kind),
    changes: changes.map(changeJson),
    pending: 'not told here',
  };
}

async function whileLocked(database: PlainDatabase, mode: string, use: () => Promise<void>): Promise<void> {
  const client = new pg.Client(clientConfig(database.target));
  await client.connect();
  try {
    await client.query('BEGIN');
    await client.query(`LOCK TABLE ${TABLES.join(', ')} IN ${mode} MODE`);
    await use();
  } finally {
    await client.end();
  }
}

async function expectRejection(attempt: Promise<unknown>, code: string): Promise<void> {
  expect(await attempt.catch((error: unknown) => (error as { readonly code?: string }).code)).to.equal(code);
}
