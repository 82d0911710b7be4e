import { setTimeout as pause } from 'node:timers/promises';
import type { CHAIN } from './chain.js';
import { rowsOn, type Cluster } from './cluster.js';
import { isFine, type Outcome } from './migrators.js';
import { dataSourceFile, startProcess } from './processes.js';
import { until } from './until.js';

/** Answers that were compared with the records. */
export interface Claims {
  readonly count: number;
  /** Those that were not true. */
  readonly wrong: readonly string[];
  /** How the commands ended that look. */
  readonly outcomes: readonly Outcome[];
}

/** Looks at what commands answer. */
export interface Watch {
  /** Compares what `up` says after a success; gives the outcome back. */
  judge(up: () => Promise<Outcome>): Promise<Outcome>;
  /** Ends the commands that look. */
  stop(): Promise<Claims>;
}

interface Watched {
  readonly cluster: Cluster;
  readonly database: string;
  readonly url: string;
  readonly chain: typeof CHAIN;
  readonly isSynchronous: boolean;
}

/** What `status --json` and `check --json` say in common. */
interface Report {
  readonly status?: string;
  readonly pending?: readonly unknown[];
  readonly error?: { readonly code: string; readonly message: string };
}

/**
 * Runs `status` and `check` in turn, each in a process, and holds what they say against the records: that everything is
 * applied is never said while something is pending.
 */
export function watchClaims(watched: Watched): Watch {
  const { chain } = watched;
  const names = chain.map(({ name }) => name);
  const over = new AbortController();
  const wrong: string[] = [];
  const outcomes: Outcome[] = [];
  let count = 0;
  const compare = async (claim: string, before: string) => {
    const records = await recordsAfter(watched, before);
    if (records === undefined) return;
    count += 1;
    if (names.some((name) => !records.includes(name)))
      wrong.push(`${claim}, but only ${records.length} of ${names.length} revisions are applied`);
  };
  const looking = (async () => {
    for (let turn = 0; !over.signal.aborted; turn += 1) {
      const command = turn % 2 === 0 ? 'status' : 'check';
      const before = place(watched);
      const { outcome, isAtHead } = await look(command, watched);
      outcomes.push(outcome);
      if (isAtHead) await compare(`${command} says that nothing is pending`, before);
      await pause(20);
    }
  })();
  return {
    judge: async (up) => {
      const before = place(watched);
      const outcome = await up();
      if (!isFine(outcome)) return outcome;
      if (outcome.current !== names.at(-1)) wrong.push(`up ended with 0 at ${String(outcome.current)}`);
      await compare('up says that nothing is left to do', before);
      return outcome;
    },
    stop: async () => {
      over.abort();
      await looking;
      return { count, wrong, outcomes };
    },
  };
}

/** The primary that may have answered. */
function place({ cluster }: Watched): string {
  return `${cluster.primary.port}`;
}

/** The records when the primary answers; undefined where asynchronous replication may have lost what was true before. */
async function recordsAfter(watched: Watched, before: string): Promise<readonly unknown[] | undefined> {
  const { cluster, database, isSynchronous } = watched;
  let records: readonly unknown[] = [];
  await until(() =>
    rowsOn({ ...cluster.primary, database }, 'SELECT name FROM migrations').then(
      (rows) => {
        records = rows.map(({ name }) => name);
        return true;
      },
      () => false,
    ),
  );
  return isSynchronous || place(watched) === before ? records : undefined;
}

async function look(
  command: 'status' | 'check',
  { url, chain }: Watched,
): Promise<{ readonly outcome: Outcome; readonly isAtHead: boolean }> {
  const isConcurrent = chain.some(({ name }) => name === 'IndexChildren1800000000105');
  const file = isConcurrent ? 'chain-data-source' : 'transactional-chain-data-source';
  const args = [command, '--json', ...dataSourceFile(file)];
  const { code, stdout, stderr } = await startProcess({
    script: 'orchestrator-db',
    args,
    env: { DATABASE_URL: url },
  }).ended;
  const report = parsed(stdout);
  if (report === undefined) return { outcome: { uncaught: `${command}: ${stderr}` }, isAtHead: false };
  const { error, pending = [], status } = report;
  if (error) return { outcome: { error }, isAtHead: false };
  const isInSync = command === 'status' || (status === 'in-sync' && code === 0);
  return { outcome: {}, isAtHead: isInSync && pending.length === 0 };
}

function parsed(text: string): Report | undefined {
  try {
    return JSON.parse(text) as Report;
  } catch {
    return undefined;
  }
}
