import { expect } from 'chai';
import { migrateUp } from '../../src/migrator/migrate.js';
import { compiledCopy } from '../support/compiled-copy.js';
import { onDatabase } from '../support/databases.js';
import { runInTerminal } from '../support/pseudo-terminal.js';
import { MAKE, shelves } from '../support/shelves.js';

const GREEN = '\u001b[32mat head';

onDatabase('sqlite', 'What a terminal shows of status', (database) => {
  /** The output of `status`, with `stty` or a pipe around it. */
  async function shown(
    words: string,
    env: Readonly<Record<string, string>> = {},
    around = (command: string) => `${words}; exec ${command}`,
  ): Promise<string> {
    const copy = compiledCopy();
    const file = copy.compiled('test/support/data-sources/shelves.ts');
    const command = `${process.execPath} ${copy.run} orchestrator-db status -d ${file}`;
    const { stdout } = await runInTerminal(['sh', '-c', around(command)], {
      cwd: process.cwd(),
      env: {
        TERM: 'xterm',
        PATH: process.env['PATH'] ?? '',
        DATABASE_URL: database().url,
        SHELF_CODE: 'made',
        ...env,
      },
      typing: [],
    });
    return stdout;
  }

  const lineOf = (text: string, part: string) =>
    text.split(/\r?\n/).find((line) => line.includes(part) && / ago /.test(line));

  it('Lines fit 60 columns, and are whole where the terminal reports 0', async () => {
    await migrateUp(await database().connect(shelves('made')), { target: MAKE });
    const [narrow, unknown] = [await shown('stty cols 60'), await shown('stty cols 0')];
    expect(lineOf(narrow, 'Make')).to.match(/^ {2}MakeShe\S*…\S+ {2}\S+Z {2}\d+ s ago {2}verified$/);
    expect(lineOf(unknown, MAKE)).to.match(/verified {2}Creates shelves\.$/);
  });

  it('Colours follow NO_COLOR, TERM and FORCE_COLOR', async () => {
    await migrateUp(await database().connect(shelves('made')));
    const piped = (command: string) => `${command} | cat`;
    expect(await shown('true')).to.include(GREEN);
    expect(await shown('true', { NO_COLOR: '1' })).to.not.include('\u001b[');
    expect(await shown('true', { TERM: 'dumb' })).to.not.include('\u001b[');
    expect(await shown('', {}, piped)).to.not.include('\u001b[');
    expect(await shown('', { FORCE_COLOR: '1' }, piped)).to.include(GREEN);
    expect(await shown('true', { FORCE_COLOR: '0' })).to.not.include('\u001b[');
  });
});
