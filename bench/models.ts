import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DATABASES, type DialectName } from '../src/databases/registry.js';
import { postgresServer, startServers, stopServers, urlOf } from '../test/support/servers.js';
import type { Batch } from './models-child.js';
import { compileModels, type Model } from './models-compile.js';
import { OUTCOME, type Outcome } from './models-outcome.js';
import { printFaults, printTotals } from './models-report.js';

const USAGE = `npm run bench -- models <folder>

Takes other people's entities through synchronize, check, generate, up, check, down and up again, on both databases.
<folder> is a checkout of TypeORM, or any folder with files of entities. Each folder below it that declares entities
is a model. TEST_DATABASE_URL names another server than the embedded one, with PostGIS for example.
`;
/** How many models a process takes through; TypeORM keeps what each of them declares. */
const BATCH = 25;
/** How long a process may print nothing, milliseconds. */
const SILENCE_MS = 180_000;
const [CHILD, TSCONFIG] = ['models-child.ts', '../tsconfig.json'].map((name) =>
  fileURLToPath(new URL(name, import.meta.url)),
) as [string, string];

/** Prints what became of each model in a folder, and the totals. */
export async function models(): Promise<void> {
  const source = process.argv[3];
  if (source === undefined || !existsSync(source)) {
    process.stderr.write(USAGE);
    process.exitCode = 64;
    return;
  }
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'orchestrator-db-bench-')));
  const compiled = join(folder, 'compiled');
  try {
    const found = compileModels(source, compiled);
    await startServers();
    const outcomes: Outcome[] = [];
    for (const { name } of DATABASES)
      outcomes.push(...(await outcomesOf({ compiled, dialect: name, models: found })));
    printTotals(outcomes);
  } finally {
    await stopServers();
    rmSync(folder, { recursive: true });
  }
}

async function outcomesOf(all: Batch): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  while (outcomes.length < all.models.length) {
    const batch = all.models.slice(outcomes.length, outcomes.length + BATCH);
    const { ended, lastWords } = await inProcess({ ...all, models: batch });
    const [next] = batch.slice(ended.length);
    const known = next ? [...ended, crashed(next, all.dialect, lastWords)] : ended;
    known.forEach(printFaults);
    outcomes.push(...known);
    process.stderr.write(`${all.dialect}: ${outcomes.length} of ${all.models.length}\n`);
  }
  return outcomes;
}

function crashed(model: Model, dialect: DialectName, lastWords: string): Outcome {
  const reason = `the process ended: ${lastWords === '' ? 'it was silent for three minutes' : lastWords}`;
  return { model, dialect, done: [], faults: [{ step: 'load', kind: 'crash', reason }] };
}

/** What a process printed before it ended: the outcomes of all models, unless one of them ends it. */
interface Printed {
  readonly ended: readonly Outcome[];
  readonly lastWords: string;
}

function inProcess(batch: Batch): Promise<Printed> {
  const args = ['--no-deprecation', '--import', import.meta.resolve('tsx'), CHILD, JSON.stringify(batch)];
  const child = spawn(process.execPath, args, {
    // A file of SQLite that an entity names without a folder belongs here.
    cwd: dirname(batch.compiled),
    env: { ...process.env, TSX_TSCONFIG_PATH: TSCONFIG, TEST_DATABASE_URL: urlOf(postgresServer()) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const silent = setTimeout(() => child.kill('SIGKILL'), SILENCE_MS);
  const printed = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (more: string) => {
      printed[name] += more;
      silent.refresh();
    });
  return new Promise((resolve) => {
    child.once('close', () => {
      clearTimeout(silent);
      const lines = printed.stdout.split('\n').filter((line) => line.startsWith(OUTCOME));
      const ended = lines.map((line) => JSON.parse(line.slice(OUTCOME.length)) as Outcome);
      resolve({ ended, lastWords: /^\w*Error.*$/m.exec(printed.stderr)?.[0] ?? '' });
    });
  });
}
