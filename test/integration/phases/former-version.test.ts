import { expect } from 'chai';
import { migrateDown, migrateUp, stampAt } from '../../../src/migrator/migrate.js';
import type { PostgresTarget } from '../../../src/database-url.js';
import { PrivilegeMissingError } from '../../../src/errors/migration.js';
import { eachDatabase, onDatabase, onServer } from '../../support/databases.js';
import { failureOf, recordsIn } from '../../support/failures.js';
import { execute } from '../../support/cli-database.js';
import { formerVersionRefuses } from '../../support/former-format.js';
import { AddDescr, DropTask, EXPAND, MAKE, MakeJobs, MakeNotes, NEW, OLD } from '../../support/phased.js';
import { revision } from '../../support/revisions.js';

eachDatabase('A migrator of a version that does not know contract revisions', (database) => {
  it('is refused as soon as a contract revision is pending, and also when all is reverted', async () => {
    await migrateUp(await database().connect(OLD));
    expect(await formerVersionRefuses(database())).to.equal(false);
    const dataSource = await database().connect(NEW);
    await migrateUp(dataSource, { phases: 'expand' });
    expect(await formerVersionRefuses(database())).to.equal(true);
    await migrateUp(dataSource);
    expect(await formerVersionRefuses(database())).to.equal(true);
    await migrateDown(dataSource, { target: 'base' });
    expect(await formerVersionRefuses(database())).to.equal(true);
  });

  it('is not refused where no contract revision is left in the code behind what is applied', async () => {
    const migrations = [MakeJobs, AddDescr, MakeNotes];
    await migrateUp(await database().connect({ entities: [], migrations }));
    expect(await formerVersionRefuses(database())).to.equal(false);
  });

  it('is refused behind an expand revision without changes, as that of a group is on SQLite', async () => {
    const migrations = [MakeJobs, revision(EXPAND, [], []), DropTask];
    await migrateUp(await database().connect({ ...NEW, migrations }), { phases: 'expand' });
    expect(await formerVersionRefuses(database())).to.equal(true);
  });

  it('is refused behind a stamp that records a contract revision', async () => {
    await stampAt(await database().connect(NEW), 'head');
    expect(await formerVersionRefuses(database())).to.equal(true);
  });
});

onDatabase('postgres', 'A role that does not own the log', (database) => {
  let role = '';
  beforeEach(() => (role = `guest_in_${(database().target as PostgresTarget).database}`));
  /** The database has gone before, and all that the role has in it. */
  afterEach(() => onServer(`DROP ROLE IF EXISTS ${role}`));

  it('is told what an owner runs, before a contract can follow', async () => {
    await migrateUp(await database().connect(OLD));
    await execute(database(), [
      `CREATE ROLE ${role} LOGIN PASSWORD 'guest'`,
      `GRANT ALL ON ALL TABLES IN SCHEMA public TO ${role}`,
      `GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO ${role}`,
      `GRANT ALL ON SCHEMA public TO ${role}`,
      `ALTER TABLE jobs OWNER TO ${role}`,
    ]);
    const target: PostgresTarget = {
      ...(database().target as PostgresTarget),
      user: role,
      password: 'guest',
    };
    const dataSource = await database().connect(NEW, { database: target });
    const error = await failureOf(migrateUp(dataSource, { phases: 'expand' }));
    expect(error).to.be.instanceOf(PrivilegeMissingError);
    const grant = 'ALTER TABLE "public"."migrations_run" ALTER COLUMN "format" SET DEFAULT 2;';
    expect(error.message).to.equal(
      `${EXPAND}: the revisions have a contract phase, so the log needs format 2, which only the owner of the table "public"."migrations_run" may give it. ` +
        `The transaction of the revision was rolled back. Migrate as the role that owns the tables, or ask an owner to run: ${grant}`,
    );
    expect(await recordsIn(database())).to.deep.equal([MAKE]);
    await execute(database(), [grant]);
    await migrateUp(dataSource, { phases: 'expand' });
    expect(await recordsIn(database())).to.deep.equal([MAKE, EXPAND]);
  });
});
