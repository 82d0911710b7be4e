import type { Session } from '../../session.js';
import type { PostgresClient } from '../client.js';
import { SingleSessionError } from '../../../errors/server.js';
import { postgresServer } from '../where/server.js';

/** The process id that a server, or a pooler, gives a client when it connects. */
interface Numbered {
  readonly processID?: number | null;
}

/**
 * Connects a client, and makes sure that it gets another session than the connection that is going to execute: a server
 * runs a process for each, and a pooler makes up numbers that differ. PGlite gives all clients one number.
 *
 * @throws SingleSessionError
 */
export async function assertSecondSession(
  session: Session,
  client: PostgresClient & Numbered,
  connect: () => Promise<void>,
): Promise<void> {
  const single = () => new SingleSessionError(session.place.shown);
  try {
    await connect();
  } catch (error) {
    throw (await isOneClientServer(session)) ? single() : error;
  }
  const { processID } = (await session.connection()) as Numbered;
  if (processID && processID === client.processID) {
    await client.end().catch(() => undefined);
    throw single();
  }
}

/** PGlite's socket server disconnects a second client without an error, unless it is configured otherwise. */
async function isOneClientServer(session: Session): Promise<boolean> {
  try {
    const [row = {}] = await session.query(`SELECT ${postgresServer.columns}`);
    return (await postgresServer.facts(session, row)).singleSession === true;
  } catch {
    return false;
  }
}
