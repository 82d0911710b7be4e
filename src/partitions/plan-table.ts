/** Decides what is to be done with the partitions of one table; changes nothing. */

import type { LiveTable, NewPartition, PartitionMove, PartitionWork } from '../databases/partitioning.js';
import type { Keeping } from './keeping.js';
import { differing, needsOf, type NameOf, type PartitionRefusal, type TableNeeds } from './plan-keeping.js';
import { movesOfFirst, movesOfRest, NO_MOVES } from './plan-moves.js';
import { ROWS_COUNTED } from './read-partitions.js';

/** What was done with the partitions of a table. */
export interface KeptTable {
  readonly table: string;
  /** Names of partitions that were made, dropped and detached. */
  readonly made: readonly string[];
  readonly dropped: readonly string[];
  readonly detached: readonly string[];
  /** Rows that were moved into other partitions. */
  readonly moved: number;
  /** What was not done, and why. */
  readonly refused: readonly PartitionRefusal[];
  /** What keeps the table in place of this package. */
  readonly leftTo?: 'pg_partman';
  /** Of a plan: what would be run. */
  readonly statements?: readonly string[];
}

/** A table of which nothing was done. */
export function untouched(table: string): KeptTable {
  return { table, made: [], dropped: [], detached: [], moved: 0, refused: [] };
}

/** Needs, and the rows that are moved first. */
interface Decided extends TableNeeds {
  readonly moves: readonly PartitionMove[];
}

/** What a table needs, the rows of its default partition counted. */
export async function decide(keeping: Keeping): Promise<Decided> {
  const { live, policy, moveDefault, splitFirst } = keeping;
  const named = nameOf(keeping);
  const needs = needsOf(live, policy, named);
  if (needs.refusals.length > 0) return { ...needs, moves: [] };
  const ofFirst = splitFirst ? await movesOfFirst(keeping, named) : NO_MOVES;
  const ofRest = moveDefault ? await movesOfRest(keeping, named) : NO_MOVES;
  const moves = [...ofRest.moves, ...ofFirst.moves];
  const isMade = ({ name }: NewPartition) => moves.some(({ into }) => into.some((one) => one.name === name));
  const make = needs.make.filter((one) => !isMade(one));
  const left = live.rest && !moveDefault ? await inTheWay(keeping, make) : [];
  return { ...needs, make, moves, refusals: [...left, ...ofRest.refusals, ...ofFirst.refusals] };
}

/** Says which rows of the default partition keep the new ones from being made. */
async function inTheWay(
  { session, partitioning, live }: Keeping,
  make: readonly NewPartition[],
): Promise<readonly PartitionRefusal[]> {
  const refusals: PartitionRefusal[] = [];
  for (const partition of make) {
    const count = await partitioning.countRest(session, live, { most: ROWS_COUNTED, period: partition });
    if (count > 0) refusals.push(rowsInTheWay(live, partition.name, count));
  }
  return refusals;
}

function rowsInTheWay({ table, rest }: LiveTable, partition: string, count: number): PartitionRefusal {
  const number = count > ROWS_COUNTED ? `over ${ROWS_COUNTED}` : String(count);
  const rows = count === 1 ? '1 row that belongs' : `${number} rows that belong`;
  return {
    object: partition,
    reason: 'default-rows',
    message:
      `The default partition ${rest?.name ?? ''} has ${rows} into ${partition}. Nothing was changed in ${table}. ` +
      'To move them: npm run -s db -- partitions keep --move-default',
  };
}

function nameOf({ partitioning, live, policy }: Keeping): NameOf {
  return (lower) => partitioning.nameOf(live, policy.every, lower);
}

/** A table that is not kept at all, with the reason; undefined for one that is. */
export function leftAlone(keeping: Keeping): KeptTable | undefined {
  const { live } = keeping;
  if (live.keeper === 'pg_partman') return { ...untouched(live.table), leftTo: live.keeper };
  const refusal = refusalOf(keeping);
  return refusal && { ...untouched(live.table), refused: [refusal] };
}

function refusalOf({ live, declared }: Keeping): PartitionRefusal | undefined {
  if (live.keeper === 'hidden')
    return {
      object: live.table,
      reason: 'hidden',
      message: `pg_partman is installed, and this role may not read its table part_config, which lists the tables that it keeps. Nothing was changed in ${live.table}. Grant SELECT on part_config, and USAGE on its schema, to this role.`,
    };
  return differing(live, declared.partition);
}

/** What keeping a table would do. */
export async function planTable(keeping: Keeping): Promise<KeptTable> {
  const { live, partitioning, detach } = keeping;
  const left = leftAlone(keeping);
  if (left) return { ...left, statements: [] };
  const { make, moves, old, refusals } = await decide(keeping);
  const clear = live.isMoving ? [partitioning.clearMove(live)] : [];
  const nothing = untouched(live.table);
  if (refusals.length > 0) return { ...nothing, refused: refusals, statements: sqlOf(clear) };
  const away = old.map((one) => (detach ? partitioning.detach(live, one) : partitioning.drop(live, one)));
  const names = old.map(({ name }) => name);
  const moving: PartitionWork[] = [];
  for (const move of moves) moving.push(...(await partitioning.planMove(keeping.session, live, move)));
  return {
    ...nothing,
    made: [...moves.flatMap(({ into }) => into), ...make].map(({ name }) => name),
    ...(detach ? { detached: names } : { dropped: names }),
    statements: sqlOf([...clear, ...moving, ...make.map((one) => partitioning.make(live, one)), ...away]),
  };
}

/** As a person may send them by hand. */
function sqlOf(works: readonly PartitionWork[]): readonly string[] {
  return works.flatMap(({ transaction, statements }) =>
    transaction && statements.length > 1 ? ['BEGIN', ...statements, 'COMMIT'] : statements,
  );
}
