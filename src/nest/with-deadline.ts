import type { DataSource } from 'typeorm';
import type { TypeormSession } from '../databases/typeorm-session.js';
import type { Clock } from '../clock.js';
import type { ConnectFailure } from '../databases/database.js';
import type { Probe } from '../databases/probe.js';
import { databaseOf } from '../databases/registry.js';
import { ConnectError, NotConnectedError } from '../errors/base.js';
import { withSession } from '../migrator/connections.js';
import { readPendingAndServer } from '../migrator/read-pending.js';

/** Callers wait between 1 s (Kubernetes) and 5 s (load balancers). */
const LIMIT_MS = 3000;

/** The database did not answer in time. */
const SILENCE: ConnectFailure = { reason: `no answer within ${LIMIT_MS} ms`, transient: true };

/** @throws ConnectError at the limit, after giving the request up */
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

/** A request to the database, and how to give it up. */
interface Asked<T> extends Probe {
  readonly answer: Promise<T>;
}

/** @throws ConnectError, or an error of the driver, where the database does not answer */
export async function assertResponds(dataSource: DataSource, clock: Clock): Promise<void> {
  if (!dataSource.isInitialized) throw new NotConnectedError();
  await withDeadline(dataSource, databaseOf(dataSource).probe(dataSource), clock);
}

/**
 * Reads through a connection of the pool. It gives up a silent connection: after a failover the
 * server at its other end is gone, and the network may not report that for minutes.
 *
 * @throws ConnectError, an error of the driver for a failed connection, or an error of this package
 */
export function onSessionWithDeadline<T>(
  dataSource: DataSource,
  clock: Clock,
  read: (session: TypeormSession) => Promise<T>,
): Promise<T> {
  let connected: TypeormSession | undefined;
  const answer = withSession(dataSource, async (session) => {
    connected = session;
    return read(session).catch((error: unknown) =>
      Promise.reject(databaseOf(dataSource).typedError(session.place, error) as Error),
    );
  });
  const giveUp = () => void connected?.close().catch(() => undefined);
  return withDeadline(dataSource, { answer, giveUp }, clock);
}

/** Reads the pending revisions, and whether a standby has answered. @throws as onSessionWithDeadline does */
export function readPendingWithDeadline(
  dataSource: DataSource,
  clock: Clock,
): ReturnType<typeof readPendingAndServer> {
  return onSessionWithDeadline(dataSource, clock, readPendingAndServer);
}
