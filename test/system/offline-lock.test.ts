import { databaseOf } from '../../src/databases/registry.js';
import { expect } from 'chai';
import { LockWaitError } from '../../src/errors/migration.js';
import { migrateUp } from '../../src/migrator/migrate.js';
import { recordTables } from '../../src/databases/records/tables.js';
import { readStatus } from '../../src/migrator/status.js';
import { eachDatabase } from '../support/databases.js';
import { OFFLINE_HISTORY } from '../support/offline-history.js';
import { scriptFor, stoppedScript } from '../support/offline-run.js';
import { databaseState } from '../support/offline-state.js';
import { whileOpen } from '../support/shells.js';
import { TypeormSession } from '../../src/databases/typeorm-session.js';

const CONTENTS = { entities: [], migrations: OFFLINE_HISTORY };
const BEGUN = 'FillStore1800000000302';

/** The beginning of the statement that records a revision, in a script. */
const RECORD = {
  sqlite: '\nINSERT INTO "migrations"',
  postgres: '\nWITH "changed" AS (INSERT INTO "migrations"',
};

/** The first section's transaction has the row of the run in it, which no other session sees before its end. */
const HOLDER = {
  sqlite: /of offline script on offline script|its name is not known yet/,
  postgres: /^"psql", server process \d+/,
};

/** Sections of the history: one outside a transaction on PostgreSQL, one that rebuilds a table on SQLite. */
const SECTIONS = ['IndexParts1800000000303', 'RankSuppliers1800000000304'];

eachDatabase('An offline script and a process that migrates keep out of each other', (database) => {
  const begun = async () => {
    const dataSource = await database().connect(CONTENTS);
    await migrateUp(dataSource, { target: BEGUN });
    return dataSource;
  };

  it('An offline script and a process that migrates keep out of each other while a process holds the lock, and nothing else: the script stops, and changes nothing', async () => {
    const dataSource = await begun();
    const script = await scriptFor(database(), CONTENTS, { direction: 'up', target: `${BEGUN}..head` });
    const before = await databaseState(database().target);
    const queryRunner = dataSource.createQueryRunner();
    const { migration } = databaseOf(dataSource);
    const session = new TypeormSession(queryRunner);
    const lock = migration.lock({
      session,
      tables: await migration.resolveLock(session, recordTables(dataSource)),
      identity: 'a process that migrates',
      describeRun: () => Promise.resolve(undefined),
    });
    const held = await lock.tryAcquire();
    expect(held).to.not.equal(undefined);
    const stderr = await stoppedScript(database(), script);
    expect(stderr).to.contain(
      database().dialect === 'sqlite'
        ? 'database is locked'
        : 'IndexParts1800000000303 was not applied: another process is migrating this database.',
    );
    await held?.release();
    await lock.close();
    await queryRunner.release();
    expect(await databaseState(database().target)).to.deep.equal(before);
  });

  for (const section of SECTIONS)
    it(`An offline script and a process that migrates keep out of each other while a script is in the section of ${section}: up is refused, and the script runs to its end`, async () => {
      const dataSource = await begun();
      const script = await scriptFor(database(), CONTENTS, { direction: 'up', target: `${BEGUN}..head` });
      const cut = script.indexOf(RECORD[database().dialect], script.indexOf(`, up ${section}`));
      expect(cut).to.be.above(0);
      await whileOpen(database().target, async (shell) => {
        await shell.send(script.slice(0, cut));
        const refused: unknown = await migrateUp(dataSource, { lockWaitMs: 0 }).catch(
          (error: unknown) => error,
        );
        expect(refused).to.be.instanceOf(LockWaitError);
        expect((refused as LockWaitError).holder).to.match(HOLDER[database().dialect]);
        await shell.send(script.slice(cut));
        const { code, stderr } = await shell.end();
        expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
      });
      expect(await readStatus(dataSource)).to.deep.include({ pending: [], failed: [], running: null });
      expect((await migrateUp(dataSource, { lockWaitMs: 0 })).done).to.deep.equal([]);
    });
});
