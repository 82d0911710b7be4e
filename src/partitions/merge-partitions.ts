/** Makes one partition of all partitions of a table. */

import type { DataSource } from 'typeorm';
import type { LiveTable, NamedPath } from '../databases/partitioning.js';
import { databaseOf } from '../databases/registry.js';
import { UsageError } from '../errors/base.js';
import { describeTables } from '../metadata/describe.js';
import { managedEntities } from '../metadata/managed.js';
import { onConnection } from '../migrator/connections.js';
import { projectOf } from '../migrator/state.js';
import { NAME_BYTES, truncated } from '../sql/identifiers.js';
import { quotePath } from '../sql/quote.js';
import { carriedOut, retried, type Trying } from './attempts.js';
import type { KeepReport } from './keep-partitions.js';
import { asOnlyKeeper } from './one-keeper.js';
import type { PartitionRefusal } from './plan-keeping.js';
import { movesOfAll } from './plan-moves.js';
import { untouched, type KeptTable } from './plan-table.js';

/**
 * Moves the rows of all partitions by time of a table into one, in batches, while applications read and write. Then the
 * table can become plain in a moment. Its entity may declare partitions or not.
 *
 * @param table by its name in the schema of the entities, or with its schema
 * @param signal ends it between two statements
 * @throws UsageError for a table that no entity has, or that is not partitioned by time; StandbyError, LockLostError,
 *   ConnectError
 */
export async function mergePartitions(
  dataSource: DataSource,
  table: string,
  signal?: AbortSignal,
): Promise<KeepReport> {
  const database = databaseOf(dataSource);
  const { partitioning } = database;
  const schema = database.defaultSchema(dataSource);
  const tables = describeTables(dataSource, managedEntities(dataSource));
  const named = tables.find(({ name }) => name === table || `${schema}.${name}` === table);
  if (!named || !partitioning)
    throw new UsageError(`partitions merge: no entity has a table "${table}" that can be partitioned`);
  const { name } = named;
  const path = quotePath(name.includes('.') ? name : `${schema}.${name}`);
  const project = projectOf(dataSource);
  return onConnection(dataSource, async (session) => {
    const merge = (own: AbortSignal) =>
      merged({ session, partitioning, dialect: project.dialect, signal: own }, { name, path });
    const result = await asOnlyKeeper({ session, project }, signal, merge);
    if (!('done' in result)) return { status: 'busy', holder: result.holder, tables: [], expired: [] };
    const status = result.done.refused.length > 0 ? 'incomplete' : 'kept';
    return { status, tables: [result.done], expired: [] };
  });
}

async function merged(trying: Omit<Trying, 'live'>, named: NamedPath): Promise<KeptTable> {
  const live = await readTable(trying, named);
  const nothing = untouched(named.name);
  if (live.keeper !== undefined) return { ...nothing, refused: [kept(live)] };
  const own = { ...trying, live };
  if (live.isMoving) await retried(own, trying.partitioning.clearMove(live));
  const { moves, refusals } = await movesOfAll(own, nameFor(live));
  const [move] = moves;
  if (!move || refusals.length > 0) return { ...nothing, refused: refusals };
  const { made, rows, refused } = await carriedOut(own, move);
  return { ...nothing, made, moved: rows, refused: refused ? [refused] : [] };
}

async function readTable(
  { partitioning, session }: Omit<Trying, 'live'>,
  named: NamedPath,
): Promise<LiveTable> {
  const [live] = await partitioning.read(session, [named]);
  if (!live || !isByTime(live))
    throw new UsageError(`partitions merge: ${named.name} is not partitioned by time in this database`);
  return live;
}

function isByTime({ strategy, key, partitions }: LiveTable): boolean {
  const areMoments = partitions.every(({ lower, upper }) => !Number.isNaN(lower) && !Number.isNaN(upper));
  return strategy === 'range' && key.length === 1 && key[0] !== null && areMoments;
}

function kept({ table, keeper }: LiveTable): PartitionRefusal {
  const message =
    keeper === 'hidden'
      ? `pg_partman may keep ${table}: this role may not read its table part_config. Nothing was changed in ${table}. Grant SELECT on part_config, and USAGE on its schema, to this role.`
      : `pg_partman keeps ${table}. Nothing was changed in it. Remove it from part_config first.`;
  return { object: table, reason: 'hidden', message };
}

/** A first partition without a lower bound keeps its name. */
function nameFor({ name, partitions }: LiveTable): string {
  const first = partitions.find(({ lower }) => lower === -Infinity);
  return first?.name ?? `${truncated(name, NAME_BYTES - BEFORE.length)}${BEFORE}`;
}

const BEFORE = '_before';
