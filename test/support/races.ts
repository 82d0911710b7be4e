import { expect } from 'chai';
import type { DialectName } from '../../src/databases/registry.js';
import { newDatabase, onChain, postgresTargetOf, type ChainDatabase } from './chain-database.js';
import { readState } from './chain-state.js';
import { CHAIN, TRANSACTIONAL_CHAIN } from './chain.js';
import { locksOf } from './locks.js';
import type { Pooler } from './pgbouncer.js';
import { dataSourceFile, startProcess, type Command, type Ended } from './processes.js';
import { repetitions, share } from './repetitions.js';
import { urlOf } from './servers.js';

/** A way for many processes to come to one empty database at once. */
export interface Race {
  readonly title: string;
  readonly dialect: DialectName;
  /** Whether they come by way of a pooler. */
  readonly pooled: boolean;
  /** What each runs; the pooler is there when the race is pooled. */
  command(database: ChainDatabase, pooler: Pooler | undefined): Command;
}

/** How a race ended. */
export interface RaceResult {
  readonly processes: number;
  /** How many of them ended with code 0. */
  readonly fine: number;
  /** How many revisions were run and recorded. */
  readonly revisions: number;
  /** What went wrong, in words; nothing when each revision was committed once. */
  readonly faults: readonly string[];
}

const up = (file: string, env: Command['env']): Command => ({
  script: 'orchestrator-db',
  args: ['up', ...dataSourceFile(file)],
  env,
});
const typeorm = (file: string, env: Command['env']): Command => ({
  script: 'typeorm',
  args: ['migration:run', ...dataSourceFile(file)],
  env,
});
const CONCURRENTLY = 'chain-data-source';
const TRANSACTIONAL = 'transactional-chain-data-source';

/** All ways that have to come out the same. */
export const RACES: readonly Race[] = [
  {
    title: 'on an SQLite file, with a rebuild',
    dialect: 'sqlite',
    pooled: false,
    command: ({ url }) => up(CONCURRENTLY, { DATABASE_URL: url }),
  },
  {
    title: "on an SQLite file, through TypeORM's command line",
    dialect: 'sqlite',
    pooled: false,
    command: ({ url }) => typeorm(CONCURRENTLY, { DATABASE_URL: url }),
  },
  {
    title: 'on PostgreSQL',
    dialect: 'postgres',
    pooled: false,
    command: ({ url }) => up(TRANSACTIONAL, { DATABASE_URL: url }),
  },
  {
    title: 'on PostgreSQL, with an index made CONCURRENTLY in the middle',
    dialect: 'postgres',
    pooled: false,
    command: ({ url }) => up(CONCURRENTLY, { DATABASE_URL: url }),
  },
  {
    title: 'on PostgreSQL, with one connection in the pool',
    dialect: 'postgres',
    pooled: false,
    command: ({ url }) => up(CONCURRENTLY, { DATABASE_URL: url, DB_POOL_SIZE: '1' }),
  },
  {
    title: "on PostgreSQL, through TypeORM's command line",
    dialect: 'postgres',
    pooled: false,
    command: ({ url }) => typeorm(CONCURRENTLY, { DATABASE_URL: url }),
  },
  {
    title: 'behind PgBouncer in transaction mode',
    dialect: 'postgres',
    pooled: true,
    command: (database, pooler) => up(TRANSACTIONAL, { DATABASE_URL: pooledUrl(database, pooler) }),
  },
  {
    title: 'behind PgBouncer in transaction mode, CONCURRENTLY over a direct connection',
    dialect: 'postgres',
    pooled: true,
    command: (database, pooler) =>
      up(CONCURRENTLY, { DATABASE_URL: pooledUrl(database, pooler), DATABASE_DIRECT_URL: database.url }),
  },
];

/** The URL of a database by way of a pooler. */
export function pooledUrl(database: ChainDatabase, pooler: Pooler | undefined): string {
  if (!pooler) throw new Error('No pooler was started.');
  return urlOf(pooler.through(postgresTargetOf(database)));
}

/** In tests; `npm run test:stress` has more of them. */
export const PROCESSES = 8;
export const LIMIT_MS = 180_000;
const TIMES = { quick: 1, ci: 3, full: 20 };

/** What a test of a race is called. */
export function raceTitle({ title }: Race): string {
  return `commit each revision once, record it once and all succeed: ${title} (${share(TIMES)})`;
}

/** Runs a race as often as the level of this run specifies, and expects no fault. */
export async function runRaces(race: Race, { processes, pooler }: RaceOptions): Promise<void> {
  for (let time = 0; time < repetitions(TIMES); time += 1) {
    const { faults, fine, revisions } = await runRace(race, { processes, pooler });
    expect({ faults, fine, revisions }).to.deep.equal({ faults: [], fine: processes, revisions: 7 });
  }
}

interface RaceOptions {
  readonly processes: number;
  readonly pooler?: Pooler | undefined;
}

/** Lets that many processes loose on an empty database, and looks at what they leave. */
export async function runRace(race: Race, { processes, pooler }: RaceOptions): Promise<RaceResult> {
  const database = await newDatabase(race.dialect);
  try {
    const command = race.command(database, pooler);
    const all = await Promise.all(Array.from({ length: processes }, () => startProcess(command).ended));
    const found = await findings(
      database,
      command.args.some((arg) => arg.includes(TRANSACTIONAL)),
    );
    const failed = all.filter(({ code }) => code !== 0);
    return {
      processes,
      fine: processes - failed.length,
      revisions: found.revisions,
      faults: [...failed.map(failureWords), ...found.faults],
    };
  } finally {
    await database.remove();
  }
}

function failureWords({ code, signal, stdout, stderr }: Ended): string {
  return `a process ended with ${String(signal ?? code)}: ${stderr.trim() || stdout.trim()}`;
}

/** What is not as one process alone would have left it. */
async function findings(
  database: ChainDatabase,
  transactional: boolean,
): Promise<Pick<RaceResult, 'revisions' | 'faults'>> {
  const chain = (transactional ? TRANSACTIONAL_CHAIN : CHAIN).map(({ name }) => name);
  return onChain(database, async (dataSource) => {
    const { records, rows } = await readState(dataSource, database.target.dialect);
    const outcomes = await dataSource.query<{ revision: string; outcome: string }[]>(
      'SELECT "revision", "outcome" FROM "migrations_attempt" ORDER BY "id"',
    );
    const attempts = outcomes.map(({ revision, outcome }) => `${revision} ${outcome}`);
    const alone = chain.map((name) => `${name} done`);
    const facts: readonly (readonly [string, unknown, unknown])[] = [
      ['records', records, chain],
      ['attempts', attempts, alone],
      ['counter', rows['counter'], [{ id: 1, value: 1 }]],
      ['parents', rows['parent']?.length, 50],
      ['children', rows['child']?.length, 100],
      ['locks', await locksOf(database), []],
    ];
    return { revisions: records.length, faults: facts.flatMap((fact) => differenceOf(...fact)) };
  });
}

function differenceOf(what: string, found: unknown, expected: unknown): readonly string[] {
  const [is, should] = [found, expected].map((value) => JSON.stringify(value));
  return is === should ? [] : [`${what}: ${String(is)} instead of ${String(should)}`];
}
