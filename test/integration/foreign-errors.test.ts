import { expect } from 'chai';
import { createServer } from 'node:net';
import pg from 'pg';
import { migrateUp } from '../../src/migrator/migrate.js';
import { eachDatabase, onDatabase } from '../support/databases.js';
import { only } from '../support/failures.js';
import { handWritten } from '../support/hand-written.js';

const ID = 'Reach1800000000402';
const LEFT =
  'Its transaction was rolled back: the database is as it was before this revision. Fix the cause, then run the command again.';

/** What a run says of a class whose body fails, and how often it was called. */
async function outcomeOf(
  database: Parameters<Parameters<typeof eachDatabase>[1]>[0],
  body: () => Promise<unknown>,
): Promise<{ readonly message: string; readonly calls: number }> {
  let calls = 0;
  const migration = handWritten(ID, async (queryRunner) => {
    calls += 1;
    await queryRunner.query('CREATE TABLE half (id integer)');
    await body();
  });
  const dataSource = await database().connect(only(migration));
  const message = await migrateUp(dataSource).then(
    () => 'applied',
    (error: unknown) => (error as Error).message,
  );
  await dataSource.query('CREATE TABLE half (id integer)');
  return { message, calls };
}

const coded = (code: string, words: string) => () =>
  Promise.reject(Object.assign(new Error(words), { code }));

eachDatabase('A class whose body fails elsewhere', (database) => {
  for (const [title, body, words] of [
    ['a connection that is refused', coded('ECONNREFUSED', 'connect ECONNREFUSED'), 'connect ECONNREFUSED'],
    ['a connection that is reset', coded('ECONNRESET', 'read ECONNRESET'), 'read ECONNRESET'],
    [
      'a session that ended',
      () => Promise.reject(new Error('Connection terminated unexpectedly')),
      'Connection terminated unexpectedly',
    ],
    [
      'a limit of an idle session',
      coded('25P03', 'terminating connection due to idle'),
      'terminating connection due to idle',
    ],
    [
      'a limit on locks',
      coded('55P03', 'canceling statement due to lock timeout'),
      'canceling statement due to lock timeout',
    ],
    ['a deadlock', coded('40P01', 'deadlock detected'), 'deadlock detected'],
    ['a busy file', coded('SQLITE_BUSY', 'database is locked'), 'database is locked'],
  ] as const)
    it(`A class whose body fails elsewhere, by ${title}, fails with that, once`, async () => {
      const { message, calls } = await outcomeOf(database, body);
      expect(message).to.match(new RegExp(`^${ID}: up failed: ${words}`));
      expect(message).to.contain(LEFT);
      expect(calls).to.equal(1);
    });

  it('A class that calls a port without a server fails with that', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { readonly port: number };
    await new Promise((resolve) => server.close(resolve));
    const { message } = await outcomeOf(database, () => fetch(`http://127.0.0.1:${port}/`));
    expect(message).to.contain(`${ID}: up failed: fetch failed`).and.to.contain(LEFT);
  });
});

onDatabase('postgres', 'A class with a client of its own', (database) => {
  it('A class with a client of its own, which the server ends, is not told that the session of the run ended', async () => {
    const { message, calls } = await outcomeOf(database, async () => {
      const client = new pg.Client({ connectionString: database().url });
      client.on('error', () => undefined);
      await client.connect();
      await client.query('SELECT pg_terminate_backend(pg_backend_pid())');
    });
    expect(message)
      .to.match(/terminating connection due to administrator command/)
      .and.to.contain(LEFT);
    expect(calls).to.equal(1);
  });

  it('A class whose own session ends is told so', async () => {
    const migration = handWritten(ID, (queryRunner) =>
      queryRunner.query('SELECT pg_terminate_backend(pg_backend_pid())'),
    );
    const dataSource = await database().connect(only(migration));
    const message = await migrateUp(dataSource).catch((error: unknown) => (error as Error).message);
    expect(message).to.contain('The connection is gone, and the database rolls its transaction back');
  });
});
