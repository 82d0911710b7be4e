/** Proves that revisions make the same schema with later stamps. Writes nothing: that is write/rebase-files.ts. */

import type { DataSource } from 'typeorm';
import { databaseNamed, type DialectName } from '../databases/registry.js';
import { GenerateError, messageOf } from '../errors/base.js';
import { GenerateAbortedError, RebaseRefusedError, SnapshotStaleError } from '../errors/generate.js';
import { migrateDown, migrateUp } from '../migrator/migrate.js';
import { listRevisions, stampOf } from '../migrator/revision.js';
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
}

/**
 * The revisions of the group of a revision, with new stamps after all others; none where the group is the newest
 * already. One change may need several consecutive revisions: their stamps follow each other by one.
 *
 * @param ids of all revisions, oldest first
 * @param stamp of the first of the group, at least
 */
export function movesOf(id: string, ids: readonly string[], stamp: number): readonly Move[] {
  const at = ids.indexOf(id);
  const follows = (index: number) => stampOf(ids[index] ?? '') === stampOf(ids[index - 1] ?? '') + 1;
  let [first, last] = [at, at];
  while (first > 0 && follows(first)) first -= 1;
  while (last + 1 < ids.length && follows(last + 1)) last += 1;
  const head = ids.at(-1) ?? id;
  if (last === ids.length - 1) return [];
  const start = Math.max(stamp, stampOf(head) + GAP_MS);
  return ids.slice(first, last + 1).map((from, index) => ({ from, to: restamped(from, start + index) }));
}

function restamped(id: string, stamp: number): string {
  return `${id.slice(0, -String(stampOf(id)).length)}${stamp}`;
}

/**
 * Runs the revisions in the new order on scratch databases: they make the schema of the entities, or else that of the
 * former order, and the way down of the moved ones gives back the schema before them. On SQLite the former order may
 * have made another schema: a rebuild that one branch wrote does not know the columns of the other.
 *
 * @returns the snapshot at the new head
 * @throws RebaseRefusedError, GenerateError, ScratchDatabaseError, WrongScratchDatabaseError, GenerateAbortedError
 */
export async function proveRebase(request: CompareRequest, moves: readonly Move[]): Promise<Snapshot> {
  const { settings, sources, folder, signal } = request;
  const snapshot = await readableSnapshot(folder);
  try {
    return await withScratchDatabases({ settings, sources, signal }, async (databases) => {
      const schemas: [DialectName, DialectReading['from']][] = [];
      let head: string | null = null;
      for (const dialect of databases.dialects) {
        const reading = await proveOn(databases, dialect, { moves, snapshot, signal });
        schemas.push([dialect, withoutParts(reading.from, reading.kept)]);
        head = reading.revisions.at(-1) ?? null;
      }
      return { head, schemas: Object.fromEntries(schemas) };
    });
  } catch (error) {
    throw signal?.aborted ? new GenerateAbortedError() : error;
  }
}

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

async function proveOn(
  databases: ScratchDatabases,
  dialect: DialectName,
  { moves, snapshot, signal }: Proving,
): Promise<DialectReading> {
  const input = { snapshot, words: NO_CONFIRMATIONS, signal };
  const reading = await databases.lend(dialect, [], async (dataSource) => {
    moveIn(dataSource, moves);
    const target = lastBefore(dataSource, moves);
    const title = databaseNamed(dialect).title;
    await running(title, async () => migrateUp(dataSource, { target, ...(signal ? { signal } : {}) }));
    const former = await catalogOf(dataSource);
    const found = await running(title, () => readDialect(dataSource, input));
    const full = await catalogOf(dataSource);
    await running(title, () => migrateDown(dataSource, { target }));
    const back = compareAfterDown(former, await catalogOf(dataSource));
    assertSame(moves, `down does not give back the former schema (${title})`, back);
    await running(title, () => migrateUp(dataSource));
    const again = compareCatalogs(full, await catalogOf(dataSource));
    assertSame(moves, `up after down gives another schema (${title})`, again);
    return found;
  });
  if (reading.changes.length > 0)
    await assertSameAsBefore(moves, reading, () =>
      databases.lend(dialect, [], (dataSource) => readDialect(dataSource, input)),
    );
  return reading;

  /** A failure in the new order is a reason to refuse. */
  async function running<T>(title: string, step: () => Promise<T>): Promise<T> {
    try {
      return await step();
    } catch (error) {
      if (signal?.aborted) throw error;
      const problem = `the revisions do not run in the new order (${title})`;
      throw new RebaseRefusedError(idsOf(moves), problem, [messageOf(error)]);
    }
  }
}

/** An instance of a migration class may have another name, which TypeORM and the migrator read first. */
function moveIn({ migrations }: DataSource, moves: readonly Move[]): void {
  const to = new Map(moves.map((move) => [move.from, move.to]));
  for (const migration of migrations) {
    const name = to.get(migration.name ?? migration.constructor.name);
    if (name !== undefined) Object.defineProperty(migration, 'name', { value: name });
  }
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
