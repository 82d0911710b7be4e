/** Work on the partitions of a table that is tried again where others are in the way, and named where it fails. */

import { systemClock } from '../clock.js';
import type { PartitionMove, PartitionWork, RefusedBy } from '../databases/partitioning.js';
import { messageOf } from '../errors/base.js';
import { withRetries } from '../migrator/retry.js';
import { DEFAULT_LIMITS } from '../migrator/run-limits.js';
import type { PartitionRefusal } from './plan-keeping.js';
import type { Keeping } from './keeping.js';

/** What work needs to be tried. */
export type Trying = Pick<Keeping, 'session' | 'dialect' | 'partitioning' | 'live' | 'signal'>;

/** What happened to one partition: undefined, or why nothing did. */
export type Outcome = PartitionRefusal | undefined;

/** What a move came to. */
export interface Moved {
  readonly made: readonly string[];
  readonly rows: number;
  readonly refused: Outcome;
}

/** All of the rows, or none: until the end they are where they were. */
export async function carriedOut(trying: Trying, move: PartitionMove): Promise<Moved> {
  const { partitioning, session, live, signal } = trying;
  const run = {
    session,
    work: (work: PartitionWork) => retried(trying, work),
    copy: (work: PartitionWork) => retried(trying, work, (error) => partitioning.mayPass(error)),
    assertGoing: () => signal.throwIfAborted(),
  };
  try {
    const rows = await partitioning.move(live, move, run);
    return { made: move.into.map(({ name }) => name), rows, refused: undefined };
  } catch (error) {
    assertConnected(trying, error);
    const [first] = move.from;
    return { made: [], rows: 0, refused: refusalFor(trying, error, first?.name ?? live.table) };
  }
}

/** Does it, or says why not. */
export async function tried(
  keeping: Trying,
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
function assertConnected({ dialect, signal }: Trying, error: unknown): void {
  if (!dialect.isDisconnected(error)) signal.throwIfAborted();
  else throw error;
}

/** Under a short wait for locks, with pauses that grow. */
export function retried(
  { session, dialect, partitioning, signal }: Trying,
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

function refusalFor({ partitioning }: Trying, error: unknown, object: string): PartitionRefusal {
  const reason = partitioning.refusedBy(error);
  const words = `${object}: ${messageOf(error).replace(/\.$/, '')}. It was left as it is.`;
  if (reason === undefined) return { object, reason: 'failed', message: words };
  return { object, reason, message: `${words} ${WAYS_OUT[reason]}` };
}
