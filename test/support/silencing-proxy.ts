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
  /** The same once the server has sent that many parts of answers, over all connections. */
  vanishAfter(parts: number): void;
  /** Whether it has vanished. */
  readonly isSilent: boolean;
  close(): Promise<void>;
}

/** Passes everything on, until it is stopped. */
export async function startSilencingProxy(target: PostgresTarget): Promise<SilencingProxy> {
  const pairs: (readonly [Socket, Socket])[] = [];
  let isThere = true;
  let left = Infinity;
  const front = await startProxy((client) => {
    if (!isThere) return;
    const server = connect(target.port, target.host);
    pairs.push([client, server]);
    server.on('error', () => client.destroy()).pipe(client);
    server.on('data', () => {
      left -= 1;
      if (left <= 0) vanish();
    });
    client.on('close', () => server.destroy()).pipe(server);
  });
  const vanish = () => {
    isThere = false;
    silence();
  };
  const silence = () => {
    for (const [client, server] of pairs) {
      client.unpipe(server).resume();
      server.unpipe(client).resume();
    }
  };
  return {
    target: { ...target, port: front.port },
    silence,
    vanish,
    vanishAfter: (parts) => void (left = parts),
    get isSilent() {
      return !isThere;
    },
    close: () => front.close(),
  };
}
