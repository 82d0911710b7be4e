import { expect } from 'chai';
import { Command, CommanderError } from 'commander';
import { Command as SmallCommand } from '../../../scripts/small-commander.js';
import { DATABASE_COMMANDS } from '../../../src/cli/database-commands.js';
import { MIGRATION_COMMANDS } from '../../../src/cli/migration-commands.js';
import type { AddCommand, Registry } from '../../../src/cli/options.js';

const COMMANDS: Readonly<Record<string, AddCommand>> = { ...DATABASE_COMMANDS, ...MIGRATION_COMMANDS };

/** The commands of this package, declared on a program of either kind. */
function declared<T>(program: T): T {
  const unused = { context: {}, settle: () => undefined };
  const registry = { ...unused, program } as unknown as Registry;
  for (const add of Object.values(COMMANDS)) add(registry);
  return program;
}

/** What an action gets. */
interface Read {
  readonly operands: readonly unknown[];
  readonly options: object;
}

interface AnyCommand {
  readonly commands: readonly AnyCommand[];
  action(action: (...values: readonly unknown[]) => void): unknown;
  parseAsync(argv: readonly string[], from?: { readonly from: 'user' }): Promise<unknown>;
}

async function readBy(program: AnyCommand, argv: readonly string[]): Promise<Read> {
  const read: Read[] = [];
  for (const command of program.commands)
    command.action((...values) => {
      read.push({ operands: values.slice(0, -2), options: { ...(values.at(-2) as object) } });
    });
  await program.parseAsync(argv, { from: 'user' });
  const [first] = read;
  if (!first) throw new Error('no action was called');
  return first;
}

const quiet = () =>
  declared(new Command('orchestrator-db').exitOverride().configureOutput({ writeErr: () => undefined }));

describe('What short commands use in the place of commander', () => {
  for (const call of [
    ...['up', 'down', 'status', 'history', 'up head', 'up --json', 'up --plan --json', 'up --contract'],
    ...['up --lock-wait 5 head', 'up --lock-wait=5', 'up --lock-timeout 0.5 --statement-timeout 30'],
    ...['up -d dist/source.js', 'up --data-source dist/source.js', 'up --data-source=a=b.js', 'up -- head'],
    ...[
      'up --allow-edited --allow-out-of-order --allow-missing',
      'up --backfill-pause 1 --backfill-max-lag 0',
    ],
    ...['down -- -2', 'down base', 'history --limit 3', 'history --limit=3 --limit 4'],
    ...['stamp head --force', 'up --drain-wait 3 --release-timeout 9', 'up --data-source='],
  ])
    it(`It reads ${call} as commander does`, async () => {
      const argv = call.split(' ');
      const small = declared(new SmallCommand('orchestrator-db'));
      expect(small.understands(argv)).to.equal(true);
      expect(await readBy(small, argv)).to.deep.equal(await readBy(quiet(), argv));
    });

  for (const call of [
    ...[
      'up a b',
      'stamp',
      'status x',
      'up --unknown',
      'up --lock-wait',
      'up --lock-wait soon',
      'up --json=1',
    ],
    ...[
      'history --limit 0',
      'up --dialect oracle',
      'up --lock',
      'nothing',
      'up --lock-wait -5',
      'down -2 -3',
    ],
  ])
    it(`It leaves ${call} to commander, which refuses it`, async () => {
      const argv = call.split(' ');
      expect(declared(new SmallCommand('orchestrator-db')).understands(argv)).to.equal(false);
      const refused = await quiet()
        .parseAsync(argv, { from: 'user' })
        .then(
          () => undefined,
          (error: unknown) => error,
        );
      expect(refused).to.be.instanceOf(CommanderError);
    });

  for (const call of ['up -h', 'up --help', 'check --ignore a b', 'lint One Two', 'up -dfile.js'])
    it(`It leaves ${call} to commander`, () => {
      expect(declared(new SmallCommand('orchestrator-db')).understands(call.split(' '))).to.equal(false);
    });

  it('A target with a sign is an operand, and the value of an option where one needs a value', () => {
    const small = declared(new SmallCommand('orchestrator-db'));
    expect(small.understands(['down', '-2'])).to.equal(true);
    expect(small.understands(['down', '--lock-wait', '-2'])).to.equal(false);
  });
});
