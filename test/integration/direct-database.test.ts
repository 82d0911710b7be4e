import { expect } from 'chai';
import type { PostgresTarget } from '../../src/database-url.js';
import { DirectDatabaseDiffersError } from '../../src/errors/server.js';
import { migrateDown, migrateUp, stampAt } from '../../src/migrator/migrate.js';
import { applyOnStart } from '../../src/nest/on-start.js';
import type { GuardedDataSource } from '../../src/data-source.js';
import { assertSameDatabase } from '../../src/migrator/same-database.js';
import { systemClock } from '../../src/clock.js';
import { newDatabase, type ChainDatabase } from '../support/chain-database.js';
import { onDatabase } from '../support/databases.js';
import { expectFailure, only, onTarget, readable } from '../support/failures.js';
import { tablesOf } from '../support/cli-database.js';
import { dataSourceFile, runCommand } from '../support/processes.js';
import { revision } from '../support/revisions.js';
import { documentOf, runOwnProcess } from '../support/run-shelves.js';

const GAUGES = revision(
  'MakeGauges1800000000371',
  ['CREATE TABLE gauges (id integer PRIMARY KEY)'],
  ['DROP TABLE gauges'],
);

onDatabase('postgres', 'DATABASE_DIRECT_URL (PostgreSQL)', (database) => {
  let other: ChainDatabase;
  beforeEach(async () => {
    other = await newDatabase('postgres');
  });
  afterEach(() => other.remove());

  const here = () => database().target as PostgresTarget;
  const elsewhere = () => other.target as PostgresTarget;
  const masked = (url: string) => url.replace(/:[^:@/]*@/, ':***@');
  const refusal = (application: string, direct: string) =>
    `DATABASE_URL (${application}) and DATABASE_DIRECT_URL (${direct}) lead to different databases. Nothing was changed. ` +
    'Set DATABASE_DIRECT_URL to the database that DATABASE_URL leads to, on its server, or unset it.';

  async function nothingIn(...databases: readonly PostgresTarget[]): Promise<void> {
    for (const target of databases) expect(await tablesOf(readable(target))).to.deep.equal([]);
  }

  for (const args of [
    ['up'],
    ['down'],
    ['stamp', 'base', '--force'],
    ['init', '--env', 'production'],
    ['check'],
    ['status'],
    ['history'],
    ['up', '--plan'],
    ['down', '--plan'],
  ] as const)
    it(`DATABASE_DIRECT_URL of another database is refused by ${args.join(' ')}, naming both, with code 3, and nothing is changed`, async () => {
      const env = { DATABASE_URL: database().url, DATABASE_DIRECT_URL: other.url };
      const { code, stdout, stderr } = await runOwnProcess(env, ...args, '--json');
      expect(code, stderr).to.equal(3);
      const words = refusal(masked(database().url), masked(other.url));
      expect(stderr).to.include(`error: ${words}`).and.not.include(String(here().password));
      expect(documentOf({ stdout })).to.have.nested.property('error.code', 'DIRECT_DATABASE_DIFFERS');
      await nothingIn(here(), elsewhere());
    });

  it('DATABASE_DIRECT_URL of another database is refused with -d, and where DATABASE_URL is a file', async () => {
    const env = { DATABASE_URL: database().url, DATABASE_DIRECT_URL: other.url };
    for (const args of [['up'], ['check'], ['status'], ['history'], ['up', '--plan'], ['down', '--plan']]) {
      const named = await runOwnProcess(env, ...args, ...dataSourceFile('chain-data-source'));
      expect([named.code, named.stderr], args.join(' ')).to.deep.equal([
        3,
        `error: ${refusal(masked(database().url), masked(other.url))}\n`,
      ]);
    }
    const file = await runOwnProcess({ ...env, DATABASE_URL: 'sqlite:./no-such.db' }, 'up');
    expect([file.code, file.stderr]).to.deep.equal([
      3,
      `error: ${refusal('sqlite:./no-such.db', masked(other.url))}\n`,
    ]);
    const typeorm = await runCommand({
      script: 'typeorm',
      args: ['migration:run', ...dataSourceFile('chain-data-source')],
      env,
    });
    expect(typeorm.code).to.equal(1);
    expect(`${typeorm.stdout}${typeorm.stderr}`).to.include('DIRECT_DATABASE_DIFFERS');
    await nothingIn(here(), elsewhere());
  });

  it('DATABASE_DIRECT_URL of another database is refused by every method of a DataSource, and where Nest migrates', async () => {
    const dataSource = await database().connect(only(GAUGES), { direct: elsewhere() });
    const words = refusal(here().shown, elsewhere().shown);
    const refused = (work: Promise<unknown>) => expectFailure(work, DirectDatabaseDiffersError, words);
    await refused(dataSource.runMigrations());
    await refused(dataSource.undoLastMigration());
    await refused(migrateUp(dataSource));
    await refused(migrateDown(dataSource));
    await refused(stampAt(dataSource, 'head'));
    const start = { onStart: 'migrate', waitMs: 1000, clock: systemClock, log: () => undefined } as const;
    await refused(applyOnStart(dataSource, start));
    await nothingIn(here(), elsewhere());
  });

  it('DATABASE_DIRECT_URL of the same database and another schema is refused, naming the tables', async () => {
    const inApp = { ...here(), options: '-c search_path=app', shown: `${here().shown} (app)` };
    await onTarget(here(), { contents: only(GAUGES) }, (dataSource) => dataSource.query('CREATE SCHEMA app'));
    await onTarget(here(), { contents: only(GAUGES), settings: { direct: inApp } }, async (dataSource) => {
      await expectFailure(
        dataSource.runMigrations(),
        DirectDatabaseDiffersError,
        `DATABASE_URL (${here().shown}) leads to the table public.migrations, DATABASE_DIRECT_URL (${inApp.shown}) to app.migrations. Nothing was changed. ` +
          'Give both the same search path, or specify a schema: the option "schema" of the DataSource.',
      );
    });
    await nothingIn(here());
  });

  for (const args of [
    ['up'],
    ['down'],
    ['stamp', 'base', '--force'],
    ['init', '--env', 'production'],
  ] as const)
    it(`DATABASE_DIRECT_URL that has another search path in a parameter alone is refused by ${args[0]}, with code 3, and nothing is changed`, async () => {
      await onTarget(here(), { contents: only(GAUGES) }, (dataSource) =>
        dataSource.query('CREATE SCHEMA app'),
      );
      const env = {
        DATABASE_URL: `${database().url}?options=-c%20search_path%3Dapp`,
        DATABASE_DIRECT_URL: `${database().url}?application_name=migrator`,
      };
      const { code, stderr } = await runOwnProcess(env, ...args);
      expect(code, stderr).to.equal(3);
      expect(stderr).to.include(
        `DATABASE_URL (${masked(database().url)}) leads to the table app.migrations, DATABASE_DIRECT_URL (${masked(database().url)}) to public.migrations.`,
      );
      await nothingIn(here());
    });

  describe('of the same list and another first schema', () => {
    const inPath = (path: string) => ({
      ...here(),
      options: `-c search_path=${path}`,
      shown: `${here().shown} (${path})`,
    });
    const schemas = (...names: readonly string[]) =>
      onTarget(here(), { contents: only(GAUGES) }, async (dataSource) => {
        for (const name of names) await dataSource.query(`CREATE SCHEMA ${name}`);
      });
    const first = (direct: string) => ({ contents: only(GAUGES), settings: { direct: inPath(direct) } });
    const migrated = (direct: string, application = 'app') =>
      onTarget(inPath(application), first(direct), (dataSource) => dataSource.runMigrations());
    beforeEach(async () => {
      await schemas('app', '"Other"');
      await onTarget(inPath('app'), { contents: only(GAUGES) }, async (dataSource) => {
        await dataSource.runMigrations();
        await dataSource.undoLastMigration();
      });
    });

    it('A direct address is refused where the application does not find its tables, naming both schemas', async () => {
      await expectFailure(
        migrated('"Other",app'),
        DirectDatabaseDiffersError,
        `DATABASE_URL (${inPath('app').shown}) and DATABASE_DIRECT_URL (${inPath('"Other",app').shown}) lead to one list of revisions, app.migrations, and to two schemas. ` +
          'DATABASE_URL creates tables in the schema app, DATABASE_DIRECT_URL in the schema "Other". Nothing was changed. ' +
          'Give both the same search path, or specify a schema: the option "schema" of the DataSource.',
      );
      expect(await tablesOf(readable(inPath('app')))).not.to.include('gauges');
    });

    it('A direct address passes where the application finds the tables behind its first schema', async () => {
      expect(await migrated('app', '"Other",app')).to.have.length(1);
    });

    it('A direct address passes where only schemas behind the first one differ, or one of the path does not exist', async () => {
      expect(await migrated('app,"Other"')).to.have.length(1);
      expect(await migrated('absent,app')).to.have.length(0);
    });

    /** Compares two addresses whose DataSources have the option `schema`, or have none. */
    function compared(application: string | undefined, direct: string | undefined): Promise<void> {
      const named = (schema: string | undefined, dataSource: GuardedDataSource, target: PostgresTarget) => {
        if (schema !== undefined) Object.assign(dataSource.driver.options, { schema });
        return { dataSource, target };
      };
      const [former, latter] = [inPath('app'), inPath('"Other",app')];
      return onTarget(former, { contents: only(GAUGES) }, (one) =>
        onTarget(latter, { contents: only(GAUGES) }, (other) =>
          assertSameDatabase(named(application, one, former), named(direct, other, latter)),
        ),
      );
    }

    it('A direct address passes where both DataSources name one schema, or one names the first schema of the other', async () => {
      await compared('app', 'app');
      await compared(undefined, 'app');
      await expectFailure(
        compared('app', undefined),
        DirectDatabaseDiffersError,
        /schema app, .* schema "Other"\./,
      );
    });
  });

  it('DATABASE_DIRECT_URL of the same database passes, by another name of the host', async () => {
    const byName = { ...here(), host: 'localhost', shown: here().shown.replace(here().host, 'localhost') };
    await onTarget(here(), { contents: only(GAUGES), settings: { direct: byName } }, async (dataSource) => {
      expect(await dataSource.runMigrations()).to.have.length(1);
      await dataSource.undoLastMigration();
    });
  });
});
