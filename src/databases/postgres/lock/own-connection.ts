import type { DataSource } from 'typeorm';
import type { PostgresClient } from '../client.js';
import { explainConnectFailure, shownDatabase } from '../connection.js';
import { ConnectError } from '../../../errors.js';

/**
 * Connects a client that is not of TypeORM's pool.
 *
 * @param purpose what it is for, in words
 * @throws ConnectError
 */
export async function explainedConnect(
  client: PostgresClient,
  dataSource: DataSource,
  purpose: string,
): Promise<void> {
  try {
    await client.connect();
  } catch (error) {
    const failure = explainConnectFailure(error);
    throw new ConnectError(`${shownDatabase(dataSource)}, ${purpose}`, failure, { cause: error });
  }
}
