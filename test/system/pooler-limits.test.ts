import { expect } from 'chai';
import { newDatabase, type ChainDatabase } from '../support/chain-database.js';
import { stateOf } from '../support/chain-state.js';
import { withClient } from '../support/failures.js';
import { startPooler, type Pooler, type PoolerOptions } from '../support/pgbouncer.js';
import { dataSourceFile, runCommand } from '../support/processes.js';
import { pooledUrl } from '../support/races.js';

interface Limit {
  readonly setting: string;
  readonly options: PoolerOptions;
  readonly code: string;
  readonly remedy: string;
  /** Whether a revision takes long before the limit is reached. */
  readonly isSlow?: boolean;
}

const DIRECT = 'or set DATABASE_DIRECT_URL to the server itself.';

const LIMITS: readonly Limit[] = [
  {
    setting: 'query_wait_timeout',
    options: { poolSize: 1, settings: { query_wait_timeout: 2 } },
    code: 'CONNECTION_LOST',
    remedy: `PgBouncer had no server connection to give within its query_wait_timeout, and a run needs two at once: allow a pool of at least 2 (pool_size), ${DIRECT} Then run the same command again.`,
  },
  {
    setting: 'disable_pqexec',
    options: { settings: { disable_pqexec: 1 } },
    code: 'CONNECT_FAILED',
    remedy: `PQexec disallowed. PgBouncer's disable_pqexec forbids messages of several statements, which a run sends: set it to 0, ${DIRECT}`,
  },
  {
    setting: 'idle_transaction_timeout',
    options: { settings: { idle_transaction_timeout: 1 } },
    code: 'LOCK_LOST',
    remedy: `PgBouncer's idle_transaction_timeout ended it, and the lock is a transaction that stays open for the whole run: set it to 0 for this user, ${DIRECT} Then run the command again.`,
    isSlow: true,
  },
  {
    setting: 'query_timeout',
    options: { settings: { query_timeout: 2 } },
    code: 'REVISION_FAILED',
    remedy: `PgBouncer's query_timeout ended it, and a statement of a revision may take longer: set it to 0 for this user, ${DIRECT} Then run it again.`,
    isSlow: true,
  },
];

describe('Limits of PgBouncer that end a run', () => {
  let database: ChainDatabase;
  let pooler: Pooler | undefined;
  beforeEach(async () => {
    database = await newDatabase('postgres');
  });
  afterEach(async () => {
    await pooler?.stop();
    pooler = undefined;
    await database.remove();
  });

  for (const { setting, options, code, remedy, isSlow = false } of LIMITS)
    it(`name the setting and what to do: ${setting}`, async () => {
      if (isSlow)
        await withClient(database.target, (client) =>
          client.query('CREATE TABLE "pace" AS SELECT 5 AS "seconds"'),
        );
      pooler = await startPooler(options);
      const source = dataSourceFile(isSlow ? 'slow-data-source' : 'chain-data-source');
      const { stdout } = await runCommand({
        script: 'orchestrator-db',
        args: ['up', '--json', ...source],
        env: { DATABASE_URL: pooledUrl(database, pooler) },
      });
      const { error } = JSON.parse(stdout) as { readonly error: { readonly code: string; message: string } };
      expect(error, error.message).to.include({ code });
      expect(error.message).to.include(remedy);
      expect((await stateOf(database)).records).to.deep.equal([]);
    }).timeout(60_000);
});
