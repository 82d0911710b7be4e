import { expect } from 'chai';
import { run } from '../../../src/cli/main.js';
import type { Project } from '../../../src/cli/project.js';
import { recordingIo } from './recording-io.js';
import { UNREACHED_PROJECT } from '../../support/unreached-project.js';

const COMMANDS = [
  ['init', '--env', 'production'],
  ['up'],
  ['down', 'base'],
  ['up', '--sql'],
  ['check'],
  ['status'],
  ['history'],
  ['stamp', 'head'],
  ['create', 'Fill'],
  ['generate', 'Fill'],
  ['rebase', 'Fill'],
  ['squash', 'A..B'],
  ['baseline'],
  ['lint'],
  ['eject'],
];

/** The command line as another project calls it; no command gets as far as the entities of this package. */
async function elsewhere(argv: readonly string[]): Promise<readonly [number, readonly string[], string[]]> {
  const project: Project = { ...UNREACHED_PROJECT, isHome: false, exportsOwn: () => false };
  const io = recordingIo({ env: { DATABASE_URL: 'sqlite:./production.db' } });
  return [await run(argv, io, project), io.stderr, io.stdout];
}

describe('A command in another project', () => {
  for (const argv of COMMANDS)
    it(`${argv.join(' ')} without -d is refused with the command to run`, async () => {
      const [code, stderr] = await elsewhere(argv);
      expect(code).to.equal(64);
      expect(stderr).to.deep.equal([
        `error: No DataSource is named: add -d with the file that exports it. Run: npx orchestrator-db ${argv.join(' ')} -d src/data-source.ts. The schema of orchestrator-db itself is -d orchestrator-db/data-source`,
      ]);
    });

  it('the option goes before --, and replaces an empty one', async () => {
    for (const [argv, words] of [
      [['down', '--', '-2'], 'down -d src/data-source.ts -- -2.'],
      [['down', '-d', '', 'base'], 'down base -d src/data-source.ts.'],
      [['down', '--data-source=', 'base'], 'down base -d src/data-source.ts.'],
    ] as const)
      expect((await elsewhere(argv))[1][0]).to.include(`Run: npx orchestrator-db ${words} `);
  });

  it('with --json, the refusal is one document', async () => {
    const [, , stdout] = await elsewhere(['up', '--json']);
    expect(JSON.parse(stdout.join(''))).to.have.nested.property('error.code', 'USAGE');
  });

  it('its help needs no DataSource', async () => {
    expect((await elsewhere(['help', 'up']))[0]).to.equal(0);
    expect((await elsewhere(['--version']))[0]).to.equal(0);
  });
});
