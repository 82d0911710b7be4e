import { connect } from 'node:net';
import type { PostgresTarget } from '../../src/database-url.js';
import { startProxy } from './proxy.js';

/** A way to PostgreSQL on which the migration lock's connection can be lost without a report to either end. */
export interface HalfOpenProxy {
  readonly target: PostgresTarget;
  /** From now on the lock's connection brings no news; it breaks when something is sent on it. */
  deafen(): void;
  /** How many statements came by since then that record a revision. */
  readonly records: number;
  close(): Promise<void>;
}

/** How the lock's connection is known, and the statement that records: by its outcome. */
const OF_LOCK = 'BEGIN ISOLATION LEVEL READ COMMITTED';
const OF_RECORD = "'done'";

/** Passes everything on, until it is stopped. */
export async function startHalfOpenProxy(target: PostgresTarget): Promise<HalfOpenProxy> {
  let isDeaf = false;
  let records = 0;
  const front = await startProxy((client) => {
    const server = connect(target.port, target.host);
    let ofLock = false;
    client.on('data', (chunk: Buffer) => {
      ofLock ||= chunk.includes(OF_LOCK);
      if (isDeaf && chunk.includes(OF_RECORD)) records += 1;
      if (ofLock && isDeaf) client.destroy();
      else server.write(chunk);
    });
    const isSilent = () => ofLock && isDeaf;
    server.on('data', (chunk: Buffer) => {
      if (!isSilent()) client.write(chunk);
    });
    client.on('close', () => server.destroy());
    server.on('error', () => undefined);
    server.on('close', () => {
      if (!isSilent()) client.destroy();
    });
  });
  return {
    target: { ...target, port: front.port },
    deafen: () => void (isDeaf = true),
    get records() {
      return records;
    },
    close: () => front.close(),
  };
}
