import { connect, type Socket } from 'node:net';
import type { PostgresTarget } from '../../src/database-url.js';
import { startProxy } from './proxy.js';

/** Where the wire is cut. */
export interface Cut {
  /** Words of the statement at which it happens. */
  readonly at: string;
  /** `unsent`: the statement does not arrive; `unanswered`: it is done, the answer is lost; `running`: it has begun. */
  readonly when: 'unsent' | 'unanswered' | 'running';
  /** What is cut: the connection that sends it, or each that goes this way. */
  readonly scope: 'one' | 'all';
}

/** A way to PostgreSQL that breaks once. */
export interface CuttingProxy {
  readonly target: PostgresTarget;
  /** Whether it has broken. */
  readonly isCut: boolean;
  close(): Promise<void>;
}

/** Passes everything on, and cuts at the first statement that has the words; what comes later is let through. */
export async function startCuttingProxy(target: PostgresTarget, cut: Cut): Promise<CuttingProxy> {
  const pairs = new Set<Socket>();
  let isCut = false;
  const sever = (own: readonly Socket[]) => {
    isCut = true;
    for (const socket of cut.scope === 'all' ? pairs : own) socket.destroy();
  };
  const front = await startProxy((client) => {
    const server = connect(target.port, target.host);
    pairs.add(client).add(server);
    let awaitsAnswer = false;
    client.on('data', (chunk: Buffer) => {
      const here = !isCut && chunk.includes(cut.at);
      if (here && cut.when === 'unsent') {
        sever([client, server]);
        return;
      }
      awaitsAnswer ||= here && cut.when === 'unanswered';
      server.write(chunk);
      if (here && cut.when === 'running') setTimeout(() => sever([client, server]), AFTER_BEGINNING_MS);
    });
    server.on('data', (chunk: Buffer) => {
      if (awaitsAnswer) sever([client, server]);
      else client.write(chunk);
    });
    client.on('close', () => server.destroy());
    server.on('close', () => client.destroy()).on('error', () => client.destroy());
  });
  return {
    target: { ...target, port: front.port },
    get isCut() {
      return isCut;
    },
    close: () => front.close(),
  };
}

/** Enough for the statement to reach the server; it goes on much longer than that. */
const AFTER_BEGINNING_MS = 100;
