/** Which rows have to go to other partitions, and what is in the way of it. */

import type { LivePartition, LiveTable, NamedPath, PartitionMove } from '../databases/partitioning.js';
import { parseInterval } from '../schema/interval.js';
import { earlier, type Period } from '../schema/periods.js';
import {
  interrupted,
  isCovered,
  newPartitions,
  periodOf,
  wantedPeriods,
  type NameOf,
  type PartitionRefusal,
} from './plan-keeping.js';
import type { Keeping } from './keeping.js';

/** Moves of rows, or what is in the way of them. */
interface PlannedMoves {
  readonly moves: readonly PartitionMove[];
  readonly refusals: readonly PartitionRefusal[];
}

/** None. */
export const NO_MOVES: PlannedMoves = { moves: [], refusals: [] };

/** So many partitions one move makes at most: its last transaction attaches all of them. */
const MOST = 1000;

/** Moves the rows of the default partition that have a period of their own, up to the last one that is wanted. */
export async function movesOfRest(keeping: Keeping, nameOf: NameOf): Promise<PlannedMoves> {
  const { live } = keeping;
  const { rest } = live;
  if (!rest) return NO_MOVES;
  const { make: into, refusals } = newPartitions(live, await periodsInRest(keeping, rest), nameOf);
  if (into.length === 0) return { moves: [], refusals };
  const kept = [...uncopied(live), ...unlike(live, rest), ...(await losing(keeping, rest))];
  return { moves: [{ from: [rest], into }], refusals: [...refusals, ...kept] };
}

async function periodsInRest(
  { session, partitioning, live, policy }: Keeping,
  rest: NamedPath,
): Promise<readonly Period[]> {
  const periods: Period[] = [];
  const last = wantedPeriods(live, policy).at(-1)?.upper ?? live.now;
  let from = -Infinity;
  for (;;) {
    const moment = await partitioning.earliest(session, live, { partition: rest, from });
    if (moment === undefined || moment >= last) return periods;
    const period = periodOf(moment, policy);
    if (!isCovered(live, period)) periods.push(period);
    from = period.upper;
  }
}

/**
 * Divides a first partition without a lower bound into periods, from that of its first row that is to be kept. What is
 * before them stays a partition, so that each row that had a place still has one.
 */
export async function movesOfFirst(keeping: Keeping, nameOf: NameOf): Promise<PlannedMoves> {
  const { session, partitioning, live } = keeping;
  const first = live.partitions.find(({ lower }) => lower === -Infinity);
  if (!first || !Number.isFinite(first.upper)) return NO_MOVES;
  const earliest = await partitioning.earliest(session, live, { partition: first, from: -Infinity });
  if (earliest === undefined) return NO_MOVES;
  const periods = periodsUntil(Math.max(earliest, keptFrom(keeping)), first.upper, keeping);
  const [start] = periods;
  if (!start || (periods.length === 1 && earliest >= start.lower)) return NO_MOVES;
  const into = [
    { name: first.name, lower: -Infinity, upper: start.lower },
    ...periods.map((period) => ({ ...period, name: nameOf(period.lower) })),
  ];
  const refusals = [...(await immovable(keeping, [first])), ...tooMany(live, first, into.length)];
  return { moves: [{ from: [first], into }], refusals };
}

/** Without `keep`, all is kept. */
function keptFrom({ live: { now }, policy }: Keeping): number {
  const keep = policy.keep === null ? undefined : parseInterval(policy.keep);
  return keep ? periodOf(earlier(now, keep), policy).lower : -Infinity;
}

/** The periods from that of a moment up to a bound. They are not listed beyond what is too many. */
function periodsUntil(moment: number, upper: number, { policy }: Keeping): readonly Period[] {
  const periods: Period[] = [];
  for (let from = moment; from < upper && periods.length <= MOST; from = periods.at(-1)?.upper ?? upper) {
    const period = periodOf(from, policy);
    periods.push({ ...period, upper: Math.min(period.upper, upper) });
  }
  return periods;
}

function tooMany({ table }: LiveTable, { name }: LivePartition, count: number): readonly PartitionRefusal[] {
  if (count <= MOST) return [];
  return [
    {
      object: name,
      reason: 'many',
      message: `${name} would become more than ${MOST} partitions. Nothing was changed in ${table}. Specify a longer every, or a shorter keep, in the entity.`,
    },
  ];
}

/** All partitions become one, which takes all rows where there is a default partition, and those up to the last bound elsewhere. */
export async function movesOfAll(looking: Merging, name: string): Promise<PlannedMoves> {
  const { live } = looking;
  const { partitions, rest } = live;
  const upper = rest ? Infinity : Math.max(...partitions.map((one) => one.upper));
  const [one] = partitions;
  const isOne = partitions.length === 1 && one?.lower === -Infinity && one.upper === upper;
  if (!one || isOne) return NO_MOVES;
  const from = [...partitions, ...(rest ? [rest] : [])];
  const into = [{ name, lower: -Infinity, upper }];
  return { moves: [{ from, into }], refusals: await immovable(looking, from) };
}

/** What a look at the partitions of a table needs. */
type Merging = Pick<Keeping, 'session' | 'partitioning' | 'live'>;

/** What keeps partitions from being replaced. */
async function immovable(
  looking: Merging,
  partitions: readonly Part[],
): Promise<readonly PartitionRefusal[]> {
  const { live } = looking;
  const refusals: PartitionRefusal[] = [...uncopied(live)];
  for (const one of partitions) {
    const first = live.isReferenced ? [referenced(live, one)] : unlike(live, one);
    refusals.push(...first, ...(await losing(looking, one)));
  }
  return refusals;
}

/** Rows are copied by their primary key, and none is copied twice. */
function uncopied({ table, uncopied: why }: LiveTable): readonly PartitionRefusal[] {
  if (why === undefined) return [];
  return [
    {
      object: table,
      reason: 'alone',
      message: `${table} has ${why}, so its rows cannot be moved in batches. Nothing was changed in ${table}. Run check: npm run -s db:check`,
    },
  ];
}

function referenced({ table }: LiveTable, { name }: Part): PartitionRefusal {
  return {
    object: name,
    reason: 'referenced',
    message: `A foreign key refers to ${table}, so the rows of ${name} cannot be moved. Nothing was changed in ${table}. Drop the foreign key first.`,
  };
}

/** A partition, the default one or another one. */
type Part = NonNullable<LiveTable['rest']>;

/** A partition whose rows are elsewhere, or are not read any more. */
function unlike(live: LiveTable, part: Part): readonly PartitionRefusal[] {
  const { name, isPlain, isDetaching } = part;
  if (!isPlain)
    return [
      {
        object: name,
        reason: 'alone',
        message: `${name} is partitioned itself, or is a foreign table. Its rows cannot be moved. Nothing was changed in ${live.table}. Move them by hand.`,
      },
    ];
  return isDetaching ? [interrupted(live, part)] : [];
}

/** A partition is made again by a move, like the table. */
async function losing(
  { session, partitioning, live }: Merging,
  partition: NamedPath,
): Promise<readonly PartitionRefusal[]> {
  const alone = await partitioning.aloneIn(session, live, partition);
  if (alone.length === 0) return [];
  const { name: object } = partition;
  return [
    {
      object,
      reason: 'alone',
      message: `${object} has what ${live.table} does not have: ${alone.join(', ')}. The move would lose it. Nothing was changed in ${live.table}. Drop it, or create it for ${live.table}.`,
    },
  ];
}
