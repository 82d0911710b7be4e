import { messageOf } from '../src/errors/base.js';
import { migrations } from '../src/migrations/index.js';
import type { Build } from './migrate-build.js';
import { installedVersions, installPeers } from './migrate-installed.js';
import { middle, onEmpty, type DialectName, type Place } from './migrate-databases.js';
import { peakMemory, usageOf, type Command } from './migrate-process.js';
import { contestants, OURS, peersFound, TYPEORM, type Contestant } from './migrate-tools.js';
import { ROUNDS } from './targets.js';
import { printTable } from './table.js';

/** How often `up` with nothing to do is run in each round. */
const IDLE_RUNS = 2;

export const FIRST = 'up, first time';
export const IDLE = 'up, nothing to do';
export const BASE = 'down base';

/** What one tool needed for one task; NaN is what was not measured in that pass. */
interface Measured {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly mb: number;
}

interface Sample extends Measured {
  readonly tool: string;
  readonly task: string;
}

/** Medians of one task on one database. */
export interface Row {
  readonly dialect: DialectName;
  readonly task: string;
  readonly cells: readonly Cell[];
}

/** Medians of one tool. */
export interface Cell extends Measured {
  readonly tool: string;
}

/** The fastest tool besides ours and TypeORM's, at `up` with nothing to do. */
export interface Fastest {
  readonly tool: string;
  readonly wallMs: number;
}

/** What whole processes need. */
export interface Commands {
  readonly rows: readonly Row[];
  readonly fastest: Readonly<Record<DialectName, Fastest | undefined>>;
}

/** Whole processes, from start to end; prints time, memory and ratios. */
export async function benchCommands(place: Place, build: Build): Promise<Commands> {
  process.stdout.write(
    `\nWhole processes: wall and processor time, ms, medians of ${ROUNDS} runs in turns (nothing to do: ${ROUNDS * IDLE_RUNS}), and peak memory\n`,
  );
  installPeers();
  process.stdout.write(
    `${peersFound()}; installed for the bench: ${installedVersions().join(', ') || 'none'}\n`,
  );
  const tools = contestants(build);
  const sqlite = await rowsOf(place, 'sqlite', tools);
  const postgres = await rowsOf(place, 'postgres', tools);
  const names = tools.map(({ name }) => name);
  const rows = [...sqlite, ...postgres];
  printTable(
    ['database', 'command', ...names, 'ours / TypeORM CLI', 'on processor', 'ours / fastest peer'],
    rows.map((row) => shown(row, names)),
  );
  process.stdout.write(
    `TypeORM CLI and dbmate revert one revision a call: down base is ${migrations.length} processes; in a transaction, so without CONCURRENTLY, where ours says it\n`,
  );
  return { rows, fastest: { sqlite: fastestAtRest(sqlite), postgres: fastestAtRest(postgres) } };
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
      process.stdout.write(
        `${tool.name} fails on ${dialect} and is left out: ${reasonIn(messageOf(error))}\n`,
      );
    }
  }
  for (let round = 0; round < ROUNDS; round += 1)
    for (const tool of rotated(able, round))
      samples.push(...(await onePass(place, dialect, { tool, measure: time, idleRuns: IDLE_RUNS })));
  return [...new Set(samples.map(({ task }) => task))].map((task) => ({
    dialect,
    task,
    cells: able.flatMap(({ name }) => medians(samples, name, task)),
  }));
}

/** Of all that a failed tool printed, the first line of the error. */
function reasonIn(message: string): string {
  const lines = message.split('\n');
  return lines.find((line) => /^error/i.test(line)) ?? lines.at(-1) ?? message;
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
    const { up, down, more = {} } = tool.prepare(place.folder, target);
    const samples: Sample[] = [];
    const add = (task: string, measured: Measured) => samples.push({ tool: tool.name, task, ...measured });
    add(FIRST, await measure(up));
    for (let run = 0; run < idleRuns; run += 1) add(IDLE, await measure(up));
    for (const [task, command] of Object.entries(more)) add(task, await measure(command));
    if (down.length === 0) return samples;
    const parts: Measured[] = [];
    for (const command of down) parts.push(await measure(command));
    add(BASE, oneAfterTheOther(parts));
    return samples;
  });
}

function oneAfterTheOther(parts: readonly Measured[]): Measured {
  const sum = (name: keyof Measured) => parts.reduce((total, { [name]: value }) => total + value, 0);
  return { wallMs: sum('wallMs'), cpuMs: sum('cpuMs'), mb: Math.max(...parts.map(({ mb }) => mb)) };
}

function medians(samples: readonly Sample[], tool: string, task: string): readonly Cell[] {
  const own = samples.filter((sample) => sample.tool === tool && sample.task === task);
  if (own.length === 0) return [];
  const median = (name: keyof Measured) =>
    middle(own.map(({ [name]: value }) => value).filter((value) => !Number.isNaN(value)));
  return [{ tool, wallMs: median('wallMs'), cpuMs: median('cpuMs'), mb: median('mb') }];
}

function shown(row: Row, names: readonly string[]): string[] {
  const { dialect, task } = row;
  const texts = names.map((name) => {
    const cell = cellOf(row, name);
    return cell ? `${cell.wallMs.toFixed(0)} (${cell.cpuMs.toFixed(0)}) ${cell.mb.toFixed(0)} MB` : '-';
  });
  const [ours, typeorm, fastest] = [cellOf(row, OURS), cellOf(row, TYPEORM), fastestOf(row)];
  const ratio = (name: 'wallMs' | 'cpuMs') =>
    ours && typeorm ? (ours[name] / typeorm[name]).toFixed(2) : '';
  const gap = ours && fastest ? `${(ours.wallMs / fastest.wallMs).toFixed(2)} ${fastest.tool}` : 'no peer';
  return [dialect, task, ...texts, ratio('wallMs'), ratio('cpuMs'), gap];
}

/** What one tool needed. */
export function cellOf({ cells }: Row, name: string): Cell | undefined {
  return cells.find(({ tool }) => tool === name);
}

/** The fastest tool besides ours and TypeORM's. */
export function fastestOf({ cells }: Row): Cell | undefined {
  const peers = cells.filter(({ tool }) => tool !== OURS && tool !== TYPEORM);
  return [...peers].sort((a, b) => a.wallMs - b.wallMs)[0];
}

function fastestAtRest(rows: readonly Row[]): Fastest | undefined {
  const row = rows.find(({ task }) => task === IDLE);
  return row && fastestOf(row);
}
