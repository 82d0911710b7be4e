import { expect } from 'chai';
import { newDatabase, postgresTargetOf, type ChainDatabase } from '../support/chain-database.js';
import { withClient } from '../support/failures.js';
import { startPooler, type Pooler, type PoolerOptions } from '../support/pgbouncer.js';
import { dataSourceFile, runCommand, type Ended } from '../support/processes.js';
import { pooledUrl } from '../support/races.js';

const IGNORED = 'extra_float_digits,options';

describe('Options behind PgBouncer', () => {
  let database: ChainDatabase;
  let pooler: Pooler | undefined;
  beforeEach(async () => {
    database = await newDatabase('postgres');
    await admin('CREATE SCHEMA app');
  });
  afterEach(async () => {
    await pooler?.stop();
    pooler = undefined;
    await database.remove();
  });

  const admin = (sql: string) =>
    withClient(postgresTargetOf(database), (client) => client.query<{ readonly schema: string }>(sql));
  const command = (...args: readonly string[]): Promise<Ended> =>
    runCommand({
      script: 'orchestrator-db',
      args: [...args, ...dataSourceFile('transactional-chain-data-source')],
      env: { DATABASE_URL: `${pooledUrl(database, pooler)}?options=-c%20search_path%3Dapp` },
    });
  const schemas = () =>
    admin(
      "SELECT DISTINCT schemaname AS schema FROM pg_tables WHERE schemaname IN ('app', 'public') ORDER BY 1",
    ).then(({ rows }) => rows.map(({ schema }) => schema));

  for (const poolMode of ['session', 'transaction'] as const)
    it(`Options behind PgBouncer in ${poolMode} mode that it ignores are refused, naming setting and remedies, and nothing is changed`, async () => {
      pooler = await startPooler({ poolMode, ignored: IGNORED });
      for (const args of [['up'], ['check'], ['status'], ['down']]) {
        const { code, stderr } = await command(...args);
        expect(stderr).to.match(
          /set search_path = app, and the session has search_path = "\$user", public: a pooler before the server ignores them\. Nothing was changed\. Set it on the server, .*: ALTER ROLE \S+ IN DATABASE \S+ SET search_path = app; Or /,
        );
        expect(code).to.equal(3);
      }
      expect(await schemas()).to.deep.equal([]);
    });

  const remedies: Readonly<Record<string, () => Promise<PoolerOptions>>> = {
    'the role has the setting': async () => {
      await admin(
        "DO $$ BEGIN EXECUTE format('ALTER ROLE %I IN DATABASE %I SET search_path = app', current_user, current_database()); END $$",
      );
      return {};
    },
    'the pooler sets it with connect_query': () => Promise.resolve({ connectQuery: 'SET search_path = app' }),
  };
  for (const [title, remedy] of Object.entries(remedies))
    it(`Options behind PgBouncer that it ignores do no harm where ${title}`, async () => {
      pooler = await startPooler({ ignored: IGNORED, ...(await remedy()) });
      const { code, stderr } = await command('up');
      expect(code, stderr).to.equal(0);
      expect(await schemas()).to.deep.equal(['app']);
    });
});
