import type { GuardedDataSource } from '../../src/data-source.js';
import { JobStateTransition, WorkerStateTransition } from '../../src/entities/index.js';
import { migrateUp } from '../../src/migrator/migrate.js';
import { subscribers } from '../../src/subscribers/index.js';
import { execute, rowsOf, type Row } from './cli-database.js';
import type { TestDatabase } from './databases.js';

/** The last revision in which the tables of state transitions are plain. */
export const PLAIN = 'WorkersAndJobs1795663574228';
/** The tables of state transitions. */
export const TRANSITIONS = ['worker_state_transitions', 'job_state_transitions'] as const;
/** Their entities, in the same order. */
export const TRANSITION_ENTITIES = [WorkerStateTransition, JobStateTransition] as const;

/** How long ago the transitions of the history were written, in days. */
const AGES = [700, 400, 95, 40, 3, 1, 0] as const;

/** A time that many days ago, as both databases read it; no two ages have the same one. */
function before(days: number): string {
  const moment = new Date(Date.now() - days * 86_400_000).toISOString();
  return moment.replace('T', ' ').slice(0, 23);
}

/** Two workers and two jobs, with transitions of two years; the ids have a gap. */
function history(dialect: TestDatabase['dialect']): readonly string[] {
  const zone = dialect === 'postgres' ? '+00' : '';
  const owned = (owner: 'worker' | 'job', from: string, to: string) =>
    AGES.map(
      (days, index) =>
        `INSERT INTO ${owner}_state_transitions (id, ${owner}_id, from_state, to_state, reason, timestamp) VALUES (${10 * (index + 1)}, '${owner[0] ?? ''}${1 + (index % 2)}', ${index < 2 ? 'NULL' : `'${from}'`}, '${to}', ${days > 50 ? `'long ago'` : 'NULL'}, '${before(days)}${zone}')`,
    );
  return [
    `INSERT INTO workers (worker_id) VALUES ('w1'), ('w2')`,
    `INSERT INTO jobs (job_id, task_description) VALUES ('j1', 'Paint'), ('j2', 'Write')`,
    ...owned('worker', 'BUSY', 'IDLE'),
    ...owned('job', 'RUNNING', 'PENDING'),
    ...(dialect === 'postgres'
      ? TRANSITIONS.map((table) => `SELECT setval(pg_get_serial_sequence('${table}', 'id'), 70)`)
      : []),
  ];
}

/** A DataSource of an application on a database whose tables of transitions are plain and have rows. */
export async function withPlainTransitions(database: TestDatabase): Promise<GuardedDataSource> {
  const dataSource = await database.connect({ subscribers });
  await migrateUp(dataSource, { target: PLAIN });
  await execute(database, history(database.dialect));
  return dataSource;
}

/** All state transitions by table, as the database has them. */
export async function transitionRows(
  database: TestDatabase,
): Promise<Readonly<Record<string, readonly Row[]>>> {
  const found: Record<string, readonly Row[]> = {};
  for (const table of TRANSITIONS)
    found[table] = await rowsOf(database, `SELECT * FROM ${table} ORDER BY id`);
  return found;
}
