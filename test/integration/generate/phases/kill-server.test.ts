import { expect } from 'chai';
import fc from 'fast-check';
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { PostgresTarget } from '../../../../src/database-url.js';
import { migrateUp } from '../../../../src/migrator/migrate.js';
import { dataSourceFile, startProcess } from '../../../support/processes.js';
import { withRawClient } from '../../../support/raw-postgres.js';
import { repetitions, share } from '../../../support/repetitions.js';
import { startRestartablePostgres, type RestartablePostgres } from '../../../support/restartable-postgres.js';
import { endServer } from '../../../support/server-end.js';
import { urlOf } from '../../../support/servers.js';
import { startStatementProxy } from '../../../support/statement-proxy.js';
import { some } from '../../../support/some.js';
import { GROUPS } from './kill/groups.js';
import { Group, type Way } from './kill/killed-group.js';

/** Pairs of statements, of each group in full. */
const PAIRS = { quick: 1, ci: 2, full: 12 };
/** How many groups. */
const MANY = repetitions({ quick: 1, ci: 2, full: Infinity });

describe(`A server that is killed twice in a group of expand and contract (${share(PAIRS)} pairs of statements)`, () => {
  let server: RestartablePostgres;
  before(async () => {
    server = await startRestartablePostgres();
  });
  after(() => server.stop());

  for (const what of some(Object.keys(GROUPS), MANY))
    it(`A server that is killed twice leaves what the next run completes: ${what}`, async function () {
      this.timeout(1_200_000);
      await Group.lend('postgres', GROUPS[what]!, async (group) => {
        const way = await group.way('up');
        const count = (await group.statements(way)).length;
        await way.start.remove();
        const point = fc.integer({ min: 1, max: count });
        for (const points of fc.sample(fc.tuple(point, point), repetitions(PAIRS)))
          await killTwice(server, { group, way, points });
      });
    });
});

interface Killing {
  readonly group: Group;
  readonly way: Way;
  readonly points: readonly number[];
}

async function killTwice(server: RestartablePostgres, { group, way, points }: Killing): Promise<void> {
  const database = `killed_${randomBytes(6).toString('hex')}`;
  await withRawClient(server.target, (client) => client.query(`CREATE DATABASE ${database}`));
  const target: PostgresTarget = { ...server.target, database };
  await group.begin({ target });
  for (const point of points) {
    await killAt(server, { group, target, point });
    await group.expectWhole({ target }, way);
  }
  await group.use({ target }, (dataSource) => migrateUp(dataSource));
  await group.expectEnd({ target }, way);
}

interface Point {
  readonly group: Group;
  readonly target: PostgresTarget;
  readonly point: number;
}

/** The second run may end before it comes to its point. */
async function killAt(server: RestartablePostgres, { group, target, point }: Point): Promise<void> {
  let killed: Promise<void> | undefined;
  const front = await startStatementProxy(target, {
    stopAt: { when: 'after', isHere: ({ length }) => length === point },
    onStop: () => {
      killed = endServer(server.data, 'kill -9').then(() => {
        // The process may not have been waited for yet, and then counts as another server.
        for (const lock of ['data/postmaster.pid', `.s.PGSQL.${server.target.port}.lock`])
          rmSync(join(server.data, '..', lock), { force: true });
      });
      void killed.finally(() => front.resume());
    },
  });
  try {
    const { file, env } = group.source;
    const { ended } = startProcess({
      script: 'orchestrator-db',
      args: ['up', ...dataSourceFile(file)],
      env: { ...env, DATABASE_URL: urlOf({ ...target, host: '127.0.0.1', port: front.port }) },
    });
    const { code, stderr } = await ended;
    await killed;
    if (killed === undefined) expect(code, stderr).to.equal(0);
  } finally {
    await front.close();
    await server.resume();
  }
}
