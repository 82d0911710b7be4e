import { expect } from 'chai';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runProcess } from '../../support/run-script.js';
import { postgresServer, urlOf } from '../../support/servers.js';

const SCRIPT = fileURLToPath(new URL('../../support/one-more-column.ts', import.meta.url));

/** What V8 writes when a process ends. */
interface Coverage {
  readonly result: readonly {
    readonly url: string;
    readonly functions: readonly {
      readonly functionName: string;
      readonly ranges: readonly { readonly count: number }[];
    }[];
  }[];
}

describe('The work of generate for one new column', function () {
  this.timeout(180_000);
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-work-'));
    await mkdir(join(folder, 'migrations'));
  });
  after(() => rm(folder, { recursive: true }));

  const generated = (which: string, env: Readonly<Record<string, string>> = {}) =>
    runProcess(
      process.execPath,
      ['--import', 'tsx', SCRIPT, join(folder, 'migrations'), urlOf(postgresServer()), which],
      { env },
    );

  it('Generate describes the entities at most twice for each database, compares schemas twice, and twice more for what its revision changes, and parses each text once', async () => {
    const first = await generated('first');
    expect(first.stderr).to.equal('');
    const coverage = join(folder, 'coverage');
    const second = await generated('second', { NODE_V8_COVERAGE: coverage });
    expect(second.stdout).to.include('Second.ts');
    const reports = await reportsIn(coverage);
    const calls = (module: string, name: string) => callsOf(reports, module, name);
    expect(calls('src/generate/compare/compare-on-scratch.ts', 'readAtHead')).to.equal(2);
    expect(calls('src/metadata/describe.ts', 'describe')).to.be.within(1, 4);
    expect(calls('src/schema/diff.ts', 'diff')).to.be.within(1, 6);
    // Two revisions, with one statement for each direction; the way down of the former one is of no use.
    expect(calls('src/databases/postgres/parse/parser.ts', 'parsedBy')).to.equal(3);
  });
});

async function reportsIn(folder: string): Promise<readonly Coverage[]> {
  const files = await readdir(folder);
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  return texts.map((text) => JSON.parse(text) as Coverage);
}

/** How often a function of a module was called, in all processes. */
function callsOf(reports: readonly Coverage[], module: string, name: string): number {
  const functions = reports
    .flatMap(({ result }) => result)
    .filter(({ url }) => url.endsWith(module))
    .flatMap(({ functions: all }) => all);
  const counts = functions
    .filter(({ functionName }) => functionName === name)
    .map(({ ranges }) => ranges[0]?.count ?? 0);
  return counts.reduce((sum, count) => sum + count, 0);
}
