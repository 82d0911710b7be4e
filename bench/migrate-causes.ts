import type { KnownTarget } from '../src/database-url.js';
import type { Build } from './migrate-build.js';
import type { Fastest } from './migrate-commands.js';
import { middle, onEmpty, type DialectName, type Place } from './migrate-databases.js';
import { outputOf, usageOf, type Command } from './migrate-process.js';
import { oursOn, urlOfTarget } from './migrate-tools.js';
import { printTable } from './table.js';

const RUNS = 7;
/** Packages of fewer files are not named. */
const MANY_FILES = 20;

/** What the process says of itself. */
interface Told {
  /** Milliseconds. */
  readonly stages: Readonly<Record<string, number>>;
  /** Files that are loaded, by package. */
  readonly files: Readonly<Record<string, number>>;
}

/** Prints where the time of `up` with nothing to do goes, which is what keeps it from being as fast as a peer. */
export async function benchStages(
  place: Place,
  build: Build,
  fastest: Readonly<Record<DialectName, Fastest | undefined>>,
): Promise<void> {
  process.stdout.write(`\nWhere the time of \`up\` with nothing to do goes: ms, medians of ${RUNS}\n`);
  const columns = [
    await stagesOn(place, build, { dialect: 'sqlite', fastest: fastest.sqlite }),
    await stagesOn(place, build, { dialect: 'postgres', fastest: fastest.postgres }),
  ];
  const names = Object.keys(columns[0]?.stages ?? {});
  const cells = (name: string) => columns.map(({ stages }) => (stages[name] ?? NaN).toFixed(1));
  printTable(
    ['stage', 'sqlite', 'postgres'],
    names.map((name) => [name, ...cells(name)]),
  );
  process.stdout.write(`files loaded: ${columns.map(filesLoaded).at(-1) ?? ''}\n`);
  await printStarts(build);
}

function filesLoaded({ files }: Told): string {
  const many = Object.entries(files).filter(([, count]) => count >= MANY_FILES);
  return many
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}

function stagesOn(
  place: Place,
  build: Build,
  { dialect, fastest }: { readonly dialect: DialectName; readonly fastest: Fastest | undefined },
): Promise<Told> {
  return onEmpty(place, dialect, async (target) => {
    await outputOf(oursOn(build, target).up);
    const runs: Told[] = [];
    for (let run = 0; run < RUNS; run += 1) runs.push(await oneRun(stagesCommand(build, target), fastest));
    const names = Object.keys(runs[0]?.stages ?? {});
    const stages = names.map((name) => [name, middle(runs.map((run) => run.stages[name] ?? NaN))]);
    return { stages: Object.fromEntries(stages) as Told['stages'], files: runs[0]?.files ?? {} };
  });
}

async function oneRun(command: Command, fastest: Fastest | undefined): Promise<Told> {
  const started = performance.now();
  const confirmed = await outputOf(command);
  const whole = performance.now() - started;
  const { stages, files } = JSON.parse(confirmed.slice(confirmed.lastIndexOf('\n'))) as Told;
  const within = Object.values(stages).reduce((total, ms) => total + ms, 0);
  const all = { ...stages, 'is started, and goes': whole - within, 'the whole process': whole };
  const gap = fastest && {
    [`the fastest peer (${fastest.tool})`]: fastest.wallMs,
    gap: whole - fastest.wallMs,
  };
  return { stages: { ...all, ...gap }, files };
}

/** What a process takes that only starts, and one that only imports. */
async function printStarts({ entry, typeorm, folder }: Build): Promise<void> {
  const running = (...args: string[]): Command => ({ program: process.execPath, args, cwd: folder, env: {} });
  const evaluating = (code: string) => running('--input-type=module', '-e', code);
  const starts: Readonly<Record<string, Command>> = {
    'node alone': evaluating(''),
    'import of typeorm': evaluating("import 'typeorm'"),
    'our command line, --help': running(entry, '--help'),
    "TypeORM's command line, --help": running(typeorm, '--help'),
  };
  const times = new Map<string, number[]>(Object.keys(starts).map((name) => [name, []]));
  for (let run = 0; run < RUNS; run += 1)
    for (const [name, command] of Object.entries(starts))
      times.get(name)?.push((await usageOf(command)).wallMs);
  process.stdout.write('\nProcesses that only start\n');
  printTable(
    ['process', 'ms'],
    [...times].map(([name, list]) => [name, middle(list).toFixed(0)]),
  );
}

/** @param task `connect` to do nothing else */
export function stagesCommand(
  { stages, folder }: Build,
  target: KnownTarget,
  ...task: readonly 'connect'[]
): Command {
  const env = { DATABASE_URL: urlOfTarget(target) };
  return { program: process.execPath, args: [stages, ...task], cwd: folder, env };
}
