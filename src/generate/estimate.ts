/** How long a change takes on a live database, and how much disk: measured on a scratch database, with copied rows. */

import type { MeasuredRevision, MeasuredWork, TableSample } from '../databases/estimating.js';
import type { DialectName } from '../databases/registry.js';
import { withSession } from '../migrator/connections.js';
import type { Session } from '../databases/session.js';
import type { ScratchDatabases } from '../scratch/scratch-databases.js';
import type { Work } from '../sql/statement.js';
import type { DialectReading } from './compare/compare-on-scratch.js';
import { toHead } from './compare/to-head.js';
import type { RevisionPart } from './plan/revision-part.js';
import { oneLine } from '../text/one-line.js';

/** What one statement is going to take. */
export interface EstimatedWork {
  readonly revision: string;
  readonly kind: Work['kind'];
  /** Of the column, the index or the constraint. */
  readonly name: string;
  /** Rows of the table; null where it could not be measured. */
  readonly rowsPerSecond: number | null;
  readonly seconds: number | null;
  /** Disk that it needs. A backfill writes each row again; vacuum makes room of the former ones for later rows. */
  readonly bytes: number | null;
  /** Only where it could not be measured: why. */
  readonly problem?: string;
}

/** A table, and what the change does with all of its rows. */
export interface EstimatedTable {
  /** As SQL. */
  readonly table: string;
  /** About how many; null where the database has no such table. */
  readonly rows: number | null;
  /** With its indexes. */
  readonly bytes: number | null;
  /** Rows that were copied. */
  readonly sampled: number;
  readonly steps: readonly EstimatedWork[];
}

/** Tables in the order in which the change comes to them. */
export interface Estimate {
  readonly tables: readonly EstimatedTable[];
  /** Of all that could be measured. */
  readonly seconds: number;
  readonly bytes: number;
}

/** A revision, not written yet. */
interface Planned {
  readonly id: string;
  readonly part: RevisionPart;
}

/** Where to look and where to measure. */
interface Places {
  /** Only read. */
  readonly live: Session;
  readonly databases: ScratchDatabases;
  readonly readings: readonly DialectReading[];
}

/** The estimate where there is a live database. */
export async function estimated(
  { live, ...places }: Omit<Places, 'live'> & { readonly live: Session | undefined },
  revisions: readonly Planned[],
): Promise<{ readonly estimate?: Estimate }> {
  return live ? { estimate: await estimateOn({ ...places, live }, revisions) } : {};
}

/** Estimates the revisions of the live database's dialect. */
async function estimateOn(
  { live, databases, readings }: Places,
  revisions: readonly Planned[],
): Promise<Estimate> {
  const reading = readings.find(({ dialect }) => dialect === live.place.dialect);
  const estimator = reading?.planner.estimator;
  const own = revisions.map(({ id, part }) => ({ id, ...upOf(part, live.place.dialect) }));
  const works = own.flatMap(({ statements }) => statements.flatMap(({ work }) => work ?? []));
  const tables = [...new Set(works.map(({ table }) => table))];
  if (!reading || !estimator || tables.length === 0) return { tables: [], seconds: 0, bytes: 0 };
  const samples: TableSample[] = [];
  for (const table of tables) {
    const sample = await estimator.sample(live, table);
    if (sample) samples.push(sample);
  }
  const measured = await databases.lendAtHead(
    reading.dialect,
    { more: [], toHead: (dataSource) => toHead(dataSource, {}) },
    (dataSource) => withSession(dataSource, (scratch) => estimator.measure(scratch, samples, own)),
  );
  return estimateOf(tables, samples, measured.filter(isFirst));
}

/** What was validated in expand takes a moment in contract. */
function isFirst({ kind, table, name }: MeasuredWork, index: number, all: readonly MeasuredWork[]): boolean {
  return all.findIndex((one) => one.kind === kind && one.table === table && one.name === name) === index;
}

function upOf({ groups, transaction }: RevisionPart, dialect: string): Omit<MeasuredRevision, 'id'> {
  const { up } = groups[dialect as DialectName];
  return { transaction, statements: up.flatMap(({ statements }) => statements) };
}

/** In proportion to the rows. Pure. */
export function estimateOf(
  names: readonly string[],
  samples: readonly Omit<TableSample, 'lines' | 'columns' | 'indexes'>[],
  measured: readonly MeasuredWork[],
): Estimate {
  const tables = names.map((table): EstimatedTable => {
    const own = measured.filter((one) => one.table === table);
    const sample = samples.find((one) => one.table === table);
    const steps = own.map((one) => stepOf(one, sample?.rows));
    const sampled = own[0]?.rows ?? 0;
    return { table, rows: sample?.rows ?? null, bytes: sample?.bytes ?? null, sampled, steps };
  });
  const total = (of: 'seconds' | 'bytes') =>
    tables.flatMap(({ steps }) => steps).reduce((sum, step) => sum + (step[of] ?? 0), 0);
  return { tables, seconds: tenths(total('seconds')), bytes: total('bytes') };
}

function stepOf(
  { revision, kind, name, rows, ms, bytes, problem }: MeasuredWork,
  live: number | undefined,
): EstimatedWork {
  const of = { revision, kind, name };
  if (live === 0) return { ...of, rowsPerSecond: null, seconds: 0, bytes: 0 };
  const why =
    live === undefined
      ? 'the database has no such table'
      : (problem ?? (rows === 0 ? 'no row of it could be copied' : undefined));
  if (live === undefined || ms === null || why !== undefined)
    return { ...of, rowsPerSecond: null, seconds: null, bytes: null, problem: oneLine(why ?? 'it failed') };
  const [seconds, scale] = [Math.max(ms, 0.1) / 1000, live / rows];
  return {
    ...of,
    rowsPerSecond: Math.round(rows / seconds),
    seconds: tenths(seconds * scale),
    bytes: Math.round(bytes * scale),
  };
}

function tenths(seconds: number): number {
  return Math.round(seconds * 10) / 10;
}
