import { connect, type Socket } from 'node:net';
import type { PostgresTarget } from '../../src/database-url.js';
import { startProxy } from './proxy.js';

/** A way to PostgreSQL on which a server vanishes as in a failover: nothing is closed, nothing comes back. */
export interface SilencingProxy {
  readonly target: PostgresTarget;
  /** From now on nothing passes on the connections that are there; new ones are like before. */
  silence(): void;
  /** Nothing passes on new ones either. */
  vanish(): void;
  close(): Promise<void>;
}

/** Passes everything on, until it is stopped. */
export async function startSilencingProxy(target: PostgresTarget): Promise<SilencingProxy> {
  const pairs: (readonly [Socket, Socket])[] = [];
  let isThere = true;
  const front = await startProxy((client) => {
    if (!isThere) return;
    const server = connect(target.port, target.host);
    pairs.push([client, server]);
    server.on('error', () => client.destroy()).pipe(client);
    client.on('close', () => server.destroy()).pipe(server);
  });
  const silence = () => {
    for (const [client, server] of pairs) {
      client.unpipe(server).resume();
      server.unpipe(client).resume();
    }
  };
  return {
    target: { ...target, port: front.port },
    silence,
    vanish: () => {
      isThere = false;
      silence();
    },
    close: () => front.close(),
  };
}
