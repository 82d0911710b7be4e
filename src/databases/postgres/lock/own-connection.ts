import type { PostgresClient } from '../client.js';
import { explainConnectFailure } from '../connect-failure.js';
import { assertOptionsHold } from '../startup-options.js';
import { ConnectError } from '../../../errors/base.js';

/**
 * Connects a client that is not of TypeORM's pool.
 *
 * @param what where to and what for, in words
 * @param first what is sent at once
 * @throws ConnectError, OptionsIgnoredError
 */
export async function explainedConnect(client: PostgresClient, what: string, first?: string): Promise<void> {
  try {
    await client.connect();
  } catch (error) {
    const failure = explainConnectFailure(error);
    throw new ConnectError(what, failure, { cause: error });
  }
  await assertOptionsHold(client, first);
}
