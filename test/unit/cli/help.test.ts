import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import type { ExitCode } from '../../../src/cli/io.js';
import { run } from '../../../src/cli/main.js';
import { recordingIo } from './recording-io.js';
import { UNREACHED_PROJECT } from '../../support/unreached-project.js';

const COMMANDS = [
  'init',
  'check',
  'eject',
  'generate',
  'rebase',
  'create',
  'status',
  'history',
  'replicas',
  'partitions',
  'up',
  'down',
  'stamp',
  'lint',
] as const;

interface Outcome {
  readonly code: ExitCode;
  readonly out: string;
  readonly err: string;
}

async function outcomeOf(...argv: readonly string[]): Promise<Outcome> {
  const io = recordingIo({ env: { DATABASE_URL: 'sqlite:./production.db' } });
  const code = await run(argv, io, UNREACHED_PROJECT);
  return { code, out: io.stdout.join('\n'), err: io.stderr.join('\n') };
}

describe('The help of the command line', () => {
  it('--version prints the version of package.json', async () => {
    const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { readonly version: string };
    expect(await outcomeOf('--version')).to.deep.equal({ code: 0, out: version, err: '' });
  });

  it('a call without a command prints the usage and the error, and exits with 64', async () => {
    const { code, out, err } = await outcomeOf();
    expect([code, out]).to.deep.equal([64, '']);
    expect(err).to.match(/^Usage: orchestrator-db \[options\] \[command\]/);
    expect(err).to.match(/\nerror: no command was specified; for example: orchestrator-db init$/);
  });

  it('--help lists every command, the environment and the exit codes', async () => {
    const { code, out } = await outcomeOf('--help');
    expect(code).to.equal(0);
    for (const command of COMMANDS) expect(out).to.match(new RegExp(`^  ${command} `, 'm'));
    expect(out).to.include('\n  DATABASE_URL ').and.include('\nExit codes:\n');
  });

  for (const command of COMMANDS) {
    it(`${command} --help has examples, the environment and the exit codes, and no empty default`, async () => {
      const { code, out } = await outcomeOf(command, '--help');
      expect(code).to.equal(0);
      expect(out).to.match(new RegExp(`\nExamples:\n  orchestrator-db ${command}\\b`));
      expect(out).to.include('\n  DATABASE_URL ').and.include('\nExit codes:\n');
      expect(out).not.to.match(/default: (false|\[\])/);
    });

    it(`The command line accepts the examples of ${command} --help`, async () => {
      const { out } = await outcomeOf(command, '--help');
      const [, block = ''] = out.split('Examples:\n');
      const examples = block.split('\n\n')[0]?.split('\n') ?? [];
      for (const example of examples) {
        const argv = example.trim().replaceAll("'", '').split(' ').slice(1);
        expect((await outcomeOf(...argv)).code, example).not.to.equal(64);
      }
    });
  }
});
