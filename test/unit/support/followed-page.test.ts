import { expect } from 'chai';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { follow } from '../../support/followed-page.js';
import type { Block } from '../../support/pages.js';

const FILE = ['console.log("page 17");', 'console.error("error: of it");', 'process.exitCode = 3;'];

describe('Following a page', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'orchestrator-db-followed-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const block = (language: string, lines: readonly string[], path?: string): Block => ({
    language,
    lines,
    path,
    section: '',
  });
  const done = (...blocks: readonly Block[]) =>
    follow(blocks, { folder, port: 1, env: {}, typed: (words) => (words === 'false' ? undefined : words) });

  it('A followed page writes its files, and runs its commands in their folder', async () => {
    const file = block('js', FILE, 'src/a.js');
    const commands = block('sh', ['cp src/a.js \\', '  src/b.js', 'false']);
    expect(await done(file, commands)).to.deep.equal(['cp src/a.js src/b.js']);
    expect(readFileSync(join(folder, 'src/b.js'), 'utf8')).to.equal(`${FILE.join('\n')}\n`);
    expect(existsSync(join(folder, 'src/a.js'))).to.equal(true);
  });

  it('A followed page takes other numbers, and an exit code that goes with the error shown', async () => {
    const file = block('js', FILE, 'a.cjs');
    await done(file, block('', ['$ env node a.cjs', 'page 4', '...', 'error: of it']));
  });

  for (const [what, shown, told] of [
    ['prints something else', ['$ echo page', 'pages'], 'not printed: pages'],
    ['fails', ['$ exit 4'], 'ended with 4'],
    ['does not fail', ['$ echo error: no', 'error: no'], 'ended with 0'],
  ] as const)
    it(`A followed page names a command that ${what}, unlike the page`, async () => {
      const error = await done(block('', shown)).catch((reason: unknown) => reason);
      expect(String(error)).to.contain(shown[0].slice(2)).and.to.contain(told);
    });
});
