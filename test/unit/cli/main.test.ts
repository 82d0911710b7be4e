import { expect } from 'chai';
import type { ExitCode, Io } from '../../../src/cli/io.js';
import { run } from '../../../src/cli/main.js';
import type { Project } from '../../../src/cli/project.js';
import { GenerateError } from '../../../src/errors/base.js';
import { recordingIo } from './recording-io.js';

interface Outcome {
  readonly code: ExitCode;
  readonly stdout: readonly string[];
  readonly stderr: readonly string[];
}

/** A project that fails as soon as it is asked for anything: none of these calls may come as far as a database. */
function projectThatThrows(error: unknown): Project {
  const fail = (): never => {
    throw error;
  };
  return {
    createDataSource: fail,
    seed: fail,
    loadAdmins: fail,
    today: fail,
    revisionModule: fail,
    lintAfter: undefined,
    pagePath: fail,
    isHome: true,
    exportsOwn: fail,
    manifest: undefined,
  };
}

async function outcomeOf(words: string, changes: Partial<Io> = {}, thrown?: unknown): Promise<Outcome> {
  const io = recordingIo(changes);
  const argv = words.split(' ').filter((word) => word !== '');
  const code = await run(argv, io, projectThatThrows(thrown ?? new Error('reached the project')));
  return { code, stdout: io.stdout, stderr: io.stderr };
}

const PRODUCTION = { env: { DATABASE_URL: 'sqlite:./production.db' } };
const NO_URL =
  'DATABASE_URL: is not set, and production has no default. Example: DATABASE_URL=postgres://user:password@host:5432/orchestrator';
const NO_PASSWORD =
  '--admin requires a password of at least 12 characters, in ADMIN_PASSWORD or on standard input: ' +
  'printf %s "$PASSWORD" | npm run db:init -- --env production --admin ann';

const USAGE: readonly (readonly [words: string, message: string, changes?: Partial<Io>])[] = [
  ['launch', "unknown command 'launch'"],
  ['--nonsense', "unknown option '--nonsense'"],
  ['init --nonsense', "unknown option '--nonsense'"],
  ['init --password=hush', "unknown option '--password'"],
  ["init --password=it's", "unknown option '--password'"],
  [
    'init --env postgres://ann:secret@db.example/orders',
    'The argument after "--env" contains a password. Other users of this machine can read arguments, so the command was not run. ' +
      'Specify the database in the environment: set DATABASE_URL, then run the command without this argument.',
  ],
  ['init now', "too many arguments for 'init'. Expected 0 arguments but got 1."],
  [
    'init --env staging',
    "option '--env <environment>' argument 'staging' is invalid. Allowed choices are development, production.",
  ],
  ['init --env', "option '--env <environment>' argument missing"],
  ...['soon', '-1', '1.5', '100000'].map((wait): [string, string] => [
    `init --wait=${wait}`,
    `option '--wait <seconds>' argument '${wait}' is invalid. Use a whole number of seconds, up to 99999.`,
  ]),
  ['init --env production', NO_URL],
  ['init --env production', NO_URL, { env: { DATABASE_URL: '' } }],
  [
    'init',
    'DB_LOG: "loud" is not one of error, info, sql. Example: DB_LOG=info',
    { env: { DB_LOG: 'loud' } },
  ],
  ['init --env production --admin ann', NO_PASSWORD, PRODUCTION],
  [
    'init --env production --admin ann',
    NO_PASSWORD,
    { env: { ...PRODUCTION.env, ADMIN_PASSWORD: 'eleven char' } },
  ],
  [
    'init --env production --admin ann',
    NO_PASSWORD,
    { ...PRODUCTION, readInput: () => Promise.resolve('eleven char\r\n') },
  ],
];

describe('The command line', () => {
  for (const [words, message, changes] of USAGE) {
    const where = JSON.stringify(changes?.env ?? {});

    it(`The command line refuses "${words}" with ${where} in one line, exit code 64`, async () => {
      expect(await outcomeOf(words, changes)).to.deep.equal({
        code: 64,
        stdout: [],
        stderr: [`error: ${message}`],
      });
    });
  }

  it('The command line prints a usage error as one JSON document, and the same message on standard error', async () => {
    const { code, stdout, stderr } = await outcomeOf('init --env staging --json');
    expect(code).to.equal(64);
    expect(stdout).to.have.length(1);
    expect(JSON.parse(stdout[0] ?? '')).to.deep.equal({
      status: 'failed',
      error: {
        code: 'USAGE',
        message:
          "option '--env <environment>' argument 'staging' is invalid. Allowed choices are development, production.",
      },
    });
    expect(stderr).to.have.length(1);
  });

  it('The document of an error contains its code', async () => {
    const { stdout } = await outcomeOf('init --env production --json');
    expect(JSON.parse(stdout[0] ?? '')).to.deep.equal({
      status: 'failed',
      error: { code: 'SETTING_INVALID', message: NO_URL },
    });
  });

  for (const words of ['--help', 'help', 'init --help', 'help init']) {
    it(`The command line answers "${words}" on standard output, exit code 0`, async () => {
      const { code, stdout, stderr } = await outcomeOf(words);
      expect({ code, stderr }).to.deep.equal({ code: 0, stderr: [] });
      expect(stdout.join('\n')).to.match(/^Usage: orchestrator-db /);
      expect(stdout.join('\n')).to.include(words.includes('init') ? '--admin <name>' : 'init');
    });
  }

  it('The command line reports an unexpected error in one line without a stack trace, exit code 1', async () => {
    const thrown = new TypeError('cannot read\n    at first sight');
    expect(await outcomeOf('init --json', {}, thrown)).to.deep.equal({
      code: 1,
      stdout: ['{"status":"failed","error":{"code":"UNEXPECTED","message":"cannot read at first sight"}}'],
      stderr: ['error: cannot read at first sight'],
    });
  });

  it('The command line reports an error of this package with its code, exit code 1', async () => {
    expect(await outcomeOf('init --json', {}, new GenerateError('no folder'))).to.deep.equal({
      code: 1,
      stdout: ['{"status":"failed","error":{"code":"GENERATE_FAILED","message":"no folder"}}'],
      stderr: ['error: no folder'],
    });
  });

  it('The command line reports a thrown value that is not an error', async () => {
    expect(await outcomeOf('init', {}, 'just text')).to.deep.include({
      code: 1,
      stderr: ['error: just text'],
    });
  });

  it('The command line uses colours only on a terminal', async () => {
    expect((await outcomeOf('launch', { isTerminal: true })).stderr).to.deep.equal([
      "\u001b[31merror\u001b[0m: unknown command 'launch'",
    ]);
  });

  it('init reads the password of an administrator from ADMIN_PASSWORD, or from standard input', async () => {
    const reached = { code: 1, stdout: [], stderr: ['error: reached the project'] };
    const words = 'init --env production --admin ann';
    const readInput = () => Promise.resolve('twelve chars\n');
    expect(await outcomeOf(words, { ...PRODUCTION, readInput })).to.deep.equal(reached);
    const env = { ...PRODUCTION.env, ADMIN_PASSWORD: 'open sesame, now' };
    const unread = () => Promise.reject(new Error('standard input was read'));
    expect(await outcomeOf(words, { env, readInput: unread })).to.deep.equal(reached);
  });

  it('init never shows a refused password of an administrator', async () => {
    const env = { ...PRODUCTION.env, ADMIN_PASSWORD: 'hush' };
    const outcome = await outcomeOf('init --env production --admin ann --json', { env });
    expect(outcome.code).to.equal(64);
    expect(JSON.stringify(outcome)).not.to.include('hush');
  });
});
