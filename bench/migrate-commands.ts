import { messageOf } from '../src/errors/base.js';
import { migrations } from '../src/migrations/index.js';
import type { Build } from './migrate-build.js';
import { installedVersions, installPeers } from './migrate-installed.js';
import { middle, onEmpty, type DialectName, type Place } from './migrate-databases.js';
import { peakMemory, usageOf, type Command } from './migrate-process.js';
import { contestants, OURS, peersFound, TYPEORM, type Contestant } from './migrate-tools.js';
import { printTable } from './table.js';

/** How often each is run on an empty database, in turns. */
const ROUNDS = 5;
/** How often `up` with nothing to do is run in each round. */
const IDLE_RUNS = 2;

const TASKS = ['up, first time', 'up, nothing to do', 'down base'] as const;
type Task = (typeof TASKS)[number];

/** What one tool needed for one task; NaN is what was not measured in that pass. */
interface Measured {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly mb: number;
}

interface Sample extends Measured {
  readonly tool: string;
  readonly task: Task;
}

/** Medians of one task on one database. */
interface Row {
  readonly dialect: DialectName;
  readonly task: Task;
  readonly cells: readonly (Measured & { readonly tool: string })[];
}

/** The fastest tool besides ours and TypeORM's, at `up` with nothing to do. */
export interface Fastest {
  readonly tool: string;
  readonly wallMs: number;
}

/** Whole processes, from start to end; prints time, memory and ratios. */
export async function benchCommands(
  place: Place,
  build: Build,
): Promise<Readonly<Record<DialectName, Fastest | undefined>>> {
  process.stdout.write(
    `\nWhole processes: wall and processor time, ms, medians of ${ROUNDS} runs in turns (nothing to do: ${ROUNDS * IDLE_RUNS}), and peak memory\n`,
  );
  installPeers();
  process.stdout.write(`${peersFound()}; installed for the bench: ${installedVersions()}\n`);
  const tools = contestants(build);
  const sqlite = await rowsOf(place, 'sqlite', tools);
  const postgres = await rowsOf(place, 'postgres', tools);
  const names = tools.map(({ name }) => name);
  const rows = [...sqlite, ...postgres].map((row) => shown(row, names));
  printTable(
    ['database', 'command', ...names, 'ours / TypeORM CLI', 'on processor', 'ours / fastest peer'],
    rows,
  );
  process.stdout.write(
    `TypeORM CLI and dbmate revert one revision a call: down base is ${migrations.length} processes; in a transaction, so without CONCURRENTLY, where ours says it\n`,
  );
  return { sqlite: fastestAtRest(sqlite), postgres: fastestAtRest(postgres) };
}

async function rowsOf(
  place: Place,
  dialect: DialectName,
  tools: readonly Contestant[],
): Promise<readonly Row[]> {
  const samples: Sample[] = [];
  const able: Contestant[] = [];
  for (const tool of tools) {
    try {
      samples.push(...(await onePass(place, dialect, { tool, measure: memory(place), idleRuns: 1 })));
      able.push(tool);
    } catch (error) {
      if (tool.name === OURS) throw error;
      process.stdout.write(`${tool.name} fails on ${dialect} and is left out: ${messageOf(error)}\n`);
    }
  }
  for (let round = 0; round < ROUNDS; round += 1)
    for (const tool of rotated(able, round))
      samples.push(...(await onePass(place, dialect, { tool, measure: time, idleRuns: IDLE_RUNS })));
  return TASKS.map((task) => ({
    dialect,
    task,
    cells: able.map(({ name }) => medians(samples, name, task)),
  }));
}

/** Another one begins each round. */
function rotated<T>(list: readonly T[], round: number): readonly T[] {
  const first = round % list.length;
  return [...list.slice(first), ...list.slice(0, first)];
}

type Measure = (command: Command) => Promise<Measured>;

const time: Measure = async (command) => ({ ...(await usageOf(command)), mb: NaN });

function memory({ folder }: Place): Measure {
  return async (command) => ({ wallMs: NaN, cpuMs: NaN, mb: await peakMemory(command, folder) });
}

interface Pass {
  readonly tool: Contestant;
  readonly measure: Measure;
  readonly idleRuns: number;
}

/** All tasks once, on a database of its own. */
function onePass(place: Place, dialect: DialectName, pass: Pass): Promise<readonly Sample[]> {
  const { tool, measure, idleRuns } = pass;
  return onEmpty(place, dialect, async (target) => {
    const { up, down } = tool.prepare(place.folder, target);
    const samples: Sample[] = [];
    const add = (task: Task, measured: Measured) => samples.push({ tool: tool.name, task, ...measured });
    add('up, first time', await measure(up));
    for (let run = 0; run < idleRuns; run += 1) add('up, nothing to do', await measure(up));
    const parts: Measured[] = [];
    for (const command of down) parts.push(await measure(command));
    add('down base', oneAfterTheOther(parts));
    return samples;
  });
}

function oneAfterTheOther(parts: readonly Measured[]): Measured {
  const sum = (name: keyof Measured) => parts.reduce((total, { [name]: value }) => total + value, 0);
  return { wallMs: sum('wallMs'), cpuMs: sum('cpuMs'), mb: Math.max(...parts.map(({ mb }) => mb)) };
}

function medians(samples: readonly Sample[], tool: string, task: Task): Row['cells'][number] {
  const own = samples.filter((sample) => sample.tool === tool && sample.task === task);
  const median = (name: keyof Measured) =>
    middle(own.map(({ [name]: value }) => value).filter((value) => !Number.isNaN(value)));
  return { tool, wallMs: median('wallMs'), cpuMs: median('cpuMs'), mb: median('mb') };
}

function shown(row: Row, names: readonly string[]): string[] {
  const { dialect, task, cells } = row;
  const cellOf = (name: string) => cells.find(({ tool }) => tool === name);
  const texts = names.map((name) => {
    const cell = cellOf(name);
    return cell
      ? `${cell.wallMs.toFixed(0)} (${cell.cpuMs.toFixed(0)}) ${cell.mb.toFixed(0)} MB`
      : 'left out';
  });
  const [ours, typeorm, fastest] = [cellOf(OURS), cellOf(TYPEORM), fastestOf(row)];
  const ratio = (name: 'wallMs' | 'cpuMs') =>
    ours && typeorm ? (ours[name] / typeorm[name]).toFixed(2) : '';
  const gap = ours && fastest ? `${(ours.wallMs / fastest.wallMs).toFixed(2)} ${fastest.tool}` : 'no peer';
  return [dialect, task, ...texts, ratio('wallMs'), ratio('cpuMs'), gap];
}

function fastestOf({ cells }: Row): Fastest | undefined {
  const peers = cells.filter(({ tool }) => tool !== OURS && tool !== TYPEORM);
  return [...peers].sort((a, b) => a.wallMs - b.wallMs)[0];
}

function fastestAtRest(rows: readonly Row[]): Fastest | undefined {
  const row = rows.find(({ task }) => task === 'up, nothing to do');
  return row && fastestOf(row);
}
