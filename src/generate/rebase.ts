/** Proves that revisions make the same schema with later stamps. Writes nothing: that is write/rebase-files.ts. */

import type { DataSource, MigrationInterface } from 'typeorm';
import { databaseNamed, databaseOf, type DialectName } from '../databases/registry.js';
import { GenerateError, messageOf } from '../errors/base.js';
import { GenerateAbortedError, RebaseRefusedError, SnapshotStaleError } from '../errors/generate.js';
import { migrateDown, migrateUp } from '../migrator/migrate.js';
import { isPlain, listRevisions, stampOf, type KnownRevision } from '../migrator/revision.js';
import { describeChange } from '../schema/describe-change.js';
import { diff } from '../schema/diff.js';
import { normalise } from '../schema/normalise.js';
import { withoutParts } from '../schema/undeclared.js';
import { withScratchDatabases, type ScratchDatabases } from '../scratch/scratch-databases.js';
import { readDialect, type DialectReading } from './compare/compare-on-scratch.js';
import { readSnapshot, type Snapshot } from './compare/snapshot.js';
import { NO_CONFIRMATIONS } from './confirm/confirmations.js';
import type { CompareRequest } from './propose.js';
import { compareAfterDown, compareCatalogs, readRawCatalog } from './verify/raw-catalog.js';
import { GAP_MS } from './write/write-revisions.js';

/** A revision, and its id with the new stamp. */
export interface Move {
  readonly from: string;
  readonly to: string;
  /** Whether it is a class in TypeORM's own style. */
  readonly isPlain: boolean;
}

/** What the proof gives. */
interface ProvedRebase {
  /** At the new head. */
  readonly snapshot: Snapshot;
  /** What is not proved. */
  readonly warnings: readonly string[];
}

/**
 * The revisions of the group of a revision, with new stamps after all others; none where the group is the newest
 * already. One change may need several consecutive revisions: their stamps follow each other by one. A class in
 * TypeORM's own style is alone.
 *
 * @param known all revisions, oldest first
 * @param stamp of the first of the group, at least
 */
export function movesOf(id: string, known: readonly KnownRevision[], stamp: number): readonly Move[] {
  const at = known.findIndex((one) => one.id === id);
  let [first, last] = [at, at];
  while (isOfGroup(known[first - 1], known[first])) first -= 1;
  while (isOfGroup(known[last], known[last + 1])) last += 1;
  if (last === known.length - 1) return [];
  const start = Math.max(stamp, (known.at(-1)?.stamp ?? 0) + GAP_MS);
  return known.slice(first, last + 1).map((one, index) => ({
    ...{ from: one.id, to: restamped(one.id, start + index) },
    isPlain: isPlain(one),
  }));
}

function isOfGroup(one: KnownRevision | undefined, next: KnownRevision | undefined): boolean {
  return one !== undefined && next?.stamp === one.stamp + 1 && !isPlain(one) && !isPlain(next);
}

function restamped(id: string, stamp: number): string {
  return `${id.slice(0, -String(stampOf(id)).length)}${stamp}`;
}

/**
 * Runs the revisions in the new order on scratch databases: they make the schema of the entities, or else that of the
 * former order, and the way down of the moved ones gives back the schema before them. On SQLite the former order may
 * have made another schema: a rebuild that one branch wrote does not know the columns of the other.
 *
 * The way down of a class in TypeORM's own style may be one that never worked: then it need not work in the new place.
 *
 * @throws RebaseRefusedError, GenerateError, ScratchDatabaseError, WrongScratchDatabaseError, GenerateAbortedError
 */
export async function proveRebase(request: CompareRequest, moves: readonly Move[]): Promise<ProvedRebase> {
  const { settings, sources, folder, signal } = request;
  const snapshot = await readableSnapshot(folder);
  try {
    return await withScratchDatabases({ settings, sources, signal }, async (databases) => {
      const schemas: [DialectName, DialectReading['from']][] = [];
      const warnings = moves.filter((one) => one.isPlain).map(({ from }) => `${from}: ${ROWS}`);
      let head: string | null = null;
      for (const dialect of databases.dialects) {
        const { reading, warning } = await proveOn(databases, dialect, { moves, snapshot, signal });
        schemas.push([dialect, withoutParts(reading.from, reading.kept)]);
        head = reading.revisions.at(-1) ?? null;
        if (warning !== undefined) warnings.push(warning);
      }
      const { phases, numbers } = snapshot ?? {};
      const mark = { ...(phases ? { phases } : {}), ...(numbers ? { numbers } : {}) };
      return { snapshot: { head, ...mark, schemas: Object.fromEntries(schemas) }, warnings };
    });
  } catch (error) {
    throw signal?.aborted ? new GenerateAbortedError() : error;
  }
}

const ROWS = 'a class of TypeORM; what it does to rows is not proved. Read it';

/** It only names the tables of former entities; after a merge git may have left it unreadable. */
async function readableSnapshot(folder: string): Promise<Snapshot | undefined> {
  try {
    return await readSnapshot(folder);
  } catch (error) {
    if (error instanceof SnapshotStaleError) return undefined;
    throw error;
  }
}

interface Proving extends Pick<CompareRequest, 'signal'> {
  readonly moves: readonly Move[];
  readonly snapshot: Snapshot | undefined;
}

/** The schema in the new order, and what is not proved about it. */
interface ProvedOn {
  readonly reading: DialectReading;
  readonly warning: string | undefined;
}

async function proveOn(
  databases: ScratchDatabases,
  dialect: DialectName,
  proving: Proving,
): Promise<ProvedOn> {
  const { moves, snapshot, signal } = proving;
  const { title } = databaseNamed(dialect);
  const { reading, broken } = await databases.lend(dialect, [], (dataSource) =>
    moved(dataSource, moves, () => walkOn(dataSource, proving)),
  );
  if (reading.changes.length > 0)
    await assertSameAsBefore(moves, reading, () =>
      databases.lend(dialect, [], (dataSource) =>
        readDialect(dataSource, { snapshot, words: NO_CONFIRMATIONS, signal }),
      ),
    );
  if (broken.length === 0) return { reading, warning: undefined };
  const isToo = await databases.lend(dialect, [], (dataSource) => isBrokenToo(dataSource, moves));
  if (!isToo) assertSame(moves, `down does not give back the former schema (${title})`, broken);
  return { reading, warning: `${title}: the way down is not proved, since it fails in its former place too` };
}

/** Runs the new order up, down and up again. @returns what is wrong with the way down, too */
async function walkOn(
  dataSource: DataSource,
  proving: Proving,
): Promise<{ readonly reading: DialectReading; readonly broken: readonly string[] }> {
  const { moves, snapshot, signal } = proving;
  const { title } = databaseOf(dataSource);
  const running = <T>(step: () => Promise<T>) => inNewOrder(proving, title, step);
  const target = lastBefore(dataSource, moves);
  await running(() => migrateUp(dataSource, { target, ...(signal ? { signal } : {}) }));
  const former = await catalogOf(dataSource);
  const reading = await running(() => readDialect(dataSource, { snapshot, words: NO_CONFIRMATIONS, signal }));
  const full = await catalogOf(dataSource);
  const broken = await running(() => wayDown(dataSource, target, { former, isPlain: arePlain(moves) }));
  if (broken.length > 0) return { reading, broken };
  await running(() => migrateUp(dataSource));
  const again = compareCatalogs(full, await catalogOf(dataSource));
  assertSame(moves, `up after down gives another schema (${title})`, again);
  return { reading, broken };
}

function arePlain(moves: readonly Move[]): boolean {
  return moves.every((move) => move.isPlain);
}

/** A failure in the new order is a reason to refuse. */
async function inNewOrder<T>({ moves, signal }: Proving, title: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (signal?.aborted) throw error;
    const problem = `the revisions do not run in the new order (${title})`;
    throw new RebaseRefusedError(idsOf(moves), problem, [messageOf(error)]);
  }
}

/** What differs from the former schema after the way down; a failure counts where the class is plain. */
async function wayDown(
  dataSource: DataSource,
  target: string,
  { former, isPlain: isTolerant }: { readonly former: readonly string[]; readonly isPlain: boolean },
): Promise<readonly string[]> {
  try {
    await migrateDown(dataSource, { target });
  } catch (error) {
    if (!isTolerant) throw error;
    return [messageOf(error)];
  }
  return compareAfterDown(former, await catalogOf(dataSource));
}

/** Whether the way down of a class in TypeORM's own style fails in its former place as well. */
async function isBrokenToo(dataSource: DataSource, moves: readonly Move[]): Promise<boolean> {
  if (!arePlain(moves)) return false;
  const ids = listRevisions(dataSource).map(({ id }) => id);
  const before = ids[ids.indexOf(moves[0]?.from ?? '') - 1];
  if (before !== undefined) await migrateUp(dataSource, { target: before });
  const former = await catalogOf(dataSource);
  await migrateUp(dataSource, { target: moves.at(-1)?.from ?? '' });
  return (await wayDown(dataSource, before ?? 'base', { former, isPlain: true })).length > 0;
}

/**
 * Does something in the new order. An instance of a migration class may have another name, which TypeORM and the
 * migrator read first. TypeORM keeps one instance of a class for all DataSources, so the name goes back afterwards.
 */
async function moved<T>(
  { migrations }: DataSource,
  moves: readonly Move[],
  work: () => Promise<T>,
): Promise<T> {
  const undo = moves.flatMap(({ from, to }) =>
    migrations.filter((one) => (one.name ?? one.constructor.name) === from).map((one) => renamed(one, to)),
  );
  try {
    return await work();
  } finally {
    for (const step of undo) step();
  }
}

/** @returns undoes it */
function renamed(migration: MigrationInterface, name: string): () => void {
  const before = Object.getOwnPropertyDescriptor(migration, 'name');
  Object.defineProperty(migration, 'name', { value: name, configurable: true, writable: true });
  return () => {
    if (before) Object.defineProperty(migration, 'name', before);
    else Reflect.deleteProperty(migration, 'name');
  };
}

function lastBefore(dataSource: DataSource, moves: readonly Move[]): string {
  const moved = new Set(moves.map(({ to }) => to));
  const last = listRevisions(dataSource).findLast(({ id }) => !moved.has(id));
  if (!last) throw new GenerateError('There is no other revision.');
  return last.id;
}

async function catalogOf(dataSource: DataSource): Promise<readonly string[]> {
  const queryRunner = dataSource.createQueryRunner();
  try {
    return await readRawCatalog(queryRunner);
  } finally {
    await queryRunner.release();
  }
}

/** The entities differ, where a revision is missing; then the former order has to give the same schema. */
async function assertSameAsBefore(
  moves: readonly Move[],
  after: DialectReading,
  readBefore: () => Promise<DialectReading>,
): Promise<void> {
  const before = await readBefore();
  const differences = diff(normalise(before.from), normalise(after.from)).map(describeChange);
  const { title } = databaseNamed(after.dialect);
  assertSame(moves, `in the new order the schema differs (${title})`, differences);
}

function assertSame(moves: readonly Move[], problem: string, differences: readonly string[]): void {
  if (differences.length > 0) throw new RebaseRefusedError(idsOf(moves), problem, differences);
}

function idsOf(moves: readonly Move[]): readonly string[] {
  return moves.map(({ from }) => from);
}
