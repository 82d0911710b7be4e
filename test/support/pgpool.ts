import { chown, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PostgresTarget } from '../../src/database-url.js';
import { freePort } from '../../src/databases/postgres/scratch/embedded-postgres.js';
import { findProgram } from './programs.js';
import type { ReplicatedPair } from './standby.js';
import { stopSupervised, supervise, waitUntilAnswers } from './supervised.js';

/** pgpool-II before a primary and its standby, which answers all reads that pgpool-II may send there. */
export interface ReadSplitter {
  /** A database of the pair, by way of pgpool-II. */
  through(target: PostgresTarget): PostgresTarget;
  /** The statements that the standby has been sent so far. */
  sentToStandby(): Promise<readonly string[]>;
  stop(): Promise<void>;
}

const NOBODY = 65_534;
/** @throws Error naming the package when it is not installed, or with its log when it does not start */
export async function startReadSplitter(pair: ReplicatedPair): Promise<ReadSplitter> {
  const program = findProgram('pgpool');
  const folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-pgpool-'));
  const port = await freePort();
  await writeFile(join(folder, 'pgpool.conf'), await settingsOf(pair, folder, port));
  await writeFile(join(folder, 'hba'), '');
  await chown(folder, NOBODY, NOBODY).catch(() => undefined);
  const command = [program, '-n', '-f', join(folder, 'pgpool.conf'), '-a', join(folder, 'hba')];
  const supervisor = supervise({ folder, command, owner: { uid: NOBODY, gid: NOBODY } });
  const through: ReadSplitter['through'] = (target) => ({ ...target, port });
  const log = () => readFile(join(folder, 'log'), 'utf8').catch(() => '');
  try {
    await waitUntilAnswers(through(pair.primary));
  } catch (error) {
    const output = await log();
    await stopSupervised(supervisor);
    throw new Error(`pgpool-II did not start: ${output}`, { cause: error });
  }
  return {
    through,
    sentToStandby: async () =>
      [...(await log()).matchAll(/node id: 1 .*?statement: (.*)/g)].map(([, statement = '']) => statement),
    stop: () => stopSupervised(supervisor),
  };
}

/**
 * Its defaults, but that all reads go to the standby, whose weight is 1, and not half of them; trust is what lets
 * pgpool-II pass any password on: https://www.pgpool.net/docs/latest/en/html/runtime-config-load-balancing.html
 */
async function settingsOf(pair: ReplicatedPair, folder: string, port: number): Promise<string> {
  return [
    "backend_clustering_mode = 'streaming_replication'",
    "listen_addresses = '127.0.0.1'",
    `port = ${port}`,
    `pcp_port = ${await freePort()}`,
    ...['pcp_socket_dir', 'unix_socket_directories', 'socket_dir', 'logdir'].map(
      (name) => `${name} = '${folder}'`,
    ),
    `pid_file_name = '${folder}/pgpool.pid'`,
    ...backend(0, pair.primary, 'ALWAYS_PRIMARY|DISALLOW_TO_FAILOVER'),
    ...backend(1, pair.standby, 'DISALLOW_TO_FAILOVER'),
    'enable_pool_hba = off',
    'allow_clear_text_frontend_auth = on',
    'num_init_children = 30',
    'load_balance_mode = on',
    'statement_level_load_balance = on',
    'sr_check_period = 0',
    'health_check_period = 0',
    'log_per_node_statement = on',
    '',
  ].join('\n');
}

/** The number is the weight as well: none of the reads go to the primary. */
function backend(number: 0 | 1, { host, port }: PostgresTarget, flag: string): readonly string[] {
  return [
    `backend_hostname${number} = '${host}'`,
    `backend_port${number} = ${port}`,
    `backend_weight${number} = ${number}`,
    `backend_flag${number} = '${flag}'`,
  ];
}
