import { expect } from 'chai';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compiledCopy } from '../support/compiled-copy.js';
import { root } from '../support/root.js';
import { runProcess } from '../support/run-script.js';
import { runOwnProcess } from '../support/run-shelves.js';

const explain = (...words: readonly string[]) => runOwnProcess({}, 'explain', ...words);

describe('The command explain', () => {
  it('explain prints the section of a code, in any case, with the paths of its links', async () => {
    const answer = await explain('lock_wait');
    expect({ code: answer.code, stderr: answer.stderr }).to.deep.equal({ code: 0, stderr: '' });
    expect(answer.stdout).to.match(/^LOCK_WAIT\n\n\S/);
    expect(answer.stdout).to.match(/\npage: \S*docs\/errors\.md#lock_wait\n$/);
    expect(answer.stdout).to.not.include('](').and.not.include('### ');
    const linked = await explain('nothing_linted');
    expect(linked.stdout).to.match(/lint\.md \(\S*docs\/lint\.md#classes-written-by-hand\)/);
  });

  it('explain knows every code of the page', async () => {
    const page = readFileSync(join(root, 'docs/errors.md'), 'utf8');
    const codes = [...page.matchAll(/^### `(\w+)`$/gm)].map(([, code]) => code);
    const { code, stdout } = await explain();
    expect(code).to.equal(0);
    expect(stdout.split('\n').slice(0, -1)).to.deep.equal(codes);
  });

  it('explain reports where the page is not installed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'explain-'));
    try {
      cpSync(join(compiledCopy().run, '../..'), folder, {
        recursive: true,
        filter: (path) => !path.endsWith('.md'),
      });
      const answer = await runProcess(
        process.execPath,
        [join(folder, 'scripts/run.js'), 'orchestrator-db', 'explain', 'LOCK_WAIT'],
        { cwd: folder },
      );
      expect(answer).to.deep.include({ code: 64, stdout: '' });
      expect(answer.stderr).to.equal(
        'error: docs/errors.md is missing in the installed package. Install it again, with its folder docs.\n',
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('explain refuses a code that there is not, and names one like it', async () => {
    const near = await explain('LOCK_WAITS');
    expect(near).to.deep.include({ code: 64, stdout: '' });
    expect(near.stderr).to.equal(
      'error: There is no error code "LOCK_WAITS". Did you mean LOCK_WAIT, LOCK_LOST?\n',
    );
    expect((await explain('zzzzzz')).stderr).to.equal(
      'error: There is no error code "zzzzzz". To list all codes: npm run -s db -- explain\n',
    );
  });
});
