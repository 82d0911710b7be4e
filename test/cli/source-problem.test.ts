import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { root, runProcess, type ProcessResult } from '../support/run-script.js';

const COPIED = ['scripts', 'src', 'package.json', 'tsconfig.json', 'ormconfig.ts'];

describe('A source file that does not compile', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'orchestrator-db-source-'));
    for (const name of COPIED) cpSync(join(root, name), join(folder, name), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** Runs a command while a line stands at the top of a file. */
  async function withLine(file: string, line: string, args: readonly string[]): Promise<ProcessResult> {
    const path = join(folder, file);
    const former = readFileSync(path, 'utf8');
    writeFileSync(path, `${line}\n${former}`);
    try {
      const env = { DATABASE_URL: `sqlite:${join(folder, 'dev.db')}` };
      return await runProcess(process.execPath, [join(folder, 'scripts/run.js'), ...args], {
        env,
        cwd: folder,
      });
    } finally {
      writeFileSync(path, former);
    }
  }

  for (const [file, script, ...args] of [
    ['src/migrations/index.ts', 'orchestrator-db', 'status'],
    ['src/migrations/1795435200000-InitialSchema.ts', 'orchestrator-db', 'status'],
    ['src/migrations/index.ts', 'init-database'],
    ['src/migrations/index.ts', 'typeorm', 'migration:run'],
  ] as const)
    it(`${script} names ${file} with a merge conflict in one line`, async () => {
      const { code, stdout, stderr } = await withLine(file, '<<<<<<< HEAD', [script, ...args]);
      expect({ code, stdout, stderr }).to.deep.equal({
        code: 1,
        stdout: '',
        stderr: `error: ${join(folder, file)}:1 contains a merge conflict. Resolve it, then run the command again.\n`,
      });
    });

  it('A source file that does not compile is named with the message of the compiler', async () => {
    const file = 'src/migrations/index.ts';
    const { stderr } = await withLine(file, 'const = 1;', ['orchestrator-db', 'status']);
    expect(stderr).to.equal(
      `error: ${join(folder, file)}:1 does not compile: Expected identifier but found "=". Fix the file, then run the command again.\n`,
    );
  });

  it('A source file that does not compile is one JSON document for programs', async () => {
    const file = 'src/migrations/index.ts';
    const { code, stdout } = await withLine(file, '=======', ['orchestrator-db', 'status', '--json']);
    const message = `${join(folder, file)}:1 contains a merge conflict. Resolve it, then run the command again.`;
    expect([code, JSON.parse(stdout)]).to.deep.equal([
      1,
      { status: 'failed', error: { code: 'SOURCE_INVALID', message } },
    ]);
  });
});
