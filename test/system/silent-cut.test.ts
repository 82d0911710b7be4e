import { expect } from 'chai';
import { setTimeout as pause } from 'node:timers/promises';
import type { PostgresTarget } from '../../src/database-url.js';
import {
  newClientNetwork,
  sessionsOf,
  startReachablePostgres,
  type ClientNetwork,
} from '../support/network.js';
import { paceSql, type Pace } from '../support/pausing-data-source.js';
import { dataSourceFile, runCommand, startProcess, type Command, type Ended } from '../support/processes.js';
import { withRawClient } from '../support/raw-postgres.js';
import type { RestartablePostgres } from '../support/restartable-postgres.js';
import { urlOf } from '../support/servers.js';
import { until } from '../support/until.js';

const LIMIT_MS = 120_000;
/** How long the server's sessions may outlive the network. */
const GONE_MS = 20_000;
/** How long a client may wait for a server that is gone. */
const CLIENT_MS = 60_000;
/** How long a process may take to end that is asked to. */
const SIGNAL_MS = 10_000;
const LONG = 600;

describe('A network that drops packets without a word in the middle of a revision (PostgreSQL)', () => {
  let server: RestartablePostgres;
  let network: ClientNetwork;
  let target: PostgresTarget;
  let count = 0;

  before(async () => {
    server = await startReachablePostgres();
    network = newClientNetwork();
  });
  after(async () => {
    network.remove();
    await server.stop();
  });
  beforeEach(async () => {
    count += 1;
    target = { ...server.target, database: `cut_${count}` };
    await withRawClient(server.target, (client) => client.query(`CREATE DATABASE ${target.database}`));
  });
  afterEach(() => network.mend());

  /** On the client's end of the network, or beside the server. */
  const up = (where: 'far' | 'near'): Command => ({
    script: 'orchestrator-db',
    args: ['up', '--json', ...dataSourceFile('pausing-data-source')],
    env: { DATABASE_URL: urlOf(where === 'far' ? { ...target, host: network.host } : target) },
    ...(where === 'far' ? { through: network.enter } : {}),
  });

  const onTarget = (sql: string) => withRawClient(target, (client) => client.query(sql));
  const sessions = () => sessionsOf(server.target, target.database);
  const errorOf = ({ stdout }: Ended) =>
    (JSON.parse(stdout) as { error: { code: string; message: string } }).error;

  /** Started, and where it takes its time. */
  async function startedAt(place: keyof Pace): Promise<ReturnType<typeof startProcess>> {
    const pace = { statement: 0, between: 0, commit: 0, [place]: place === 'between' ? 8 : LONG };
    await onTarget(paceSql(pace));
    const process = startProcess(up('far'));
    const isThere = {
      statement: ({ state, query }: Session) => state === 'active' && query.startsWith('SELECT pg_sleep'),
      between: ({ state, query }: Session) =>
        state === 'idle in transaction' && query.startsWith('SELECT pg_sleep'),
      // The statement that records; COMMIT, which goes with it, is beyond what the server shows of a text.
      commit: ({ state, query }: Session) => state === 'active' && query.includes('PREPARE'),
    }[place];
    await until(async () => (await sessions()).some(isThere), process.ended);
    // A moment later everything that was sent has been acknowledged.
    await pause(200);
    return process;
  }
  type Session = Awaited<ReturnType<typeof sessions>>[number];

  /** The server's sessions go in time, and a second migrator gets through. */
  async function expectFreed(cutAt: number): Promise<void> {
    await until(async () => (await sessions()).length === 0);
    expect(performance.now() - cutAt).to.be.below(GONE_MS);
    await onTarget('UPDATE "pace" SET "statement" = 0, "between" = 0, "commit" = 0');
    const second = await runCommand(up('near'));
    expect(second.code, second.stderr).to.equal(0);
    const { rows } = await onTarget('SELECT "id" FROM "half"');
    expect(rows).to.deep.equal([{ id: 1 }]);
  }

  for (const [place, codes] of [
    ['statement', ['REVISION_FAILED', 'LOCK_LOST', 'SERVER_SILENT']],
    ['between', ['REVISION_FAILED', 'LOCK_LOST', 'SERVER_SILENT']],
    ['commit', ['REVISION_FAILED']],
  ] as const)
    it(`A network that drops packets without a word in the middle of a revision ends the client by itself, with a code and a remedy, and frees the server: ${place}`, async () => {
      const client = await startedAt(place);
      const cutAt = performance.now();
      network.cut();
      const freed = expectFreed(cutAt);
      const ended = await client.ended;
      const seconds = performance.now() - cutAt;
      await freed;
      const { code, message } = errorOf(ended);
      expect(ended.code, message).to.equal(1);
      expect(codes, message).to.include(code);
      expect(message).to.match(/again/);
      if (place === 'commit') expect(message).to.match(/applied and recorded, or neither/);
      expect(seconds).to.be.below(CLIENT_MS);
    }).timeout(LIMIT_MS);

  it('A network that drops packets without a word in the middle of a revision ends the client when only the connection of the lock is cut; its revision is rolled back at once', async () => {
    const client = await startedAt('statement');
    const [lock] = (await sessions()).filter(({ state }) => state === 'idle in transaction');
    const cutAt = performance.now();
    network.cut([lock?.port ?? 0]);
    const ended = await client.ended;
    expect(errorOf(ended).code, ended.stderr).to.equal('LOCK_LOST');
    await expectFreed(cutAt);
  }).timeout(LIMIT_MS);

  for (const place of ['statement', 'between'] as const)
    it(`A network that drops packets without a word in the middle of a revision lets the first signal end the client within 10 s: ${place}`, async () => {
      const client = await startedAt(place);
      network.cut();
      // So that the pause between two statements is over, and the next one is under way.
      await pause(place === 'between' ? 9000 : 0);
      const asked = performance.now();
      client.signal('SIGTERM');
      const ended = await client.ended;
      expect(performance.now() - asked).to.be.below(SIGNAL_MS);
      expect(ended.code, ended.stderr).to.equal(1);
      expect(errorOf(ended).code, ended.stderr).to.be.oneOf([
        'MIGRATION_ABORTED',
        'LOCK_LOST',
        'REVISION_FAILED',
      ]);
    }).timeout(LIMIT_MS);

  it('A network that drops packets without a word in the middle of a revision lets the second signal end the client at once', async () => {
    const client = await startedAt('statement');
    network.cut();
    client.signal('SIGTERM');
    await pause(300);
    const asked = performance.now();
    client.signal('SIGTERM');
    expect((await client.ended).code).to.equal(1);
    expect(performance.now() - asked).to.be.below(1000);
  }).timeout(LIMIT_MS);
});
