import type { DataSource } from 'typeorm';
import type { TypeormSession } from '../databases/typeorm-session.js';
import type { Clock } from '../clock.js';
import type { ConnectFailure } from '../databases/database.js';
import type { Probe } from '../databases/probe.js';
import { databaseOf } from '../databases/registry.js';
import { ConnectError, NotConnectedError } from '../errors.js';
import { withSession } from '../migrator/connections.js';
import { readPendingAndServer } from '../migrator/status.js';

/** Those who ask wait for 1 s (Kubernetes) to 5 s (load balancers). */
const LIMIT_MS = 3000;

/** Nothing came back in time. */
const SILENCE: ConnectFailure = { reason: `no answer within ${LIMIT_MS} ms`, transient: true };

/** @throws ConnectError where it takes longer; then it was given up */
export async function withDeadline<T>(
  dataSource: DataSource,
  { answer, giveUp }: Asked<T>,
  clock: Clock,
): Promise<T> {
  const over = new AbortController();
  const late = clock.pause(LIMIT_MS, over.signal).then(() => {
    giveUp();
    throw new ConnectError(databaseOf(dataSource).shownDatabase(dataSource), SILENCE);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    over.abort();
  }
}

/** What was asked, and how to give it up. */
interface Asked<T> extends Probe {
  readonly answer: Promise<T>;
}

/** @throws ConnectError, or what the driver says, where the database does not answer */
export async function assertResponds(dataSource: DataSource, clock: Clock): Promise<void> {
  if (!dataSource.isInitialized) throw new NotConnectedError();
  await withDeadline(dataSource, databaseOf(dataSource).probe(dataSource), clock);
}

/**
 * Which revisions are pending, by a connection of the pool. One on which nothing comes back is given up: after a
 * failover the server at its other end is gone, and nobody says so for minutes.
 *
 * @throws ConnectError, what the driver says of a connection that cannot be made, or an error of this package
 */
export function readPendingWithDeadline(
  dataSource: DataSource,
  clock: Clock,
): ReturnType<typeof readPendingAndServer> {
  let connected: TypeormSession | undefined;
  const answer = withSession(dataSource, async (session) => {
    connected = session;
    return readPendingAndServer(session).catch((error: unknown) =>
      Promise.reject(databaseOf(dataSource).typedError(session.place, error) as Error),
    );
  });
  const giveUp = () => void connected?.close().catch(() => undefined);
  return withDeadline(dataSource, { answer, giveUp }, clock);
}
