import { connect, type Socket } from 'node:net';
import type { PostgresTarget } from '../../src/database-url.js';
import { startProxy, type Proxy } from './proxy.js';

/** Where to stop: at which statement, counted from 1, and on which side of its running. */
export interface StopPoint {
  readonly number: number;
  /** `before`: the statement does not reach the server; `after`: it was answered, the answer does not come back. */
  readonly when: 'before' | 'after';
}

/** What stands between a process and PostgreSQL, and counts. */
export interface StatementProxy {
  readonly port: number;
  /** The statements so far, on all connections, in the order in which they came. */
  readonly statements: readonly string[];
  /** Lets pass what was kept from the stop point on; nothing stops any more. */
  resume(): void;
  close(): Promise<void>;
}

/** How to count. */
export interface StatementProxyOptions {
  readonly stopAt?: {
    readonly when: StopPoint['when'];
    /** Whether the last one of these, which has just come, is the one. */
    readonly isHere: (statements: readonly string[]) => boolean;
  };
  /** Called at that point; nothing passes on that connection until `resume`. */
  readonly onStop?: () => void;
}

/** One connection of the process. */
interface Passage {
  readonly client: Socket;
  readonly server: Socket;
  /** By name what was prepared on it. */
  readonly prepared: Map<string, string>;
  /** Nothing passes. */
  stopped: boolean;
  /** What the client has sent meanwhile. */
  kept: readonly Buffer[];
  /** The statement of the stop point is with the server; what comes back is kept. */
  awaitingAnswer: boolean;
}

/**
 * Passes everything on to a server, message by message, and counts those that run a statement: Query, and Bind of what
 * was prepared, since one that is prepared once may run many times.
 * https://www.postgresql.org/docs/current/protocol-message-formats.html
 */
export async function startStatementProxy(
  target: PostgresTarget,
  options: StatementProxyOptions = {},
): Promise<StatementProxy> {
  const statements: string[] = [];
  const passages: Passage[] = [];
  const front: Proxy = await startProxy((client) => {
    passages.push(pass({ client, target, statements, options }));
  });
  return {
    port: front.port,
    statements,
    resume: () => passages.forEach(resume),
    close: () => front.close(),
  };
}

interface PassOptions {
  readonly client: Socket;
  readonly target: PostgresTarget;
  readonly statements: string[];
  readonly options: StatementProxyOptions;
}

function pass({ client, target, statements, options }: PassOptions): Passage {
  const server = connect(target.port, target.host);
  // Small packets one after the other would each wait for the one before.
  for (const socket of [client, server]) socket.setNoDelay(true);
  const passage: Passage = {
    client,
    server,
    prepared: new Map(),
    stopped: false,
    kept: [],
    awaitingAnswer: false,
  };
  client.on('close', () => server.destroy());
  server.on('close', () => client.destroy()).on('error', () => client.destroy());
  readMessages(client, { startup: true }, (message) => fromClient(passage, message, { statements, options }));
  readMessages(server, { startup: false }, (message) => fromServer(passage, message, options));
  return passage;
}

function resume(passage: Passage): void {
  for (const message of passage.kept) passage.server.write(message);
  passage.kept = [];
  passage.stopped = false;
}

function fromClient(
  passage: Passage,
  message: Buffer,
  { statements, options }: Pick<PassOptions, 'statements' | 'options'>,
): void {
  const statement = statementOf(message, passage.prepared);
  if (statement !== undefined && !passage.stopped) {
    statements.push(statement);
    const here = options.stopAt?.isHere(statements) ?? false;
    if (here && options.stopAt?.when === 'before') stop(passage, options);
    else passage.awaitingAnswer ||= here;
  }
  if (passage.stopped) passage.kept = [...passage.kept, message];
  else passage.server.write(message);
}

function fromServer(passage: Passage, message: Buffer, options: StatementProxyOptions): void {
  if (passage.stopped) return;
  if (!passage.awaitingAnswer) return void passage.client.write(message);
  if (message[0] === READY_FOR_QUERY) stop(passage, options);
}

function stop(passage: Passage, { onStop }: StatementProxyOptions): void {
  passage.stopped = true;
  onStop?.();
}

const QUERY = 'Q'.charCodeAt(0);
const PARSE = 'P'.charCodeAt(0);
const BIND = 'B'.charCodeAt(0);
const READY_FOR_QUERY = 'Z'.charCodeAt(0);
const TYPE_BYTES = 1;
const LENGTH_BYTES = 4;

/** Calls for each message as soon as it is whole; the first that a client sends has no type. */
function readMessages(
  socket: Socket,
  { startup }: { readonly startup: boolean },
  use: (message: Buffer) => void,
): void {
  let rest = Buffer.alloc(0);
  let typeBytes = startup ? 0 : TYPE_BYTES;
  socket.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= typeBytes + LENGTH_BYTES) {
      const length = typeBytes + rest.readUInt32BE(typeBytes);
      if (rest.length < length) return;
      use(rest.subarray(0, length));
      rest = rest.subarray(length);
      typeBytes = TYPE_BYTES;
    }
  });
}

/** The startup message begins with its length, which is below 16 MB: its first byte is 0. */
function statementOf(message: Buffer, prepared: Map<string, string>): string | undefined {
  const start = TYPE_BYTES + LENGTH_BYTES;
  const [first = '', second = ''] = message.toString('utf8', start).split('\0', 2);
  if (message[0] === QUERY) return first;
  if (message[0] === PARSE) prepared.set(first, second);
  return message[0] === BIND ? prepared.get(second) : undefined;
}
