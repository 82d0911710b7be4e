import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import type { ChainDatabase } from '../../support/chain-database.js';
import { execute, rowsOf, tablesOf } from '../../support/cli-database.js';
import { compiledCopy } from '../../support/compiled-copy.js';
import { onDatabase } from '../../support/databases.js';
import { recordsIn, runsIn } from '../../support/failures.js';
import { locksOf } from '../../support/locks.js';
import type { Ended } from '../../support/processes.js';
import { until } from '../../support/until.js';

const SLEEPING = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'`;

// A statement that lasts and can be seen to last is there on PostgreSQL only.
onDatabase('postgres', 'A NestJS application that gets a signal while it migrates', (database) => {
  it('The application rolls back, releases the lock, exits with 1, and starts again', async () => {
    await execute(database(), ['CREATE TABLE "pace" ("seconds" integer)', 'INSERT INTO "pace" VALUES (600)']);
    const first = startApplication(database().url);
    await until(async () => (await rowsOf(database(), SLEEPING)).length === 1, first.ended);
    first.child.kill('SIGTERM');
    const { code, stdout, stderr } = await first.ended;
    expect(code, stderr).to.equal(1);
    expect(stdout + stderr).to.contain('Stopped by SIGTERM. The open transaction was rolled back');
    expect(await locksOf(database() as unknown as ChainDatabase)).to.deep.equal([]);
    expect(await tablesOf(database())).not.to.include('slow');
    expect(await recordsIn(database())).to.deep.equal([]);
    expect((await runsIn(database())).map(({ outcome }) => outcome)).to.deep.equal(['stopped']);

    await execute(database(), ['UPDATE "pace" SET "seconds" = 0']);
    const second = await startApplication(database().url).ended;
    expect(second.code, second.stderr).to.equal(0);
    expect(second.stdout).to.contain('default: applied MakeQuickly1800000000202');
  });
});

interface Started {
  readonly child: ReturnType<typeof spawn>;
  readonly ended: Promise<Ended>;
}

function startApplication(url: string): Started {
  const child = spawn(process.execPath, [compiledCopy().compiled('test/support/nest-application.ts')], {
    env: { PATH: process.env['PATH'], NO_COLOR: '1', DATABASE_URL: url },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr] = [text(child.stdout), text(child.stderr)];
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject).once('close', (code, signal) => {
      void Promise.all([stdout, stderr]).then(([out, err]) =>
        resolve({ code, signal, stdout: out, stderr: err }),
      );
    });
  });
  return { child, ended };
}
