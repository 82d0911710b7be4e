import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import pg from 'pg';
import { clientConfig } from '../../src/databases/postgres/scratch/embedded-postgres.js';
import { newDatabase, onChain, postgresTargetOf, type ChainDatabase } from '../support/chain-database.js';
import { stateOf } from '../support/chain-state.js';
import { CHAIN } from '../support/chain.js';
import { holdingLock } from '../support/failures.js';
import { lockHolder, locksOf } from '../support/locks.js';
import {
  dataSourceFile,
  runCommand,
  startProcess,
  type Command,
  type Running,
} from '../support/processes.js';
import { until } from '../support/until.js';

const LIMIT_MS = 60_000;
const GRACE_MS = 5000;
const INDEX = 'ix_child_parent_id';

describe('A run whose lock is lost, or that is killed while the server works for it (PostgreSQL)', () => {
  let database: ChainDatabase;
  let watcher: pg.Client;

  beforeEach(async () => {
    database = await newDatabase('postgres');
    watcher = await connect();
  });
  afterEach(async () => {
    await watcher.end();
    await database.remove();
  });

  async function connect(): Promise<pg.Client> {
    const client = new pg.Client(clientConfig(postgresTargetOf(database))).on('error', () => undefined);
    await client.connect();
    return client;
  }

  const up = (file: string): Command => ({
    script: 'orchestrator-db',
    args: ['up', ...dataSourceFile(file)],
    env: { DATABASE_URL: database.url },
  });

  /** Server processes that run a statement that begins so, on this database. */
  async function running(beginning: string): Promise<readonly number[]> {
    const { rows } = await watcher.query<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity
        WHERE datname = current_database() AND state = 'active' AND starts_with(query, $1)`,
      [beginning],
    );
    return rows.map(({ pid }) => pid);
  }

  /** Sessions of the processes under test. */
  async function sessions(): Promise<number> {
    const { rows } = await watcher.query(
      `SELECT FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'`,
    );
    return rows.length;
  }

  async function killLock(): Promise<void> {
    await watcher.query('SELECT pg_terminate_backend($1)', [await lockHolder(database)]);
  }

  /** A transaction with an old snapshot, for which CREATE INDEX CONCURRENTLY waits until it ends. */
  async function holdSnapshot(): Promise<pg.Client> {
    const reader = await connect();
    await reader.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
    await reader.query('SELECT FROM pg_class');
    return reader;
  }

  async function indexValidity(): Promise<readonly boolean[]> {
    const { rows } = await watcher.query<{ indisvalid: boolean }>(
      'SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass($1)',
      [INDEX],
    );
    return rows.map(({ indisvalid }) => indisvalid);
  }

  async function namesOf(tables: readonly string[]): Promise<readonly string[]> {
    const { rows } = await watcher.query<{ relname: string }>(
      'SELECT relname FROM pg_class WHERE relname = ANY ($1) ORDER BY 1',
      [tables],
    );
    return rows.map(({ relname }) => relname);
  }

  it('A run that loses its lock or is killed records nothing and reports it when the session that holds the lock ends under a transaction', async () => {
    await watcher.query('CREATE TABLE "pace" AS SELECT 600 AS "seconds"');
    const run = startProcess(up('slow-data-source'));
    await until(async () => (await running('SELECT pg_sleep')).length > 0, run.ended);
    await killLock();
    const { code, stderr } = await run.ended;
    expect(code).to.equal(1);
    expect(stderr)
      .to.match(/lock/i)
      .and.match(/not recorded|nothing is recorded/i);
    await until(async () => (await sessions()) === 0);
    expect((await stateOf(database)).records).to.deep.equal([]);
    expect(await namesOf(['slow', 'quick'])).to.deep.equal([]);
  }).timeout(LIMIT_MS);

  it('A run that loses its lock or is killed completes on the next run', async () => {
    await watcher.query('CREATE TABLE "pace" AS SELECT 600 AS "seconds"');
    const run = startProcess(up('slow-data-source'));
    await until(async () => (await running('SELECT pg_sleep')).length > 0, run.ended);
    await killLock();
    await run.ended;
    await watcher.query('UPDATE "pace" SET "seconds" = 0');
    const again = await runCommand(up('slow-data-source'));
    expect(again.code, again.stderr).to.equal(0);
    expect((await stateOf(database)).records).to.deep.equal([
      'MakeSlowly1800000000201',
      'MakeQuickly1800000000202',
    ]);
    expect(await namesOf(['slow', 'quick'])).to.deep.equal(['quick', 'slow']);
    expect((await watcher.query('SELECT "id" FROM "slow"')).rows).to.deep.equal([{ id: 1 }]);
    expect(await locksOf(database)).to.deep.equal([]);
  }).timeout(LIMIT_MS);

  it('A run that loses its lock or is killed records nothing when the session that holds the lock ends under CREATE INDEX CONCURRENTLY', async () => {
    const reader = await holdSnapshot();
    const run = startProcess(up('chain-data-source'));
    await until(async () => (await running('CREATE INDEX CONCURRENTLY')).length > 0, run.ended);
    await killLock();
    const { code, stderr } = await run.ended;
    expect(code).to.equal(1);
    expect(stderr).to.match(/lock/i);
    expect((await stateOf(database)).records).to.deep.equal(CHAIN.slice(0, 4).map(({ name }) => name));
    await reader.end();
    const again = await runCommand(up('chain-data-source'));
    expect(again.code, again.stderr).to.equal(0);
    expect(await indexValidity()).to.deep.equal([true]);
    expect(await locksOf(database)).to.deep.equal([]);
  }).timeout(LIMIT_MS);

  it('A run is killed under CREATE INDEX CONCURRENTLY: the next run records the index only once it is valid', async () => {
    const reader = await holdSnapshot();
    const run = startProcess(up('chain-data-source'));
    await until(async () => (await running('CREATE INDEX CONCURRENTLY')).length > 0, run.ended);
    const [orphan] = await running('CREATE INDEX CONCURRENTLY');
    run.kill();
    await run.ended;
    expect(await running('CREATE INDEX CONCURRENTLY')).to.deep.equal([orphan]);
    expect(await indexValidity()).to.deep.equal([false]);

    const again = startProcess(up('chain-data-source'));
    await until(async () => (await waiting()).some((pid) => pid !== orphan), again.ended);
    await reader.end();
    const { code, stderr } = await again.ended;
    expect(code, stderr).to.equal(0);
    expect(await indexValidity()).to.deep.equal([true]);
    expect(await onChain(database, (dataSource) => dataSource.showMigrations())).to.equal(false);
    expect(await locksOf(database)).to.deep.equal([]);
  }).timeout(LIMIT_MS);

  it('A run is killed before CREATE INDEX CONCURRENTLY gets its table, and the server then fails at it: the next run makes it', async () => {
    const first = { ...up('chain-data-source'), args: ['up', '+4', ...dataSourceFile('chain-data-source')] };
    expect((await runCommand(first)).code).to.equal(0);
    const blocker = await connect();
    await blocker.query('BEGIN');
    await blocker.query('LOCK TABLE "child" IN SHARE MODE');
    const [run, again] = await twoThatWait();
    const [orphan] = await running('CREATE INDEX CONCURRENTLY');
    run.kill();
    await run.ended;
    // The orphan looks for its client every 5 s: the other process, which has started long ago, is faster.
    await until(async () => (await running('CREATE INDEX CONCURRENTLY')).length > 1, again.ended);
    const reader = await holdSnapshot();
    await blocker.end();
    await until(async () => (await indexValidity()).length > 0, again.ended);
    await watcher.query('SELECT pg_cancel_backend($1)', [orphan]);
    await reader.end();
    const { code, stderr } = await again.ended;
    const isRecorded = (await stateOf(database)).records.includes('IndexChildren1800000000105');
    expect({ isRecorded, valid: await indexValidity() }, stderr).to.not.deep.equal({
      isRecorded: true,
      valid: [false],
    });
    const last = code === 0 ? { code, stderr } : await runCommand(up('chain-data-source'));
    expect(last.code, last.stderr).to.equal(0);
    expect(await indexValidity()).to.deep.equal([true]);
  }).timeout(LIMIT_MS);

  it('A run that loses its lock or is killed commits a revision once when the lock is lost between its record and its COMMIT', async () => {
    const first = {
      ...up('append-data-source'),
      args: ['up', '+1', ...dataSourceFile('append-data-source')],
    };
    expect((await runCommand(first)).code).to.equal(0);
    await watcher.query(`CREATE TABLE "gate" AS SELECT false AS "open";
      CREATE FUNCTION "wait_at_commit"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        WHILE NOT (SELECT "open" FROM "gate") LOOP PERFORM pg_sleep(0.05); END LOOP; RETURN NULL; END $$;
      CREATE CONSTRAINT TRIGGER "at_commit" AFTER INSERT ON "entry" DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION "wait_at_commit"()`);
    const slow = startProcess(up('append-data-source'));
    // The message with the record begins with the proof that the transaction is the same.
    const recording = 'SELECT CAST(CASE WHEN pg_catalog.to_char(';
    await until(async () => (await running(recording)).length > 0, slow.ended);
    await killLock();
    const quick = startProcess(up('append-data-source'));
    // Time enough to run it a second time, for a process that does not wait for that COMMIT.
    await Promise.race([quick.ended, pause(GRACE_MS)]);
    await watcher.query('UPDATE "gate" SET "open" = true');
    const [one, other] = [await slow.ended, await quick.ended];
    const { rows } = await watcher.query('SELECT "words" FROM "entry"');
    const { records } = await stateOf(database);
    expect({ rows, records }, `${one.stderr}\n${other.stderr}`).to.deep.equal({
      rows: [{ words: 'once' }],
      records: ['CreateEntry1800000000301', 'AppendEntry1800000000302'],
    });
    expect(other.code, other.stderr).to.equal(0);
  }).timeout(LIMIT_MS);

  /** Two processes that have started and want the migration lock; the first is the one that gets it. */
  async function twoThatWait(): Promise<readonly [Running, Running]> {
    const isWaiting = ({ stderr }: Running): boolean => stderr.includes('waiting for another process');
    const [one, other] = await holdingLock(database, async () => {
      const both = [startProcess(up('chain-data-source')), startProcess(up('chain-data-source'))] as const;
      for (const each of both) await until(() => Promise.resolve(isWaiting(each)), each.ended);
      return both;
    });
    await until(async () => (await running('CREATE INDEX CONCURRENTLY')).length > 0);
    return (await holdsLock(one)) ? [one, other] : [other, one];
  }

  async function holdsLock({ pid }: Running): Promise<boolean> {
    const { rows } = await watcher.query<{ application_name: string }>(
      'SELECT application_name FROM pg_stat_activity WHERE pid = $1',
      [await lockHolder(database)],
    );
    return rows.some(({ application_name }) => application_name.endsWith(` pid ${pid}`));
  }

  /** Server processes that wait for a lock of another session. */
  async function waiting(): Promise<readonly number[]> {
    const { rows } = await watcher.query<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    return rows.map(({ pid }) => pid);
  }
});
