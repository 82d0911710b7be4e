import { expect } from 'chai';
import type { PostgresTarget } from '../../src/database-url.js';
import { compiledCopy } from '../support/compiled-copy.js';
import { onDatabase } from '../support/databases.js';
import type { NoticingName } from '../support/noticing-data-source.js';
import { dataSourceFile, startProcess, type Running } from '../support/processes.js';
import { runInTerminal } from '../support/pseudo-terminal.js';
import { withRawClient } from '../support/raw-postgres.js';
import { documentOf, withoutTimes } from '../support/run-shelves.js';
import { until } from '../support/until.js';

const RAISED = 'RaiseNotices1800000000211';
const MANY = 'RaiseMany1800000000212';
const FILL = 'FillJobs1800000000213';

onDatabase('postgres', 'Notices of the server during a run', (database) => {
  const start = (name: NoticingName, command: string, ...args: readonly string[]): Running => {
    const env = { DATABASE_URL: database().url, NOTICING: name };
    const words = [command, ...dataSourceFile('noticing-data-source'), ...args];
    return startProcess({ script: 'orchestrator-db', args: words, env });
  };
  const reported = [
    `${RAISED}: notice: relation "migrations" already exists, skipping`,
    `${RAISED}: notice: 3 rows`,
    `${RAISED}: warning: a\\nb\\x1b[2J\\u202e`,
    `${RAISED}: notice: postgres://ann:***@host/db`,
  ];

  it('up and down print each notice of a statement in one line on standard error', async () => {
    const up = await start('notices', 'up').ended;
    expect(up.stderr.split('\n')).to.deep.equal([...reported, '']);
    expect(withoutTimes(up.stdout)).to.deep.equal([`applied ${RAISED}`, `at ${RAISED}`]);
    const down = await start('notices', 'down').ended;
    expect(down.stderr).to.equal(`${RAISED}: notice: on the way back\n`);
    expect([up.code, down.code]).to.deep.equal([0, 0]);
  });

  it('up --json prints the notices on standard error, and not in the document', async () => {
    const up = await start('notices', 'up', '--json').ended;
    expect(withoutTimes(up.stderr)).to.deep.equal([...reported, `applied ${RAISED}`, `at ${RAISED}`]);
    expect(documentOf(up)).to.deep.include({ status: 'done', current: RAISED });
    expect(up.stdout).not.to.contain('3 rows');
  });

  it('up prints 100 notices of a statement, and how many more there were, also where the statement fails', async () => {
    const up = await start('many', 'up').ended;
    const lines = up.stderr.split('\n');
    const hundred = (word: string) =>
      Array.from({ length: 100 }, (_none, i) => `${MANY}: notice: ${word} ${i + 1}`);
    expect(lines.slice(0, 202)).to.deep.equal([
      ...hundred('first'),
      `${MANY}: 50 more notices of this statement not shown`,
      ...hundred('second'),
      `${MANY}: 1 more notice of this statement not shown`,
    ]);
    expect(lines[202]).to.match(/^error: .*that is all/);
    expect(up.code).to.equal(1);
  });

  it('up reports while a backfill runs that other sessions lock rows', async () => {
    await (
      await database().connect()
    ).query(`CREATE TABLE "jobs" AS SELECT i AS "id", NULL::text AS "tier" FROM generate_series(1, 10) AS i`);
    await withRawClient(database().target as PostgresTarget, async (other) => {
      await other.query('BEGIN');
      await other.query('SELECT FROM "jobs" WHERE "id" = 3 FOR UPDATE');
      const up = start('fill', 'up');
      const line = `${FILL}: notice: Other sessions lock rows of jobs that have no value yet. The backfill retries them.\n`;
      await until(() => Promise.resolve(up.stderr === line), up.ended);
      await other.query('COMMIT');
      const { code, stderr } = await up.ended;
      expect({ code, stderr }).to.deep.equal({
        code: 0,
        stderr: `${line}${FILL}: notice: 10 rows of jobs have a value now\n`,
      });
    });
  });

  it('A notice on a terminal replaces the live line, which continues below it', async () => {
    const copy = compiledCopy();
    const up = [
      copy.run,
      'orchestrator-db',
      'up',
      '-d',
      copy.compiled('test/support/noticing-data-source.ts'),
    ];
    const { stdout } = await runInTerminal([process.execPath, ...up], {
      cwd: process.cwd(),
      env: {
        ...{ TERM: 'xterm', PATH: process.env['PATH'] ?? '' },
        ...{ DATABASE_URL: database().url, NOTICING: 'pause' },
      },
      typing: [],
    });
    const id = 'PauseAround1800000000214';
    const live = `applying ${id}, statement 1 of 1, `;
    expect(stdout).to.match(/\r\u001b\[KPauseAround1800000000214: notice: half\r\n\r\u001b\[Kapplying/);
    const [before = '', after = ''] = stdout.split(`${id}: notice: half\r\n`);
    for (const part of [before, after]) expect(part).to.contain(live);
  });
});
