import type { PostgresTarget } from '../../database-url.js';
import type { ConnectionSettings } from '../database.js';
import { clientOptions } from './client-options.js';
import { shownParts, shownServer, type ServerAddress } from '../../server-list.js';
import { chooseServer, primaryAlone } from './choose-server.js';
import { askServer } from './list-client.js';

/**
 * The server of a list that migrates, as the only one: all connections of a run lead to it, and a run that loses it
 * fails. A target of one server is that itself.
 *
 * @throws ConnectError naming each server and what it says, where none or more than one is a primary
 */
export async function primaryOf(settings: ConnectionSettings): Promise<PostgresTarget> {
  const target = settings.database as PostgresTarget;
  if (target.list === undefined) return target;
  const { list, ...single } = target;
  const options = clientOptions(target, settings);
  const listed = primaryAlone({ list, shown: target.shown });
  const server = await chooseServer(listed, (one) => askServer(one, options));
  return { ...single, ...server, shown: shownAs(target, server) };
}

function shownAs({ shown }: PostgresTarget, { host, port }: ServerAddress): string {
  const { before, after } = shownParts(shown);
  return `${before}${shownServer(host, port)}${after}`;
}
