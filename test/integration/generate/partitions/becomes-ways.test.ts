import { expect } from 'chai';
import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import type { MigrationInterface } from 'typeorm';
import { clientConfig } from '../../../../src/databases/postgres/scratch/embedded-postgres.js';
import type { PostgresTarget } from '../../../../src/database-url.js';
import {
  catalogOf,
  events,
  lendBecoming,
  MONTHLY,
  WHERE,
  type Becoming,
} from '../../../support/becoming-parted.js';
import { execute, rowsOf } from '../../../support/cli-database.js';
import { onDatabase } from '../../../support/databases.js';
import { runOffline } from '../../../support/offline-run.js';
import { withRawClient } from '../../../support/raw-postgres.js';
import { IN_SYNC } from '../../drift/no-false-alarm-database.js';

/** All rows, wherever they are. */
const ROWS = 'SELECT count(*)::integer AS count, sum(id)::integer AS sum FROM event';

onDatabase('postgres', 'Ways in which a table becomes partitioned (PostgreSQL)', (database) => {
  const target = () => database().target as PostgresTarget;

  it('PostgreSQL reads no row when the first partition is attached, and none is rewritten', () =>
    lendBecoming(database(), async (becoming) => {
      const file = `SELECT pg_relation_filenode(coalesce(to_regclass('event_before'), 'event'::regclass))::integer AS file`;
      const before = await rowsOf(database(), file);
      const notices = await withRawClient(target(), async (client) => {
        const heard: string[] = [];
        client.on('notice', ({ message = '' }) => heard.push(message));
        for (const statements of statementsOf(becoming)) await runAlone(client, statements);
        return heard;
      });
      expect(notices).to.include(
        'partition constraint for table "event_before" is implied by existing constraints',
      );
      expect(await rowsOf(database(), file)).to.deep.equal(before);
    }));

  it('A run that is killed behind any statement leaves nothing half done, and is repeated', () =>
    lendBecoming(database(), async (becoming) => {
      const [rows] = await rowsOf(database(), ROWS);
      for (const statements of statementsOf(becoming)) {
        for (let count = 1; count <= statements.length && !isConcurrent(statements); count += 1)
          await killedBehind(statements.slice(0, count));
        await withRawClient(target(), (client) => runAlone(client, statements));
        expect(await rowsOf(database(), ROWS)).to.deep.equal([rows]);
      }
      expect(await rowsOf(database(), WHERE)).to.deep.equal([{ part: 'event_before', count: 908 }]);
    }));

  /** Begins a transaction, and loses its session. */
  async function killedBehind(statements: readonly string[]): Promise<void> {
    const client = new pg.Client(clientConfig(target()));
    client.on('error', () => undefined);
    await client.connect();
    await client.query('BEGIN');
    for (const sql of statements) await client.query(sql);
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    await execute(database(), [`SELECT pg_terminate_backend(${rows[0]?.pid ?? 0}, 5000)`]);
    await client.end().catch(() => undefined);
  }

  it('An offline script does the same with psql, up and down', () =>
    lendBecoming(database(), async (becoming) => {
      const { history, before } = becoming;
      const catalog = await catalogOf(becoming, database());
      const contents = await history.use(database(), events(MONTHLY), ({ migrations }) =>
        Promise.resolve({
          entities: [],
          migrations: migrations.map((one) => one.constructor as new () => MigrationInterface),
        }),
      );
      const from = contents.migrations[before - 1]?.name ?? 'base';
      await runOffline(database(), contents, { direction: 'up', target: `${from}..head` });
      expect(await history.checked(database(), events(MONTHLY))).to.deep.equal(IN_SYNC);
      expect(await rowsOf(database(), WHERE)).to.deep.equal([{ part: 'event_before', count: 908 }]);
      await runOffline(database(), contents, { direction: 'down', target: `head..${from}` });
      expect(await catalogOf(becoming, database())).to.deep.equal(catalog);
    }));

  it('Applications read and write all the time, none waits for long or fails, and no row is lost', () =>
    lendBecoming(database(), async ({ history }) => {
      const writers = [0, 1, 2].map((number) => writing(target(), number));
      const reader = reading(target());
      const checked = await history.checked(database(), events(MONTHLY)).catch((error: unknown) => error);
      const written = await Promise.all(writers.map((writer) => writer.end()));
      const { fewest, longest } = await reader.end();
      expect(checked).to.deep.equal(IN_SYNC);
      expect(fewest).to.be.at.least(908);
      expect(Math.max(longest, ...written.map((one) => one.longest))).to.be.below(3500);
      const total = written.reduce((sum, { count }) => sum + count, 908);
      expect((await rowsOf(database(), ROWS))[0]?.['count']).to.equal(total);
      const changed = await rowsOf(
        database(),
        `SELECT count(*)::integer AS count FROM event WHERE kind = 'changed'`,
      );
      expect(changed[0]?.['count']).to.equal(total - 908);
    })).timeout(120_000);
});

/** Those of the revisions that divide the table, by transaction. */
function statementsOf({ report }: Becoming): readonly (readonly string[])[] {
  return report.revisions.map(({ postgres }) => postgres.up);
}

/** Whether it cannot run in a transaction: other tests kill those. */
function isConcurrent(statements: readonly string[]): boolean {
  return statements.some((sql) => / CONCURRENTLY /.test(sql));
}

async function runAlone(client: pg.Client, statements: readonly string[]): Promise<void> {
  await client.query('SET client_min_messages = debug1');
  if (!isConcurrent(statements)) await client.query('BEGIN');
  for (const sql of statements) await client.query(sql);
  if (!isConcurrent(statements)) await client.query('COMMIT');
}

/** Inserts rows for a worker and changes each of them, with statements that are prepared once. */
function writing(target: PostgresTarget, number: number) {
  let [isOver, longest, count] = [false, 0, 0];
  const done = withRawClient(target, async (client) => {
    while (!isOver) {
      const began = performance.now();
      await client.query('BEGIN');
      await client.query('SELECT FROM worker WHERE id = $1 FOR KEY SHARE', [1 + (number % 2)]);
      const { rows } = await client.query<{ id: number }>({
        name: 'insert',
        text: `INSERT INTO event (kind, worker_id) VALUES ('new', $1) RETURNING id`,
        values: [1 + (number % 2)],
      });
      await client.query('COMMIT');
      await client.query({
        name: 'update',
        text: `UPDATE event SET kind = 'changed' WHERE id = $1`,
        values: [rows[0]?.id],
      });
      longest = Math.max(longest, performance.now() - began);
      count += 1;
      await setTimeout(5);
    }
  });
  return {
    end: async () => {
      isOver = true;
      await done;
      return { longest, count };
    },
  };
}

function reading(target: PostgresTarget) {
  let [isOver, longest, fewest] = [false, 0, Infinity];
  const done = withRawClient(target, async (client) => {
    while (!isOver) {
      const began = performance.now();
      const { rows } = await client.query<{ count: number }>({
        name: 'count',
        text: 'SELECT count(*)::integer AS count FROM event',
      });
      fewest = Math.min(fewest, rows[0]?.count ?? 0);
      longest = Math.max(longest, performance.now() - began);
      await setTimeout(5);
    }
  });
  return {
    end: async () => {
      isOver = true;
      await done;
      return { longest, fewest };
    },
  };
}
