import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import type { PostgresTarget } from '../../src/database-url.js';

/** What answers on a port of this machine in place of PostgreSQL. */
export interface Proxy {
  readonly port: number;
  /** How many connections were made to it. */
  readonly connections: number;
  /** Nothing listens on the port any more; connections that are there stay. */
  refuse(): void;
  /** Listens again, on the same port. */
  listen(): Promise<void>;
  /** Ends it, and all connections with it. */
  close(): Promise<void>;
}

/** Gives each connection to `answer`. */
export async function startProxy(answer: (socket: Socket, count: number) => void): Promise<Proxy> {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    connections += 1;
    answer(socket, connections);
  });
  const port = await listen(server, 0);
  return {
    port,
    get connections() {
      return connections;
    },
    refuse: () => {
      server.close();
    },
    listen: async () => {
      await listen(server, port);
    },
    close: () => closeAll(server, sockets),
  };
}

/** Passes everything on to a server, in both directions. */
export function forward(socket: Socket, { host, port }: PostgresTarget): void {
  const server = connect(port, host);
  server.on('error', () => socket.destroy()).pipe(socket);
  socket.on('error', () => server.destroy()).pipe(server);
}

/** The key of a server and its certificate, PEM; with `ca`, whose clients it lets in. */
export interface Identity {
  readonly key: string;
  readonly cert: string;
  readonly ca?: string;
}

/**
 * Asks for TLS as PostgreSQL with `hostssl` only does: it answers SSLRequest with S, decrypts and passes on, and
 * refuses a client that begins in plain text. https://www.postgresql.org/docs/current/protocol-message-formats.html
 */
export function forwardDecrypted(socket: Socket, target: PostgresTarget, identity: Identity): void {
  socket.once('data', (message: Buffer) => {
    if (message.length !== 8 || message.readInt32BE(4) !== SSL_REQUEST)
      return void socket.end(fatal('28000', 'connection requires TLS, no encryption was asked for'));
    socket.write('S');
    const demand = { requestCert: identity.ca !== undefined, rejectUnauthorized: true };
    const secureContext = createSecureContext(identity);
    forward(new TLSSocket(socket, { isServer: true, secureContext, ...demand }), target);
  });
}

/** The message with which PostgreSQL turns a connection away. */
export function fatal(code: string, message: string): Buffer {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${message}\0\0`);
  const header = Buffer.alloc(5);
  header.write('E');
  header.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([header, fields]);
}

const SSL_REQUEST = 80_877_103;

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
  return (server.address() as AddressInfo).port;
}

async function closeAll(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  for (const socket of sockets) socket.destroy();
  if (server.listening) await new Promise((resolve) => server.close(resolve));
}
