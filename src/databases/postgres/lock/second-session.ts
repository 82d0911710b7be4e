import type { QueryRunner } from 'typeorm';
import type { PostgresClient } from '../client.js';
import { shownDatabase } from '../connection.js';
import { SingleSessionError } from '../../../errors/server.js';

/** The process id that a server, or a pooler, gives a client when it connects. */
interface Session {
  readonly processID?: number | null;
}

/** PGlite's socket server hangs up on a second client, unless it is told otherwise; without a word. */
const ONE_CLIENT = /PGlite/i;

/**
 * Connects a client, and makes sure that it gets another session than the connection that is going to execute: a server
 * runs a process for each, and a pooler makes up numbers that differ. PGlite gives all clients one number.
 *
 * @throws SingleSessionError
 */
export async function assertSecondSession(
  queryRunner: QueryRunner,
  client: PostgresClient & Session,
  connect: () => Promise<void>,
): Promise<void> {
  const { connection } = queryRunner;
  const single = () => new SingleSessionError(shownDatabase(connection));
  try {
    await connect();
  } catch (error) {
    throw (await isOneClientServer(queryRunner)) ? single() : error;
  }
  const { processID } = (await queryRunner.connect()) as Session;
  if (processID && processID === client.processID) {
    await client.end().catch(() => undefined);
    throw single();
  }
}

async function isOneClientServer(queryRunner: QueryRunner): Promise<boolean> {
  try {
    const [row] = (await queryRunner.query('SELECT pg_catalog.version() AS version')) as readonly {
      readonly version: string;
    }[];
    return ONE_CLIENT.test(row?.version ?? '');
  } catch {
    return false;
  }
}
