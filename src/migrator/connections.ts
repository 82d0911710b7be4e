/** Connections for what a command does: a session for a body, closed after it. */

import type { DataSource } from 'typeorm';
import type { ConnectionSettings } from '../databases/database.js';
import type { Session } from '../databases/session.js';
import { systemClock } from '../clock.js';
import { databaseNamed, databaseOf } from '../databases/registry.js';
import { openTypeormSession, type TypeormSession } from '../databases/typeorm-session.js';

/** The settings that a DataSource of this package was created with; undefined for any other. */
export function settingsOf(dataSource: DataSource): ConnectionSettings | undefined {
  const { settings } = dataSource as { readonly settings?: ConnectionSettings };
  return settings;
}

/** How long a note may take, milliseconds: the server may be gone. */
const NOTE_MS = 5000;

/** Provides a session over a connection of the pool. @throws NotConnectedError */
export async function withSession<T>(
  dataSource: DataSource,
  use: (session: TypeormSession) => Promise<T>,
): Promise<T> {
  const session = await openTypeormSession(dataSource);
  try {
    return await use(session);
  } finally {
    await session.close();
  }
}

/** The same; what the driver throws becomes an error of this package. */
export async function onConnection<T>(
  dataSource: DataSource,
  use: (session: TypeormSession) => Promise<T>,
): Promise<T> {
  try {
    return await withSession(dataSource, use);
  } catch (error) {
    const database = databaseOf(dataSource);
    throw database.typedError(database.place(dataSource), error);
  }
}

/**
 * Notes something, on a new connection when this one is gone. A note that cannot be made, or takes more than 5 s, is
 * not worth an error: the run then stays open in the log, which reads as interrupted.
 */
export async function onLiveConnection(
  session: Session,
  note: (live: Session) => Promise<void>,
): Promise<void> {
  const noted = noteOn(session, note).catch(() => undefined);
  const over = new AbortController();
  const late = systemClock.pause(NOTE_MS, over.signal).catch(() => undefined);
  await Promise.race([noted, late]);
  over.abort();
}

async function noteOn(session: Session, note: (live: Session) => Promise<void>): Promise<void> {
  if (!session.isClosed)
    try {
      await note(session);
      return;
    } catch (error) {
      if (!databaseNamed(session.place.dialect).migration.isDisconnected(error)) throw error;
    }
  const renewed = await session.renew();
  await note(renewed).finally(() => renewed.close());
}
