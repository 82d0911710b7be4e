import { expect } from 'chai';
import { randomBytes } from 'node:crypto';
import type { PostgresTarget } from '../../src/database-url.js';
import { checkDrift } from '../../src/drift/check-drift.js';
import { PrivilegeMissingError } from '../../src/errors/migration.js';
import { RowSecurityError } from '../../src/errors/server.js';
import { accessOf } from '../../src/migrator/access.js';
import { migrateDown, migrateUp, planMigration, stampAt } from '../../src/migrator/migrate.js';
import { readHistory, readRunPage } from '../../src/migrator/run-history.js';
import { readStatus } from '../../src/migrator/status.js';
import { onDatabase, onServer } from '../support/databases.js';
import { expectFailure, failureOf, formerState, only, onTarget, withClient } from '../support/failures.js';
import { revision } from '../support/revisions.js';
import { runCommandHere } from '../support/run-shelves.js';
import { urlOf } from '../support/servers.js';

const GAUGES = revision(
  'MakeGauges1800000000391',
  ['CREATE TABLE gauges (id integer PRIMARY KEY)'],
  ['DROP TABLE gauges'],
);
const DIALS = revision('MakeDials1800000000392', ['CREATE TABLE dials (id integer)'], ['DROP TABLE dials']);

/** A right that is taken away alone, what the error reports, and whether that shows in reading already. */
const RIGHTS: readonly (readonly [right: string, words: string, shownBy?: 'status'])[] = [
  ['SELECT ON TABLE "migrations"', 'may not read the table "migrations"', 'status'],
  ['INSERT ON TABLE "app"."migrations"', 'lacks INSERT on the table "app"."migrations"'],
  ['DELETE ON TABLE "app"."migrations"', 'lacks DELETE on the table "app"."migrations"'],
  ['SELECT ON TABLE "app"."migrations_run"', 'lacks SELECT on the table "app"."migrations_run"'],
  ['INSERT ON TABLE "app"."migrations_run"', 'lacks INSERT on the table "app"."migrations_run"'],
  ['UPDATE ON TABLE "app"."migrations_run"', 'lacks UPDATE on the table "app"."migrations_run"'],
  ['SELECT ON TABLE "app"."migrations_attempt"', 'lacks SELECT on the table "app"."migrations_attempt"'],
  ['INSERT ON TABLE "app"."migrations_attempt"', 'lacks INSERT on the table "app"."migrations_attempt"'],
  ['SELECT ON TABLE "app"."migrations_phase"', 'lacks SELECT on the table "app"."migrations_phase"'],
  ['INSERT ON TABLE "app"."migrations_phase"', 'lacks INSERT on the table "app"."migrations_phase"'],
  ['DELETE ON TABLE "app"."migrations_phase"', 'lacks DELETE on the table "app"."migrations_phase"'],
  ['USAGE ON SEQUENCE app.migrations_id_seq', 'lacks USAGE on the sequence app.migrations_id_seq'],
  ['USAGE ON SCHEMA app', 'lacks USAGE on the schema app', 'status'],
];

onDatabase('postgres', 'A role and the tables of the records (PostgreSQL)', (database) => {
  let role: string;
  const admin = (...statements: readonly string[]) =>
    withClient({ ...(database().target as PostgresTarget) }, async (client) => {
      await client.query('SET search_path = app');
      for (const sql of statements) await client.query(sql);
    });
  const target = (): PostgresTarget => ({
    ...(database().target as PostgresTarget),
    user: role,
    options: '-c search_path=app',
  });
  const up = (...migrations: readonly (typeof GAUGES)[]) =>
    onTarget(target(), { contents: only(...migrations) }, (dataSource) => migrateUp(dataSource));

  /** All that it needs, on tables of another role. */
  beforeEach(async () => {
    role = `keeper_${randomBytes(4).toString('hex')}`;
    const { password = '' } = database().target as PostgresTarget;
    await withClient(database().target, (client) => client.query('CREATE SCHEMA app'));
    const owner = { ...(database().target as PostgresTarget), options: '-c search_path=app' };
    await onTarget(owner, { contents: only(GAUGES) }, (dataSource) => migrateUp(dataSource));
    await admin(
      `CREATE ROLE "${role}" LOGIN PASSWORD '${password}'`,
      `GRANT USAGE, CREATE ON SCHEMA app TO "${role}"`,
      `GRANT SELECT, INSERT, DELETE ON migrations TO "${role}"`,
      `GRANT SELECT, INSERT, UPDATE ON migrations_run TO "${role}"`,
      `GRANT SELECT, INSERT ON migrations_attempt TO "${role}"`,
      `GRANT SELECT, INSERT, DELETE ON migrations_phase TO "${role}"`,
      `GRANT USAGE ON SEQUENCE migrations_id_seq TO "${role}"`,
    );
  });
  /** The database has gone before, and all that the role has in it. */
  afterEach(() => onServer(`DROP ROLE "${role}"`));

  it('A role and the tables of the records needs no other rights than these', async () => {
    expect((await up(GAUGES, DIALS)).done).to.have.length(1);
    const down = await onTarget(target(), { contents: only(GAUGES, DIALS) }, (one) => migrateDown(one));
    expect(down.done).to.have.length(1);
  });

  for (const [right, words, shownBy] of RIGHTS)
    it(`A role without all rights on the tables of the records gets the missing right named: ${right}, and the statement that gives it helps`, async () => {
      await admin(`REVOKE ${right} FROM "${role}"`);
      const before = await formerState(database());
      const statement = `GRANT ${right} TO ${role};`;
      const remedy = words.startsWith('may not read')
        ? 'Use a role that may read them'
        : 'Nothing was changed. Migrate as the role that owns the tables';
      const message = `The role ${role} ${words}. ${remedy}, or ask an owner to run: ${statement}`;
      await expectFailure(up(GAUGES, DIALS), PrivilegeMissingError, message);
      if (shownBy)
        await expectFailure(
          onTarget(target(), { contents: only(GAUGES) }, readStatus),
          PrivilegeMissingError,
          message,
        );
      expect(await formerState(database())).to.deep.equal(before);
      await admin(statement);
      expect((await up(GAUGES, DIALS)).done).to.have.length(1);
    });

  for (const denied of [
    ['migrations_run'],
    ['migrations_attempt'],
    ['migrations_run', 'migrations_attempt'],
  ] as const)
    it(`A role without all rights on the tables of the records gets an error of history that it may not read ${denied.join(' and ')}, and status calls the log unknown`, async () => {
      const right = (table: string) => `SELECT ON TABLE "${table}"`;
      await admin(...denied.map((table) => `REVOKE ${right(table)} FROM "${role}"`));
      const reading = <T>(use: Parameters<typeof onTarget<T>>[2]) =>
        onTarget(target(), { contents: only(GAUGES) }, use);
      const names = denied.map((table) => `"${table}"`).join(' and ');
      const message =
        `The role ${role} may not read the table${denied.length > 1 ? 's' : ''} ${names}. ` +
        `Use a role that may read them, or ask an owner to run: ${denied.map((table) => `GRANT ${right(table)} TO ${role};`).join(' ')}`;
      await expectFailure(reading(readHistory), PrivilegeMissingError, message);
      await expectFailure(
        reading((dataSource) => readRunPage(accessOf(dataSource), { limit: 5 })),
        PrivilegeMissingError,
        message,
      );
      const status = await reading(readStatus);
      expect([status.current, status.unreadable]).to.deep.equal(['MakeGauges1800000000391', denied]);
      const command = await runCommandHere(
        { entities: [], migrations: [GAUGES] },
        urlOf(target()) + '?options=-c%20search_path%3Dapp',
        ['status'],
      );
      expect(command.code).to.equal(0);
      expect(command.stdout).to.include(`no privilege to read ${denied.join(' and ')}: times, checksums,`);
      await admin(...denied.map((table) => `GRANT ${right(table)} TO "${role}"`));
      expect(await reading(readHistory)).to.have.length(1);
      expect(await reading(readStatus)).not.to.have.property('unreadable');
    });

  it('A role without all rights on the tables of the records gets the missing right named: USAGE on a schema that the DataSource names', async () => {
    await admin(`REVOKE USAGE ON SCHEMA app FROM "${role}"`);
    const failure = await failureOf(
      onTarget({ ...target(), options: '' }, { contents: only(GAUGES) }, (dataSource) => {
        Object.assign(dataSource.driver.options, { schema: 'app' });
        return readStatus(dataSource);
      }),
    );
    expect(failure.message).to.include(`GRANT USAGE ON SCHEMA app TO ${role};`);
  });

  it('A role without all rights on the tables of the records gets the missing right named: CREATE where a table of the log is still to be made', async () => {
    await admin('DROP TABLE migrations_attempt', `REVOKE CREATE ON SCHEMA app FROM "${role}"`);
    await expectFailure(
      up(GAUGES, DIALS),
      PrivilegeMissingError,
      `The role ${role} may not create tables in the schema "app". Nothing was changed. Migrate as the role that owns the tables, or ask an owner to run: GRANT CREATE, USAGE ON SCHEMA "app" TO ${role};`,
    );
  });

  const records = () =>
    withClient(
      database().target,
      async (client) => (await client.query('SELECT * FROM app.migrations')).rows as unknown[],
    );
  const policies: Readonly<Record<string, readonly string[]>> = {
    'of the list that shows nothing': ['ALTER TABLE migrations ENABLE ROW LEVEL SECURITY'],
    'of the list that shows some rows': [
      'ALTER TABLE migrations ENABLE ROW LEVEL SECURITY',
      'CREATE POLICY few ON migrations USING (id > 1) WITH CHECK (true)',
    ],
    'of the attempts': ['ALTER TABLE migrations_attempt ENABLE ROW LEVEL SECURITY'],
    'of the runs': ['ALTER TABLE migrations_run ENABLE ROW LEVEL SECURITY'],
    'of a table behind a view that stands in place of the list': [
      'ALTER TABLE migrations RENAME TO kept',
      'ALTER TABLE kept ENABLE ROW LEVEL SECURITY',
      'CREATE VIEW migrations AS SELECT * FROM kept',
      // A view reads with the rights of its owner.
      'ALTER VIEW migrations OWNER TO "<role>"',
    ],
  };
  for (const [title, statements] of Object.entries(policies))
    it(`A role and the tables of the records runs nothing and concludes nothing under row-level security ${title}`, async () => {
      const own = statements.map((sql) => sql.replace('<role>', role));
      await admin(...own, `GRANT SELECT, INSERT, DELETE ON ALL TABLES IN SCHEMA app TO "${role}"`);
      const before = await records();
      const refused = <T>(use: Parameters<typeof onTarget<T>>[2]) =>
        expectFailure(
          onTarget(target(), { contents: only(GAUGES, DIALS) }, use),
          RowSecurityError,
          /^Row-level security may hide rows of the table "migrations\w*" from the role keeper_\w+ \(query would be affected by row-level security policy for table "\w+"\)\. Nothing was changed\. .*ALTER ROLE keeper_\w+ BYPASSRLS;/,
        );
      await refused((dataSource) => migrateUp(dataSource));
      await refused((dataSource) => migrateDown(dataSource));
      await refused((dataSource) => stampAt(dataSource, 'head'));
      await refused((dataSource) => planMigration(dataSource, 'up'));
      await refused(readStatus);
      await refused(readHistory);
      const report = await onTarget(target(), { contents: only(GAUGES, DIALS) }, (dataSource) =>
        checkDrift(dataSource),
      );
      expect(report.pending).to.deep.equal([]);
      expect(report.uncomparable.map(({ object, reason }) => `${object}: ${reason}`).join()).to.match(
        /^migrations: the list of applied revisions cannot be read: Row-level security may hide rows/,
      );
      const command = await runCommandHere(
        { entities: [], migrations: [GAUGES] },
        urlOf(target()) + '?options=-c%20search_path%3Dapp',
        ['up'],
      );
      expect([command.code, command.stderr.slice(0, 30)]).to.deep.equal([
        3,
        'error: Row-level security may ',
      ]);
      expect(await records()).to.deep.equal(before);
      await admin(`ALTER ROLE "${role}" BYPASSRLS`);
      expect((await up(GAUGES)).done).to.deep.equal([]);
    });
});
