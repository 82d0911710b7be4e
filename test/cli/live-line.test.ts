import { expect } from 'chai';
import { compiledCopy } from '../support/compiled-copy.js';
import { onDatabase } from '../support/databases.js';
import { runInTerminal } from '../support/pseudo-terminal.js';

onDatabase('postgres', 'The live line of a run', (database) => {
  /** Runs a revision that sleeps for a second in a terminal of so many columns. */
  async function shownIn(columns: number): Promise<string> {
    await (await database().connect()).query('CREATE TABLE "pace" AS SELECT 1 AS "seconds"');
    const copy = compiledCopy();
    const up = `stty cols ${columns}; exec ${process.execPath} ${copy.run} orchestrator-db up -d ${copy.compiled('test/support/slow-data-source.ts')}`;
    const { stdout } = await runInTerminal(['sh', '-c', up], {
      cwd: process.cwd(),
      env: { TERM: 'xterm', PATH: process.env['PATH'] ?? '', DATABASE_URL: database().url },
      typing: [],
    });
    return stdout;
  }

  it('The live line is complete where the terminal reports 0 columns', async () => {
    expect(await shownIn(0)).to.match(/applying MakeSlowly1800000000201, statement 3 of 3, 0 s\r/);
  });

  it('The live line is cut to one line in a terminal of 40 columns', async () => {
    expect(await shownIn(40)).to.match(/\[Kapplying MakeSlowly1800000000201, state\r/);
  });
});
