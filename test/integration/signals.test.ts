import { expect } from 'chai';
import { chooseSqliteDriver } from '../../src/databases/sqlite/driver.js';
import type { Status } from '../../src/migrator/status.js';
import type { ChainDatabase } from '../support/chain-database.js';
import { execute, rowsOf, tablesOf } from '../support/cli-database.js';
import { eachDatabase } from '../support/databases.js';
import { attemptsIn, holdingLock, recordsIn, runsIn } from '../support/failures.js';
import { projectWithRevisions, type OtherProject } from '../support/other-project.js';
import { locksOf } from '../support/locks.js';
import { type Command, type Running, startProcess } from '../support/processes.js';
import { until } from '../support/until.js';

const ID = 'ReadSlowly1800000000371';
const stopped = (signal: string) =>
  `Stopped by ${signal}. The open transaction was rolled back; earlier revisions stay applied. Run the command again to continue.`;

/** Without end where the statement can be interrupted; one driver cannot, and takes a second or so. */
const ENDLESS = {
  postgres: 600,
  sqlite: chooseSqliteDriver().type === 'sqlite' ? 1e12 : 2e6,
};

eachDatabase('A process that is asked to end', (database) => {
  let project: OtherProject;
  before(() => {
    project = projectWithRevisions('pausing-revisions');
  });
  after(() => project.remove());

  const start = (script: Command['script'], ...args: readonly string[]): Running =>
    startProcess({ script, args, env: { DATABASE_URL: database().url } }, project.run);

  /** Whether the run has begun and has a transaction open in which something was written. */
  async function isAtWork(): Promise<boolean> {
    if (database().dialect === 'postgres') {
      const sql = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'`;
      return (await rowsOf(database(), sql)).length === 1;
    }
    const begun =
      (await tablesOf(database())).includes('migrations_attempt') && (await runsIn(database())).length > 0;
    if (!begun) return false;
    const taken = execute(database(), ['PRAGMA busy_timeout = 0', 'BEGIN IMMEDIATE', 'ROLLBACK']);
    return taken.then(
      () => false,
      (error: unknown) => /locked/.test(String(error)),
    );
  }

  const setPace = (amount: number) => execute(database(), [`UPDATE "pace" SET "amount" = ${amount}`]);

  async function interrupted(
    signal: 'SIGINT' | 'SIGTERM',
    ...command: Parameters<typeof start>
  ): Promise<Awaited<Running['ended']>> {
    const amount = ENDLESS[database().dialect];
    await execute(database(), [
      'CREATE TABLE "pace" ("amount" bigint)',
      `INSERT INTO "pace" VALUES (${amount})`,
    ]);
    const process = start(...command);
    await until(isAtWork, process.ended);
    process.signal(signal);
    return process.ended;
  }

  /** Nothing of it is left, nothing goes on, and every party gets a report; then it completes. */
  async function expectStopped(words: string): Promise<void> {
    expect(await locksOf(database() as unknown as ChainDatabase)).to.deep.equal([]);
    expect(await tablesOf(database()))
      .not.to.include('slow')
      .and.not.include('quick');
    expect(await recordsIn(database())).to.deep.equal([]);
    expect(await isAtWork()).to.equal(false);
    expect(await runsIn(database())).to.deep.equal([{ direction: 'up', outcome: 'stopped', error: words }]);
    expect(await attemptsIn(database())).to.deep.equal([
      { revision: ID, direction: 'up', kind: 'ran', outcome: 'failed', tries: 1, error: words },
    ]);
    const status = start('orchestrator-db', 'status', '--json');
    const { pending, failed, running } = JSON.parse((await status.ended).stdout) as Status;
    expect(pending).to.deep.equal([ID, 'MakeQuickly1800000000372']);
    expect(failed.map(({ id, outcome, error }) => ({ id, outcome, error }))).to.deep.equal([
      { id: ID, outcome: 'failed', error: words },
    ]);
    expect(running).to.equal(null);
    await setPace(0);
  }

  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    it(`A process that is asked to end rolls back and ends with code 1 by ${signal}; status reports, and the next run completes`, async () => {
      const { code, stderr } = await interrupted(signal, 'orchestrator-db', 'up');
      expect(stderr.trim().split('\n').at(-1)).to.equal(`error: ${stopped(signal)}`);
      expect(code).to.equal(1);
      await expectStopped(stopped(signal));
      const again = await start('orchestrator-db', 'up').ended;
      expect(again.code, again.stderr).to.equal(0);
      expect(await recordsIn(database())).to.deep.equal([ID, 'MakeQuickly1800000000372']);
    });

  it("A process that is asked to end does so by way of TypeORM's command line", async () => {
    const { code, stdout, stderr } = await interrupted('SIGTERM', 'typeorm', 'migration:run');
    expect(`${stdout}${stderr}`).to.include(`${stopped('SIGTERM')} [MIGRATION_ABORTED]`);
    expect(code).to.equal(1);
    await expectStopped(stopped('SIGTERM'));
    const again = await start('typeorm', 'migration:run').ended;
    expect(again.code, again.stderr).to.equal(0);
    expect(await recordsIn(database())).to.deep.equal([ID, 'MakeQuickly1800000000372']);
  });

  it('A process that is asked to end stops waiting for another one, and has changed nothing', async () => {
    await holdingLock(database(), async () => {
      const process = start('orchestrator-db', 'up');
      await until(
        () => Promise.resolve(process.stderr.includes('waiting for another process')),
        process.ended,
      );
      process.signal('SIGINT');
      const { code, stderr } = await process.ended;
      expect(stderr).to.include('error: Stopped by SIGINT.');
      expect(code).to.equal(1);
    });
    expect(await tablesOf(database())).to.deep.equal([]);
  });
});
