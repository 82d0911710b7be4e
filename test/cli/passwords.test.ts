import { expect } from 'chai';
import type { ExitCode } from '../../src/cli/io.js';
import { run } from '../../src/cli/main.js';
import type { Project } from '../../src/cli/project.js';
import { runScript } from '../support/run-script.js';
import { recordingIo } from '../unit/cli/recording-io.js';
import { UNREACHED_PROJECT } from '../support/unreached-project.js';

const SECRET = /Tango|Sierra/i;

const [T, S] = ['Tango', 'Sierra'];

/** Ways to give a database that its password is a part of. */
const GIVEN: readonly string[] = [
  `postgres://ann:${T}-${S}@db.example:5433/orders`,
  `postgresql://ann:${T}%2F${S}@db.example/orders?sslmode=require`,
  `postgres://ann:${T}/${S}@db.example/orders`,
  `postgres://ann:${T}..${S}@db.example/orders`,
  `postgres://ann:${T}.${S}:${T}@db.example/orders`,
  `postgres://ann:${T} ${S}@db.example/orders`,
  `postgres://db.example/orders?user=ann&password=${T}`,
  'postgres%3A%2F%2Fann%3ATango%40db.example%2Forders',
  'host=db.example user=ann password=Tango dbname=orders',
  "host=db.example user=ann password='Tango Sierra' dbname=orders",
  'jdbc:postgresql://db.example/orders?user=ann&password=Tango',
  'sqlserver://db.example;database=orders;Password=Tango',
  'DATABASE_URL=postgres://ann:Tango@db.example/orders',
  'PGPASSWORD=Tango',
  './postgres:/ann:Tango@db.example/orders',
];

interface Outcome {
  readonly code: ExitCode;
  readonly output: string;
}

async function outcomeOf(args: readonly string[]): Promise<Outcome> {
  const io = recordingIo({ env: { DATABASE_URL: 'sqlite::memory:' } });
  const project: Project = {
    ...UNREACHED_PROJECT,
    pagePath: (page) => page,
    exportsOwn: () => false,
  };
  const code = await run(args, io, project);
  return { code, output: [...io.stdout, ...io.stderr].join('\n') };
}

/** Every command with its options, as the help tells them. */
async function commands(): Promise<ReadonlyMap<string, readonly string[]>> {
  const { output } = await outcomeOf(['--help']);
  const [, list = ''] = output.split('Commands:');
  const names = [...list.matchAll(/^ {2}([a-z]+) /gm)].map(([, name = '']) => name);
  const found = new Map<string, readonly string[]>();
  for (const name of names.filter((one) => one !== 'help')) {
    const help = (await outcomeOf([name, '--help'])).output;
    found.set(
      name,
      [...help.matchAll(/--[a-z-]+(?= <)/g)].map(([option]) => option),
    );
  }
  return found;
}

/** Where among the words of a command something can be given; SQL of a backfill may hold what it likes. */
function places(name: string, options: readonly string[], given: string): readonly (readonly string[])[] {
  const named = options.filter((option) => !/^--(backfill|using)/.test(option));
  return [
    [given, name],
    [name, given],
    [name, 'head', given],
    [name, '--', given],
    [name, '--nonsense', given],
    [name, `--nonsense=${given}`],
    [name, `-d${given}`],
    ...named.map((option) => [name, option, given]),
    ...named.map((option) => [name, `${option}=${given}`]),
  ];
}

async function assertNotRepeated(args: readonly string[]): Promise<void> {
  const { code, output } = await outcomeOf(args);
  expect(output, args.join(' ')).not.to.match(SECRET);
  expect(code, `${args.join(' ')}: ${output}`).to.equal(64);
}

describe('A password among the arguments', () => {
  it('No command repeats a password, in any place of its arguments', async () => {
    const all = await commands();
    expect([...all.keys()]).to.include.members(['init', 'check', 'up', 'down', 'stamp', 'lint', 'generate']);
    let count = 0;
    for (const [name, options] of all)
      for (const args of places(name, options, GIVEN[count % GIVEN.length] ?? '')) {
        await assertNotRepeated(args);
        await assertNotRepeated([...args, '--json']);
        count += 1;
      }
    expect(count).to.be.above(100);
  });

  for (const given of GIVEN)
    it(`A password is not repeated in the form ${given}`, async () => {
      for (const args of [
        ['up', given],
        ['status', '-d', given],
        ['generate', 'A', '--rename', given],
      ])
        await assertNotRepeated(args);
    });

  it('A password among the arguments is refused with a remedy before anything else is read', async () => {
    const words =
      'contains a password. Other users of this machine can read arguments, so the command was not run. ' +
      'Specify the database in the environment: set DATABASE_URL, then run the command without this argument.';
    for (const [args, place] of [
      [['up', GIVEN[0] ?? ''], 'argument after "up"'],
      [['status', '-d', GIVEN[0] ?? ''], 'argument after "-d"'],
      [['status', `--data-source=${GIVEN[0] ?? ''}`], 'value of --data-source'],
      [[GIVEN[0] ?? ''], 'first argument'],
    ] as const)
      expect((await outcomeOf(args)).output).to.equal(`error: The ${place} ${words}`);
  });

  it('A password after an unknown option is not repeated', async () => {
    for (const word of ['-pTango', '--password=Tango', '--db-password=Tango', '--PASS=Tango'])
      for (const name of ['up', 'lint', 'status'])
        expect((await outcomeOf([name, word])).output)
          .to.match(/unknown option/)
          .and.not.match(SECRET);
  });

  it('The SQL of a backfill may contain a password, and messages mask it', async () => {
    const { output } = await outcomeOf(['generate', 'AddUrl', '--backfill', `url=${GIVEN[0] ?? ''}`]);
    expect(output)
      .not.to.match(SECRET)
      .and.not.match(/contains a password/);
  });

  it('Neither the started processes nor TypeORM repeat a password', async () => {
    for (const [script, args] of [
      ['orchestrator-db', ['up', GIVEN[0] ?? '']],
      ['typeorm', ['migration:run', '-d', GIVEN[0] ?? '']],
    ] as const) {
      const { code, stdout, stderr } = await runScript(script, args);
      expect(stdout + stderr, args.join(' '))
        .to.match(/contains a password/)
        .and.not.match(SECRET);
      expect(code).to.equal(script === 'typeorm' ? 1 : 64);
    }
  });
});
