/** Keeps the partitions of one table. */

import type { LivePartition, PartitionMove } from '../databases/partitioning.js';
import { carriedOut, retried, tried, type Moved, type Outcome } from './attempts.js';
import type { PartitionRefusal } from './plan-keeping.js';
import type { Keeping } from './keeping.js';
import { decide, leftAlone, untouched, type KeptTable } from './plan-table.js';

/** Makes and takes away what the table needs. A partition that cannot be is named, and the others go on. */
export async function keepTable(keeping: Keeping): Promise<KeptTable> {
  const { live, partitioning } = keeping;
  const left = leftAlone(keeping);
  if (left) return left;
  if (live.isMoving) await retried(keeping, partitioning.clearMove(live));
  const { make, moves, old, refusals } = await decide(keeping);
  const nothing = untouched(live.table);
  if (refusals.length > 0) return { ...nothing, refused: refusals };
  const moved = await moveAll(keeping, moves);
  const made = moved.refused
    ? []
    : await eachOf(make, (one) => tried(keeping, partitioning.make(live, one), one));
  const away = await takeAway(keeping, old);
  return {
    ...nothing,
    made: [...moved.made, ...doneOf(made)],
    [keeping.detach ? 'detached' : 'dropped']: doneOf(away),
    moved: moved.rows,
    refused: [...(moved.refused ? [moved.refused] : []), ...refusedOf([...made, ...away])],
  };
}

/** A partition with what happened to it. */
interface Done {
  readonly name: string;
  readonly refused: Outcome;
}

async function eachOf<T extends { readonly name: string }>(
  list: readonly T[],
  act: (one: T) => Promise<Outcome>,
): Promise<readonly Done[]> {
  const done: Done[] = [];
  for (const one of list) done.push({ name: one.name, refused: await act(one) });
  return done;
}

function doneOf(list: readonly Done[]): readonly string[] {
  return list.filter(({ refused }) => !refused).map(({ name }) => name);
}

function refusedOf(list: readonly Done[]): readonly PartitionRefusal[] {
  return list.flatMap(({ refused }) => refused ?? []);
}

function takeAway(keeping: Keeping, old: readonly LivePartition[]): Promise<readonly Done[]> {
  const { partitioning, live, detach } = keeping;
  return eachOf(old, (one) =>
    tried(keeping, detach ? partitioning.detach(live, one) : partitioning.drop(live, one), one),
  );
}

/** One move after the other; the first that fails ends them. */
async function moveAll(keeping: Keeping, moves: readonly PartitionMove[]): Promise<Moved> {
  const nothing: Moved = { made: [], rows: 0, refused: undefined };
  let all = nothing;
  for (const move of moves) {
    const { made, rows, refused } = await carriedOut(keeping, move);
    all = { made: [...all.made, ...made], rows: all.rows + rows, refused };
    if (refused) break;
  }
  return all;
}
