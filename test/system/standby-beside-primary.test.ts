import { expect } from 'chai';
import type { PostgresTarget } from '../../src/database-url.js';
import { withClient } from '../support/failures.js';
import { runScript } from '../support/run-script.js';
import { urlOf } from '../support/servers.js';
import { startReplicatedPair, type ReplicatedPair } from '../support/standby.js';
import { until } from '../support/until.js';

/** The database `postgres` of each, with the limit after which a read gives up. */
describe('A standby that follows its primary', () => {
  let pair: ReplicatedPair;
  before(async () => {
    pair = await startReplicatedPair();
    const env = { DATABASE_URL: urlOf(pair.primary) };
    expect(await runScript('orchestrator-db', ['up'], { env })).to.deep.include({ code: 0 });
    await sql(pair.primary, `ALTER ROLE CURRENT_USER SET lock_timeout = '500ms'`);
  });
  after(() => pair.stop());

  const sql = (target: PostgresTarget, statement: string) =>
    withClient(target, async (client) => (await client.query<Record<string, unknown>>(statement)).rows);
  const shown = ({ port, database }: PostgresTarget) => `postgres://127.0.0.1:${port}/${database}`;
  const run = (command: string, url: PostgresTarget, direct?: PostgresTarget) =>
    runScript('orchestrator-db', [command], {
      env: { DATABASE_URL: urlOf(url), ...(direct ? { DATABASE_DIRECT_URL: urlOf(direct) } : {}) },
    });

  it('A standby that follows its primary is named where one of the two URLs leads to it', async () => {
    const { primary, standby } = pair;
    expect(withoutNames((await run('up', standby, primary)).stderr)).to.equal(
      'error: DATABASE_URL (STANDBY) leads to a standby, and DATABASE_DIRECT_URL (PRIMARY) to another server. Nothing was changed. ' +
        'Set DATABASE_URL to the primary. To read the standby, unset DATABASE_DIRECT_URL.\n',
    );
    expect(withoutNames((await run('up', primary, standby)).stderr)).to.equal(
      'error: DATABASE_DIRECT_URL (STANDBY) leads to a standby, and DATABASE_URL (PRIMARY) to another server. Nothing was changed. ' +
        'A standby accepts no writes: set DATABASE_DIRECT_URL to the primary, or unset it.\n',
    );
  });

  it('A standby that repeats a lock of its primary is not told to end its own process', async () => {
    await withClient(pair.primary, async (client) => {
      await client.query('BEGIN; LOCK TABLE migrations IN ACCESS EXCLUSIVE MODE; SELECT txid_current()');
      await until(async () => {
        const rows = await sql(pair.standby, `SELECT FROM pg_locks WHERE mode = 'AccessExclusiveLock'`);
        return rows.length > 0;
      });
      const { code, stderr } = await run('status', pair.standby);
      expect([code, withoutNames(stderr)]).to.deep.equal([
        1,
        'error: STANDBY: a read waited 500ms for a locked table and gave up. ' +
          'A transaction on the primary holds ACCESS EXCLUSIVE on public.migrations, and this standby repeats the lock. ' +
          'Wait until it ends, or end it on the primary. Then run the same command again.\n',
      ]);
      await client.query('ROLLBACK');
    });
  });

  function withoutNames(text: string): string {
    return text
      .replaceAll(/postgres:\/\/[^@ ]*@/g, 'postgres://')
      .replaceAll(shown(pair.primary), 'PRIMARY')
      .replaceAll(shown(pair.standby), 'STANDBY');
  }
});
