import { connect, type Socket } from 'node:net';
import type { PostgresTarget } from '../../src/database-url.js';
import { startProxy, type Proxy } from './proxy.js';

/** Where a connection is led, as a pooler's `dbname=` and `host=` do it. */
export interface Led {
  readonly database: string;
  /** Default the server that the front stands before. */
  readonly server?: PostgresTarget;
}

/** Passes connections on to a server, each to the database that `lead` names, whatever it has asked for. */
export function startRenamingProxy(
  server: PostgresTarget,
  lead: (asked: string) => Led | Promise<Led>,
): Promise<Proxy> {
  return startProxy((socket) => {
    socket.once('data', (message: Buffer) => {
      socket.pause();
      void led(socket, message, { server, lead });
    });
  });
}

interface Leading {
  readonly server: PostgresTarget;
  readonly lead: (asked: string) => Led | Promise<Led>;
}

/** https://www.postgresql.org/docs/current/protocol-message-formats.html: StartupMessage */
async function led(socket: Socket, message: Buffer, { server, lead }: Leading): Promise<void> {
  const words = message.subarray(8).toString().split('\0');
  const at = words.indexOf('database') + 1;
  const { database, server: other = server } = await lead(words[at] ?? '');
  const body = Buffer.from(words.with(at, database).join('\0'));
  const header = Buffer.from(message.subarray(0, 8));
  header.writeInt32BE(body.length + 8, 0);
  const upstream = connect(other.port, other.host);
  upstream.on('error', () => socket.destroy()).pipe(socket);
  socket.on('error', () => upstream.destroy());
  upstream.write(Buffer.concat([header, body]));
  socket.pipe(upstream);
}

/** Its address, with the user and password of a target. */
export function through({ port }: Proxy, target: PostgresTarget): PostgresTarget {
  return { ...target, host: '127.0.0.1', port, ssl: false };
}
