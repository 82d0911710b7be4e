import { expect } from 'chai';
import { randomBytes } from 'node:crypto';
import type { PostgresTarget } from '../../src/database-url.js';
import { OrchestratorDbError } from '../../src/errors/base.js';
import { PrivilegeMissingError, RevisionFailedError } from '../../src/errors/migration.js';
import { migrateDown, migrateUp } from '../../src/migrator/migrate.js';
import { readHistory } from '../../src/migrator/run-history.js';
import { readStatus, type Status } from '../../src/migrator/status.js';
import { onDatabase, onServer } from '../support/databases.js';
import { expectFailure, failureOf, formerState, only, onTarget, withClient } from '../support/failures.js';
import { dataSourceFile, runCommand } from '../support/processes.js';
import { revision } from '../support/revisions.js';
import { urlOf } from '../support/servers.js';

const GAUGES = revision(
  'MakeGauges1800000000381',
  ['CREATE TABLE gauges (id SERIAL PRIMARY KEY, reading integer NOT NULL)'],
  ['DROP TABLE gauges'],
);
const DIALS = revision('MakeDials1800000000382', ['CREATE TABLE dials (id integer)'], ['DROP TABLE dials']);
const UNIT = revision('AddUnit1800000000382', ['ALTER TABLE gauges ADD COLUMN unit integer'], []);
const TABLES = ['migrations', 'migrations_run', 'migrations_attempt'];

onDatabase(
  'postgres',
  'Roles: one migrates, one works with the rows, one only reads (PostgreSQL)',
  (database) => {
    let owner: PostgresTarget;
    let application: PostgresTarget;
    let reader: PostgresTarget;

    const admin = (...statements: readonly string[]) =>
      as(database().target as PostgresTarget, ...statements);
    const as = (target: PostgresTarget, ...statements: readonly string[]) =>
      withClient(target, async (client) => {
        for (const sql of statements) await client.query(sql);
      });
    const name = ({ user = '' }: PostgresTarget) => `"${user}"`;

    /** Its name needs quotes, so that statements without them are found out. */
    async function newRole(kind: string): Promise<PostgresTarget> {
      const user = `${kind} ${randomBytes(4).toString('hex')}`;
      const password = randomBytes(9).toString('hex');
      await admin(`CREATE ROLE "${user}" LOGIN PASSWORD '${password}'`);
      return { ...(database().target as PostgresTarget), user, password };
    }

    beforeEach(async () => {
      [owner, application, reader] = [
        await newRole('Owner'),
        await newRole('Application'),
        await newRole('Reader'),
      ];
      await admin(
        'REVOKE ALL ON SCHEMA public FROM PUBLIC',
        `GRANT ALL ON SCHEMA public TO ${name(owner)} WITH GRANT OPTION`,
        `GRANT USAGE ON SCHEMA public TO ${name(application)}, ${name(reader)}`,
      );
      await as(
        owner,
        `ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ${name(application)}`,
        `ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO ${name(application)}`,
        `ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO ${name(reader)}`,
      );
    });
    /** The database has gone before, and all rights in it. */
    afterEach(async () => {
      for (const role of [owner, application, reader].map(name))
        await onServer(`DROP ROLE IF EXISTS ${role}`);
    });

    const upAs = (target: PostgresTarget, ...migrations: readonly (typeof GAUGES)[]) =>
      onTarget(target, { contents: only(...migrations) }, (dataSource) => migrateUp(dataSource));
    const state = () => formerState(database());

    it('A role without a right on its default tablespace learns which one is missing, and the GRANT', async () => {
      const space = `space_${randomBytes(4).toString('hex')}`;
      await admin(
        'SET allow_in_place_tablespaces = on',
        `CREATE TABLESPACE ${space} LOCATION ''`,
        `ALTER ROLE ${name(owner)} SET default_tablespace = ${space}`,
      );
      try {
        const failure = await failureOf(
          onTarget(owner, { contents: only(GAUGES) }, (dataSource) => migrateUp(dataSource)),
        );
        expect(failure).to.be.instanceOf(PrivilegeMissingError);
        expect(failure.message).to.contain(`GRANT CREATE ON TABLESPACE ${space} TO ${name(owner)};`);
      } finally {
        await admin(`ALTER ROLE ${name(owner)} RESET default_tablespace`, `DROP TABLESPACE ${space}`);
      }
    });

    it('The migrator lets the application read and write the tables that the owner makes, and later ones', async () => {
      await upAs(owner, GAUGES);
      await upAs(owner, GAUGES, DIALS);
      await as(application, 'INSERT INTO gauges (reading) VALUES (11)', 'UPDATE gauges SET reading = 12');
      await as(application, 'INSERT INTO dials VALUES (1)', 'DELETE FROM dials');
      await as(reader, 'SELECT * FROM gauges');
      expect(await failed(as(reader, 'DELETE FROM gauges'))).to.equal('permission denied for table gauges');
      await onTarget(owner, { contents: only(GAUGES, DIALS) }, (dataSource) => migrateDown(dataSource));
      expect(await failed(as(application, 'SELECT * FROM dials'))).to.equal(
        'relation "dials" does not exist',
      );
    });

    const failed = (work: Promise<unknown>): Promise<string> =>
      work.then(
        () => 'It succeeded.',
        (error: unknown) => (error as Error).message,
      );

    it('The migrator reports the application which right it lacks to begin with, and the statement that gives it', async () => {
      const before = await state();
      const grant = `GRANT CREATE, USAGE ON SCHEMA "public" TO ${name(application)};`;
      await expectFailure(
        upAs(application, DIALS),
        PrivilegeMissingError,
        `The role ${name(application)} may not create tables in the schema "public". Nothing was changed. Migrate as the role that owns the tables, or ask an owner to run: ${grant}`,
      );
      expect(await state()).to.deep.equal(before);
      await as(owner, grant);
      expect((await upAs(application, DIALS)).done).to.have.length(1);
    });

    it('The migrator lets the application change no table that is not its own', async () => {
      await upAs(owner, GAUGES);
      const before = await state();
      await expectFailure(
        upAs(application, GAUGES, UNIT),
        RevisionFailedError,
        'AddUnit1800000000382: up failed: must be owner of table gauges. ' +
          'Its transaction was rolled back: the database is as it was before this revision. Fix the cause, then run the command again.',
      );
      expect(await state()).to.deep.equal(before);
      expect((await upAs(owner, GAUGES, UNIT)).done).to.have.length(1);
    });

    it('The migrator reports each right that is missing on the lists of revisions, until all are given', async () => {
      await upAs(owner, GAUGES);
      await as(owner, `REVOKE INSERT, UPDATE, DELETE ON ${TABLES.join(', ')} FROM ${name(application)}`);
      await as(owner, `REVOKE USAGE ON SEQUENCE migrations_id_seq FROM ${name(application)}`);
      await as(owner, `GRANT CREATE ON SCHEMA public TO ${name(application)}`);
      const before = await state();
      const given: string[] = [];
      for (;;) {
        const outcome = await upAs(application, GAUGES, DIALS).catch((error: unknown) => error);
        if (!(outcome instanceof PrivilegeMissingError)) {
          expect(outcome).to.have.property('current', 'MakeDials1800000000382');
          break;
        }
        expect(await state()).to.deep.equal(before);
        expect(given).not.to.include(outcome.grant);
        given.push(outcome.grant);
        await as(owner, outcome.grant);
      }
      expect(given.join(' ')).to.match(/GRANT USAGE ON SEQUENCE \S*migrations_id_seq\b/);
      expect(given.join(' ')).to.include('GRANT DELETE ON TABLE "public"."migrations" TO');
      for (const table of TABLES)
        expect(given.join(' ')).to.include(`GRANT INSERT ON TABLE "public"."${table}" TO`);
    });

    it('The migrator quotes in the statement what needs it', async () => {
      const done = async (target: PostgresTarget, ...migrations: readonly (typeof GAUGES)[]) =>
        onTarget(target, { contents: only(...migrations) }, (dataSource) => {
          dataSource.setOptions({ migrationsTableName: 'Revisions Done' });
          return migrateUp(dataSource);
        });
      await done(owner, GAUGES);
      await as(owner, `REVOKE INSERT ON "Revisions Done_run" FROM ${name(application)}`);
      await as(owner, `GRANT CREATE ON SCHEMA public TO ${name(application)}`);
      const failure = await failureOf(done(application, GAUGES, DIALS));
      if (!(failure instanceof PrivilegeMissingError)) throw failure;
      await as(owner, failure.grant);
      expect((await done(application, GAUGES, DIALS)).done).to.have.length(1);
    });

    it('The migrator names in the log who ran what', async () => {
      await upAs(owner, GAUGES);
      await failureOf(upAs(application, GAUGES, UNIT));
      await upAs(owner, GAUGES, UNIT);
      const runs = await onTarget(reader, { contents: only(GAUGES, UNIT) }, readHistory);
      expect(
        runs.map(({ actor, outcome, attempts }) => [actor, outcome, attempts.map((one) => one.revision)]),
      ).to.deep.equal([
        [owner.user, 'completed', ['MakeGauges1800000000381']],
        [application.user, 'failed', ['AddUnit1800000000382']],
        [owner.user, 'completed', ['AddUnit1800000000382']],
      ]);
    });

    it('The migrator shows the status to who only reads, also without the log, and up with nothing to do needs no more', async () => {
      await upAs(owner, GAUGES);
      const options = { contents: only(GAUGES, DIALS) };
      const seen = await onTarget(reader, options, readStatus);
      expect([seen.current, seen.applied[0]?.verification, seen.pending]).to.deep.equal([
        'MakeGauges1800000000381',
        'verified',
        ['MakeDials1800000000382'],
      ]);
      await as(owner, `REVOKE ALL ON migrations_run, migrations_attempt FROM ${name(reader)}`);
      const less = await onTarget(reader, options, readStatus);
      expect([less.current, less.applied[0]?.verification, less.pending]).to.deep.equal([
        'MakeGauges1800000000381',
        'unverified',
        ['MakeDials1800000000382'],
      ]);
      expect((await upAs(reader, GAUGES)).done).to.deep.equal([]);
    });

    it('The migrator leaves the log of an earlier version as it is where the role does not own it, and records in it', async () => {
      await upAs(owner, GAUGES);
      await as(
        owner,
        'ALTER TABLE migrations_run DROP CONSTRAINT migrations_run_outcome_id_key',
        'ALTER TABLE migrations_attempt DROP CONSTRAINT migrations_attempt_revision_outcome_id_key, DROP CONSTRAINT migrations_attempt_run_id_id_key',
        `GRANT CREATE ON SCHEMA public TO ${name(application)}`,
        `GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO ${name(application)}`,
      );
      expect((await upAs(application, GAUGES, DIALS)).done).to.have.length(1);
      const { applied } = await onTarget(application, { contents: only(GAUGES, DIALS) }, readStatus);
      expect(applied.map(({ verification }) => verification)).to.deep.equal(['verified', 'verified']);
    });

    it('The migrator reports which right is missing to who may not even read', async () => {
      await upAs(owner, GAUGES);
      await as(owner, `REVOKE ALL ON ${TABLES.join(', ')} FROM ${name(reader)}`);
      const failure = await failureOf(onTarget(reader, { contents: only(GAUGES) }, readStatus));
      expect(failure).to.be.instanceOf(OrchestratorDbError);
      expect(failure.message).to.include('migrations').and.include('GRANT SELECT');
    });

    it('The migrator ends the command with code 1 and these words, and shows a reader the status', async () => {
      const command = (target: PostgresTarget, ...args: readonly string[]) =>
        runCommand({
          script: 'orchestrator-db',
          args: [...args, ...dataSourceFile('chain-data-source')],
          env: { DATABASE_URL: urlOf(target) },
        });
      const refused = await command(application, 'up');
      expect(refused.stderr).to.include(
        `error: The role ${name(application)} may not create tables in the schema "public". Nothing was changed. Migrate as the role that owns the tables, or ask an owner to run: GRANT CREATE`,
      );
      expect(refused.code).to.equal(1);
      const shown = await command(reader, 'status', '--json');
      expect(shown.code, shown.stderr).to.equal(0);
      expect((JSON.parse(shown.stdout) as Status).current).to.equal(null);
    });
  },
);
