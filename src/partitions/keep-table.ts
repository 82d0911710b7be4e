/** Keeps the partitions of one table. */

import { systemClock } from '../clock.js';
import type { LivePartition, NewPartition, RefusedBy, PartitionWork } from '../databases/partitioning.js';
import { messageOf } from '../errors/base.js';
import { withRetries } from '../migrator/retry.js';
import { DEFAULT_LIMITS } from '../migrator/run-limits.js';
import type { PartitionRefusal } from './plan-keeping.js';
import { decide, leftAlone, untouched, type Keeping, type KeptTable } from './plan-table.js';

export type { Keeping, KeptTable };

/** What happened to one partition: undefined, or why nothing did. */
type Outcome = PartitionRefusal | undefined;

/** Makes and takes away what the table needs. A partition that cannot be is named, and the others go on. */
export async function keepTable(keeping: Keeping): Promise<KeptTable> {
  const { live, partitioning } = keeping;
  const left = leftAlone(keeping);
  if (left) return left;
  if (live.isMoving) await retried(keeping, partitioning.clearMove(live));
  const { make, moves, old, refusals } = await decide(keeping);
  const nothing = untouched(live.table);
  if (refusals.length > 0) return { ...nothing, refused: refusals };
  const moved = await moveRest(keeping, moves);
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

/** What a move came to. */
interface Moved {
  readonly made: readonly string[];
  readonly rows: number;
  readonly refused: Outcome;
}

/** All of the rows, or none: until the end they are in the default partition. */
async function moveRest(keeping: Keeping, moves: readonly NewPartition[]): Promise<Moved> {
  const { partitioning, session, live, signal } = keeping;
  if (moves.length === 0) return { made: [], rows: 0, refused: undefined };
  const run = {
    session,
    work: (work: PartitionWork) => retried(keeping, work),
    copy: (work: PartitionWork) => retried(keeping, work, (error) => partitioning.mayPass(error)),
    assertGoing: () => signal.throwIfAborted(),
  };
  try {
    const rows = await partitioning.move(live, moves, run);
    return { made: moves.map(({ name }) => name), rows, refused: undefined };
  } catch (error) {
    assertConnected(keeping, error);
    return { made: [], rows: 0, refused: refusalFor(keeping, error, live.rest?.name ?? live.table) };
  }
}

async function tried(
  keeping: Keeping,
  work: PartitionWork,
  { name }: { readonly name: string },
): Promise<Outcome> {
  try {
    await retried(keeping, work);
    return undefined;
  } catch (error) {
    assertConnected(keeping, error);
    return refusalFor(keeping, error, name);
  }
}

/** What ends all of it. */
function assertConnected({ dialect, signal }: Keeping, error: unknown): void {
  if (!dialect.isDisconnected(error)) signal.throwIfAborted();
  else throw error;
}

/** Under a short wait for locks, with pauses that grow. */
function retried(
  { session, dialect, partitioning, signal }: Keeping,
  work: PartitionWork,
  mayPass: (error: unknown) => boolean = () => false,
): Promise<void> {
  const options = {
    tries: DEFAULT_LIMITS.lockTries,
    clock: systemClock,
    signal,
    isWorthIt: (error: unknown) => dialect.isRetryable(error) || mayPass(error),
    onRetry: () => undefined,
  };
  return withRetries(options, () => {
    signal.throwIfAborted();
    return partitioning.run(session, work, DEFAULT_LIMITS.lockTimeoutMs);
  });
}

const WAYS_OUT: Readonly<Record<NonNullable<RefusedBy>, string>> = {
  'default-rows': 'To move the rows: npm run -s db -- partitions keep --move-default',
  needed: 'Drop what depends on it, or detach it: npm run -s db -- partitions keep --detach',
  'name-taken': 'Rename the table that has this name.',
  overlap: 'Run the command again: a partition was made meanwhile.',
  referenced: 'Delete the rows that refer to it first.',
};

function refusalFor({ partitioning }: Keeping, error: unknown, object: string): PartitionRefusal {
  const reason = partitioning.refusedBy(error);
  const words = `${object}: ${messageOf(error).replace(/\.$/, '')}. It was left as it is.`;
  if (reason === undefined) return { object, reason: 'failed', message: words };
  return { object, reason, message: `${words} ${WAYS_OUT[reason]}` };
}
