import { expect } from 'chai';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Terminal } from '../../src/cli/io.js';
import { run } from '../../src/cli/main.js';
import { systemClock } from '../../src/clock.js';
import { createDataSource } from '../../src/data-source.js';
import { execute } from '../support/cli-database.js';
import { eachDatabase, onDatabase, onServer, type TestDatabase } from '../support/databases.js';
import { holdingLock } from '../support/failures.js';
import {
  ATTACK,
  FORGED_OBJECTS,
  FORGED_ROWS,
  hostile,
  HOSTILE_CONTENTS,
  quoted,
} from '../support/hostile.js';
import { urlOf } from '../support/servers.js';
import { recordingIo, type RecordingIo } from '../unit/cli/recording-io.js';

/** What acts on a terminal, or forges a line of it. */
const ACTS = /[\p{Cc}\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/u;
const ATTACKED = '\\x1b[2J\\n\\r\\x07\\u009b1A\\u202e\\u2028\\u200b\\u007f';
const COLOURS = /\u001b\[(0|2|31|32)m/g;

interface Ran extends Pick<RecordingIo, 'stdout' | 'stderr'> {
  readonly code: number;
  readonly live: readonly string[];
}

type Where = Pick<Terminal, 'isTerminal' | 'isOutputTerminal'>;

async function ran(args: readonly string[], url: string, changes: Partial<Where> = {}): Promise<Ran> {
  const live: string[] = [];
  const env = { DATABASE_URL: url, DB_LOG: 'sql' };
  const io = recordingIo({ ...systemClock, env, ...changes });
  const terminal: Terminal = { ...io, showLive: (line) => live.push(line) };
  const code = await run(args, terminal, {
    createDataSource: (settings, logger) =>
      Promise.resolve(createDataSource(settings, { ...HOSTILE_CONTENTS, logger })),
    seed: () => Promise.resolve({ inserted: [hostile('seed')], existing: [hostile('seeded')] }),
    loadAdmins: () => Promise.resolve(() => Promise.resolve(true)),
    today: () => 1_800_000_000_400,
    revisionModule: () => 'orchestrator-db',
    lintAfter: undefined,
    pagePath: (page) => page,
    isHome: true,
    exportsOwn: () => false,
    manifest: undefined,
  });
  return { code, live, stdout: io.stdout, stderr: io.stderr };
}

/** Each line that was written is one line, and nothing in it acts. */
function assertHarmless({ stdout, stderr, live }: Ran): void {
  for (const line of [...stdout, ...stderr, ...live])
    expect(ACTS.test(line), JSON.stringify(line)).to.equal(false);
}

/** The first revision is applied, and the log says more than has happened. */
async function attack(database: TestDatabase): Promise<void> {
  await ran(['up', '+1'], database.url);
  await execute(database, [...FORGED_ROWS, ...FORGED_OBJECTS[database.dialect]]);
}

/** A command, its exit code, and whether the attack is in what it shows, which shows that it came as far. */
const COMMANDS: readonly (readonly [
  args: readonly string[],
  code: number,
  shows: 'the attack' | 'no name',
])[] = [
  [['init'], 1, 'the attack'],
  [['check'], 2, 'the attack'],
  [['check', '--strict'], 2, 'the attack'],
  [['check', '--ignore', hostile('x')], 2, 'the attack'],
  [['status'], 0, 'the attack'],
  [['history'], 0, 'the attack'],
  [['replicas'], 0, 'the attack'],
  [['replicas', 'forget', hostile('x')], 1, 'the attack'],
  [['replicas', hostile('forget')], 64, 'the attack'],
  [['up'], 1, 'the attack'],
  [['up', '--allow-missing'], 1, 'the attack'],
  [['up', '--plan', '--allow-missing'], 0, 'the attack'],
  [['up', hostile('target')], 64, 'the attack'],
  [['up', '--lock-wait', hostile('1')], 64, 'the attack'],
  [['up', '--dialect', hostile('x')], 64, 'the attack'],
  [['up', 'x', hostile('y')], 64, 'no name'],
  [['down', '--plan', '--allow-missing'], 0, 'the attack'],
  [['down', '--allow-missing'], 0, 'the attack'],
  [['down', hostile('target')], 64, 'the attack'],
  [['stamp', 'head', '--force'], 0, 'the attack'],
  [['stamp', 'head'], 3, 'the attack'],
  [['stamp', hostile('target')], 64, 'the attack'],
  [['lint'], 2, 'the attack'],
  [['lint', hostile('target')], 64, 'the attack'],
  [['lint', '--after', hostile('target')], 64, 'the attack'],
  [['create', hostile('Name')], 64, 'the attack'],
  [['create', `${hostile('folder')}/AddThing`], 64, 'the attack'],
  [['generate', hostile('Name')], 64, 'the attack'],
  [['generate', `${hostile('folder')}/AddThing`], 64, 'the attack'],
  [['status', '-d', hostile('file.ts')], 64, 'the attack'],
  [['lint', '-d', hostile('file.ts')], 64, 'the attack'],
  [['init', '--env', hostile('x')], 64, 'the attack'],
  [[hostile('launch')], 64, 'the attack'],
  [[`--${hostile('launch')}`], 64, 'the attack'],
];

eachDatabase('Control characters from a database', (database) => {
  beforeEach(() => attack(database()));

  for (const [args, code, shows] of COMMANDS)
    it(`A text of the database does not act on a terminal through ${args.map((word) => JSON.stringify(word)).join(' ')}`, async () => {
      const answer = await ran(args, database().url);
      assertHarmless(answer);
      const words = [...answer.stdout, ...answer.stderr.filter((line) => !line.startsWith('sql:'))].join(
        '\n',
      );
      expect(answer.code, words).to.equal(code);
      if (shows === 'the attack') expect(words).to.contain(ATTACKED);
    });

  it('JSON documents contain the characters of the database unchanged', async () => {
    for (const args of [
      ['check'],
      ['status'],
      ['history'],
      ['replicas'],
      ['up', '--plan', '--allow-missing'],
    ]) {
      const answer = await ran([...args, '--json'], database().url);
      assertHarmless(answer);
      const [document = '', ...more] = answer.stdout;
      expect(more).to.deep.equal([]);
      expect(JSON.stringify(JSON.parse(document)), args.join(' ')).to.contain(
        JSON.stringify(ATTACK).slice(1, -1),
      );
    }
  });

  it('Only our own colours reach a terminal, and each text stays on one line', async () => {
    for (const args of [['check'], ['status'], ['up', '--allow-missing']]) {
      const answer = await ran(args, database().url, { isTerminal: true });
      const all = [...answer.stdout, ...answer.stderr];
      expect(all.join('')).to.match(COLOURS);
      const bare = (lines: readonly string[]) => lines.map((line) => line.replaceAll(COLOURS, ''));
      assertHarmless({ ...answer, stdout: bare(answer.stdout), stderr: bare(answer.stderr) });
    }
  });

  it('The line about another migrating process stays one line', async () => {
    await holdingLock(database(), async () => {
      const answer = await ran(['up', '--allow-missing', '--lock-wait', '1'], database().url);
      assertHarmless(answer);
      expect(answer.code).to.equal(1);
      expect(answer.stderr.at(-1)).to.match(/^error: Another process is migrating this database: /);
    });
  });
});

onDatabase('postgres', 'A role whose name contains control characters', (database) => {
  afterEach(() => onServer(`DROP OWNED BY ${quoted('role')}; DROP ROLE ${quoted('role')}`));

  it('history makes control characters in the name of a role visible', async () => {
    await onServer(`CREATE ROLE ${quoted('role')} LOGIN SUPERUSER PASSWORD 'not-secret-here'`);
    const target = { ...database().target, user: hostile('role'), password: 'not-secret-here' };
    const url = urlOf(target as Parameters<typeof urlOf>[0]);
    await ran(['up', '+1'], url);
    const history = await ran(['history'], url);
    assertHarmless(history);
    expect(history.stdout.join('\n')).to.contain(`by role${ATTACKED}in sync on `);
    const refused = await ran(['status'], url.replace('not-secret-here', 'wrong'));
    assertHarmless(refused);
  });
});

describe('A file that contains control characters', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-hostile-'));
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('A file name and a thrown message do not act on a terminal', async () => {
    const file = join(folder, `${hostile('a').replaceAll('\0', '')}.mjs`);
    await writeFile(file, `throw new Error(${JSON.stringify(`It${ATTACK}fails.`)});`);
    const answer = await ran(['status', '-d', file], 'sqlite::memory:');
    assertHarmless(answer);
    expect(answer.stderr.join('\n')).to.contain(`a${ATTACKED}in sync.mjs cannot be loaded: It\\x1b[2J`);
  });

  for (const dialect of ['postgres', 'sqlite'] as const)
    it(`A script contains control characters exactly, and a terminal shows them as escapes (${dialect})`, async () => {
      const args = ['up', '+1', '--sql', '--dialect', dialect];
      const [script = ''] = (await ran(args, 'sqlite::memory:')).stdout;
      expect(script).to.contain(`DEFAULT '${hostile('d')}'`);
      const comments = script.split('\n').filter((line) => line.startsWith('-- ') && line.includes('Make'));
      expect(comments).to.have.length(2);
      for (const line of comments) expect(ACTS.test(line), JSON.stringify(line)).to.equal(false);
      const shown = await ran(args, 'sqlite::memory:', { isOutputTerminal: true });
      const [screen = ''] = shown.stdout;
      expect(ACTS.test(screen.replace(/[\n\t]/g, '')), JSON.stringify(screen)).to.equal(false);
      expect(shown.stderr.at(-1)).to.match(/^note: The script contains control characters/);
    });
});
