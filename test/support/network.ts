import { execFileSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PostgresTarget } from '../../src/database-url.js';
import { startRestartablePostgres, type RestartablePostgres } from './restartable-postgres.js';
import { withRawClient } from './raw-postgres.js';

/** A network of this machine's own, with a client's end that can be cut off. Needs root, iproute2 and nftables. */
export interface ClientNetwork {
  /** The words before a command that put it on the client's end. */
  readonly enter: readonly string[];
  /** The server's address on it. */
  readonly host: string;
  /** From now on packets are dropped without a word, both ways: all, or those of the client's ports. */
  cut(ports?: readonly number[]): void;
  /** Packets pass again, where they were dropped. */
  mend(): void;
  remove(): void;
}

/** The third number is of this process, so that two test runs do not meet. */
export function newClientNetwork(): ClientNetwork {
  const third = process.pid % 250;
  const [space, outer, inner] = [`odcut${process.pid}`, `odc${process.pid}`, `odp${process.pid}`];
  const [host, client] = [`10.66.${third}.1`, `10.66.${third}.2`];
  const enter = ['ip', 'netns', 'exec', space];
  const run = (words: readonly string[], input?: string) =>
    void execFileSync(words[0] ?? '', words.slice(1), { input, stdio: ['pipe', 'ignore', 'inherit'] });
  const ip = (line: string) => run(['ip', ...line.split(' ')]);
  ip(`netns add ${space}`);
  ip(`link add ${outer} type veth peer name ${inner}`);
  ip(`link set ${inner} netns ${space}`);
  ip(`addr add ${host}/24 dev ${outer}`);
  ip(`link set ${outer} up`);
  for (const line of [`addr add ${client}/24 dev ${inner}`, `link set ${inner} up`, 'link set lo up'])
    run([...enter, 'ip', ...line.split(' ')]);
  return {
    enter,
    host,
    cut: (ports) => run([...enter, 'nft', '-f', '-'], dropping(ports)),
    mend: () => run([...enter, 'nft', '-f', '-'], 'table inet cut {}; delete table inet cut;'),
    remove: () => {
      ip(`netns del ${space}`);
      // Its other end is gone with it, most often.
      execFileSync('sh', ['-c', `ip link del ${outer} 2>/dev/null || true`]);
    },
  };
}

function dropping(ports?: readonly number[]): string {
  const list = ports && `{ ${ports.join(', ')} }`;
  return `table inet cut {
    chain i { type filter hook input priority 0; iif != lo ${list ? `tcp dport ${list} ` : ''}drop; }
    chain o { type filter hook output priority 0; oif != lo ${list ? `tcp sport ${list} ` : ''}drop; }
  }`;
}

/** A server that listens on every address and lets that network in. */
export async function startReachablePostgres(): Promise<RestartablePostgres> {
  const server = await startRestartablePostgres();
  await server.halt('SIGINT');
  appendFileSync(join(server.data, 'pg_hba.conf'), '\nhost all all 10.66.0.0/16 scram-sha-256\n');
  await server.resume(undefined, ['-c', 'listen_addresses=*']);
  return server;
}

/** The sessions of a database but for the one that asks: state, statement, and the port of the client. */
export async function sessionsOf(
  server: PostgresTarget,
  database: string,
): Promise<
  readonly { readonly pid: number; readonly state: string; readonly query: string; readonly port: number }[]
> {
  return withRawClient(server, async (client) => {
    const { rows } = await client.query<{ pid: number; state: string; query: string; port: number }>(
      `SELECT pid, state, query, client_port AS port FROM pg_stat_activity
        WHERE datname = $1 AND pid <> pg_backend_pid() AND backend_type = 'client backend' ORDER BY pid`,
      [database],
    );
    return rows;
  });
}
