import { expect } from 'chai';
import type { DataSource } from 'typeorm';
import type { PostgresTarget } from '../../src/database-url.js';
import { withReadOnlyConnection } from '../../src/databases/read-only-connection.js';
import { OptionsIgnoredError } from '../../src/errors/server.js';
import { migrateUp } from '../../src/migrator/migrate.js';
import { readStatus } from '../../src/migrator/status.js';
import { tablesOf } from '../support/cli-database.js';
import { onDatabase } from '../support/databases.js';
import { expectFailure, only, withClient } from '../support/failures.js';
import { startForgetfulProxy } from '../support/forgetful-proxy.js';
import { plainDataSource } from '../support/plain-postgres.js';
import type { Proxy } from '../support/proxy.js';
import { detailedReadiness } from '../support/readiness.js';
import { revision } from '../support/revisions.js';
import { documentOf, runCommandHere } from '../support/run-shelves.js';
import { urlOf } from '../support/servers.js';

const GAUGES = revision(
  'MakeGauges1800000000391',
  ['CREATE TABLE gauges (id integer)'],
  ['DROP TABLE gauges'],
);
const CONTENTS = { entities: [], migrations: [GAUGES] };
const IN_APP = '-c search_path=app';

onDatabase('postgres', 'Options that a pooler ignores (PostgreSQL)', (database) => {
  let pooler: Proxy;
  let opened: DataSource | undefined;
  beforeEach(async () => {
    pooler = await startForgetfulProxy(here());
    await withClient(here(), (client) => client.query('CREATE SCHEMA app'));
  });
  afterEach(async () => {
    if (opened?.isInitialized) await opened.destroy();
    await pooler.close();
  });

  const here = () => database().target as PostgresTarget;
  const through = (): PostgresTarget => ({ ...here(), host: '127.0.0.1', port: pooler.port, ssl: false });
  const urlWith = (options: string, target = through()) =>
    `${urlOf(target)}?options=${encodeURIComponent(options)}`;
  const admin = (sql: string) => withClient(here(), (client) => client.query(sql));
  const remedy = (setting: string) =>
    `ALTER ROLE "${here().user}" IN DATABASE "${here().database}" SET ${setting};`;
  const words = (set: string, found: string, statement = set) =>
    `The options of the connection to postgres://127.0.0.1:${pooler.port}/${here().database} set ${set}, and the session has ${found}: a pooler before the server ignores them. Nothing was changed. ` +
    `Set it on the server, and restart the pooler's connections: ${remedy(statement)} ` +
    'Or let the pooler pass it on (PgBouncer: connect_query, or track_extra_parameters). ' +
    'Or remove it from the options and set DATABASE_DIRECT_URL to the server itself.';
  const inPublic = () => words('search_path = app', 'search_path = "$user", public');

  for (const args of [
    ['up'],
    ['up', '--plan'],
    ['down', 'base'],
    ['stamp', 'base', '--force'],
    ['init', '--env', 'production'],
    ['check'],
    ['status'],
    ['history'],
  ])
    it(`Options that a pooler ignores are refused by ${args.join(' ')}, naming the setting, with code 3, and nothing is changed`, async () => {
      const { code, stdout, stderr } = await runCommandHere(CONTENTS, urlWith(IN_APP), [...args, '--json']);
      expect(stderr).to.include(`error: ${inPublic()}\n`);
      expect(code).to.equal(3);
      expect(documentOf({ stdout })).to.have.nested.property('error.code', 'OPTIONS_IGNORED');
      expect(await tablesOf(database())).to.deep.equal([]);
    });

  for (const [options, set, found, statement] of [
    ['-csearch_path=app,public', 'search_path = app,public', 'search_path = "$user", public', undefined],
    ['--role=pg_monitor', 'role = pg_monitor', 'role = none', "role = 'pg_monitor'"],
    [
      '-c default_transaction_read_only=1',
      'default_transaction_read_only = 1',
      'default_transaction_read_only = off',
      "default_transaction_read_only = '1'",
    ],
    [
      '-c orchestrator_db.max_lag=5s',
      'orchestrator_db.max_lag = 5s',
      "orchestrator_db.max_lag = ''",
      "orchestrator_db.max_lag = '5s'",
    ],
  ] as const)
    it(`Options that a pooler ignores are refused where they are ${options}`, async () => {
      const { stderr } = await runCommandHere(CONTENTS, urlWith(options), ['status']);
      expect(stderr).to.equal(`error: ${words(set, found, statement)}\n`);
    });

  for (const [title, statement] of [
    ['the role has the same setting, which is the remedy', () => remedy('search_path = app')],
    [
      'the database has it, written otherwise',
      () => `ALTER DATABASE "${here().database}" SET search_path = APP`,
    ],
  ] as const)
    it(`Options that a pooler ignores do no harm where ${title}`, async () => {
      await admin(statement());
      const { code, stderr } = await runCommandHere(CONTENTS, urlWith('-c search_path="app"'), ['up']);
      expect(code, stderr).to.equal(0);
      const { rows } = await admin('SELECT name FROM app.migrations');
      expect(rows).to.deep.equal([{ name: 'MakeGauges1800000000391' }]);
    });

  it('Options that no pooler ignores hold, and others are not asked about', async () => {
    const direct = await runCommandHere(CONTENTS, urlWith(IN_APP, here()), ['up']);
    expect(direct.code, direct.stderr).to.equal(0);
    expect((await admin('SELECT FROM app.gauges')).rowCount).to.equal(0);
    const other = await runCommandHere(CONTENTS, urlWith('-c work_mem=8MB'), ['status']);
    expect(other.stderr).to.equal('');
  });

  const statusOf = (dataSource: DataSource) =>
    withReadOnlyConnection(dataSource, () => readStatus(dataSource));

  it('Options that a pooler ignores are refused on a DataSource of TypeORM, before it connects and after', async () => {
    const options = { ...CONTENTS, migrationsTableName: 'migrations', extra: { options: IN_APP } };
    opened = plainDataSource(through(), options);
    await expectFailure(statusOf(opened), OptionsIgnoredError, inPublic());
    await opened.initialize();
    await expectFailure(readStatus(opened), OptionsIgnoredError, inPublic());
    await expectFailure(migrateUp(opened), OptionsIgnoredError, inPublic());
    expect(await detailedReadiness(opened).ready()).to.deep.equal({
      status: 'down',
      reason: 'OPTIONS_IGNORED',
      details: [inPublic()],
    });
    expect(await tablesOf(database())).to.deep.equal([]);
  });

  it('Options that a pooler ignores are accepted where the project sets the same for each connection', async () => {
    const onConnect = (client: { query(sql: string): Promise<unknown> }) =>
      client.query('SET search_path = app');
    opened = plainDataSource(through(), { ...CONTENTS, extra: { options: IN_APP, onConnect } });
    expect(await statusOf(opened)).to.deep.include({ pending: ['MakeGauges1800000000391'] });
  });

  it('Options that a pooler ignores end the start of an application', async () => {
    const target = { ...through(), options: IN_APP };
    await expectFailure(
      database().connect(only(GAUGES), { database: target }),
      OptionsIgnoredError,
      inPublic(),
    );
  });
});
