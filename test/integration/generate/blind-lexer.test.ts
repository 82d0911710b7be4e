import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { build, type Plugin } from 'esbuild';
import { root } from '../../support/root.js';

const run = promisify(execFile);

/** A lexer that reads the word CHECK as white space. */
const blind: Plugin = {
  name: 'blind',
  setup: (bundling) => {
    bundling.onLoad({ filter: /src\/sql\/lexer\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const [seen, unseen] = ['visit(kindOf(', "visit(/^check$/i.test(text) ? 'space' : kindOf("];
      expect(source).to.include(seen);
      return { contents: source.replace(seen, unseen), loader: 'ts' };
    });
  },
};

describe('A lexer that cannot see checks', function () {
  this.timeout(120_000);
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-blind-'));
    // The package looks its own name up.
    await copyFile(join(root, 'package.json'), join(folder, 'package.json'));
    await mkdir(join(folder, 'migrations'));
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function generated(plugins: Plugin[]): Promise<string> {
    const outfile = join(folder, 'blind-generator.mjs');
    const common = { bundle: true, format: 'esm', platform: 'node', packages: 'external' } as const;
    await build({
      ...common,
      entryPoints: [join(root, 'test/support/blind-generator.ts')],
      outfile,
      plugins,
    });
    return (await run(process.execPath, [outfile, join(folder, 'migrations')])).stdout;
  }

  it('The verification finds a lost check even when the lexer sees none: it reads the catalog in another way', async () => {
    expect(await generated([]))
      .to.include('temporary_ac')
      .and.not.include('CHECK');
    const [code, ...lines] = (await generated([blind])).split('\n');
    expect(code, lines.join('\n')).to.equal('VERIFICATION_FAILED');
    expect(lines.join('\n')).to.include('table ac check CHK_00aa11bb22cc33dd44ee55ff66');
  });
});
