import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PostgresTarget } from '../src/database-url.js';
import { SNAPSHOT_FILE, snapshotText } from '../src/generate/compare/snapshot.js';
import { generate, type GenerateRequest } from '../src/generate/propose.js';
import { revisionClass } from '../src/generate/write/revision-class.js';
import { migrateUp } from '../src/migrator/migrate.js';
import { connected, dataSourceOn, query, type Revisions } from './online-databases.js';
import { entitiesOf, TABLES, type Tables } from './online-model.js';
import { NO_CONFIRMATIONS, type ConfirmationOptions } from '../src/generate/confirm/confirmations.js';

/** One worker for so many jobs. */
const JOBS_OF_WORKER = 1000;

/** Where everything starts. */
export interface Start {
  readonly server: PostgresTarget;
  /** An empty folder: there is no snapshot. */
  readonly folder: string;
  /** Jobs. */
  readonly rows: number;
  /** What makes the tables; none at first. */
  readonly revisions: Revisions;
}

/** How many workers there are. */
export function workersFor(rows: number): number {
  return Math.max(Math.ceil(rows / JOBS_OF_WORKER), 20);
}

/** What a change is generated with. */
interface ChangeWords extends ConfirmationOptions {
  /** Whether it is in expand and contract; default false. */
  readonly phases?: boolean;
  /** Renamed columns by which the new release upserts; default none. */
  readonly upserts?: readonly string[];
}

/** The classes of the revisions that lead from the start to other tables. */
export async function generated(start: Start, to: Tables, words: ChangeWords): Promise<Revisions> {
  const { revisions } = await generate(requestFor(start, to, words));
  return revisions.map(({ id, part }) => revisionClass(id, part));
}

/** The same start behind a release with other entities for the same tables: its snapshot says what they read. */
export async function recordedStart(start: Start, tables: Tables): Promise<Start> {
  const folder = mkdtempSync(join(start.folder, 'recorded-'));
  const words = { ...NO_CONFIRMATIONS, phases: true };
  const { snapshot } = await generate(requestFor({ ...start, folder }, tables, words));
  writeFileSync(join(folder, SNAPSHOT_FILE), snapshotText(snapshot));
  return { ...start, folder };
}

function requestFor(
  start: Start,
  to: Tables,
  { phases = false, upserts = [], ...words }: ChangeWords,
): GenerateRequest {
  return {
    sources: {
      postgres: (target, more) =>
        dataSourceOn(target as PostgresTarget, entitiesOf(to), [...start.revisions, ...more]),
    },
    settings: { scratch: start.server },
    folder: start.folder,
    name: 'Change',
    stamp: start.revisions.length === 0 ? 1_795_435_200_000 : 1_795_435_300_000,
    words,
    steps: phases ? { phases, upserts } : { oneStep: true },
  };
}

/** The revisions that make the tables at the start. */
export function startRevisions(start: Omit<Start, 'revisions'>): Promise<Revisions> {
  return generated({ ...start, revisions: [] }, TABLES, NO_CONFIRMATIONS);
}

/** Makes the tables at the start, and fills them. */
export async function fill(target: PostgresTarget, { revisions, rows }: Start): Promise<void> {
  await connected(dataSourceOn(target, entitiesOf(TABLES), revisions), (dataSource) => migrateUp(dataSource));
  const workers = workersFor(rows);
  await query(
    target,
    `INSERT INTO workers (worker_id) SELECT 'worker-' || n FROM generate_series(1, ${workers}) AS n`,
  );
  await query(
    target,
    `INSERT INTO jobs (job_id, status, title, external_key, worker_id, reviewer_id, priority, legacy,
        due_at, payload)
      SELECT 'job-' || n, (ARRAY['PENDING', 'RUNNING', 'COMPLETED'])[1 + n % 3]::jobstatus, 'title of job ' || n,
        'key-' || n, 1 + n % ${workers}, CASE WHEN n % 2 = 0 THEN 1 + n % ${workers} END,
        CASE WHEN n % 3 > 0 THEN n % 10 END, 'legacy ' || n % 100,
        timestamp '2026-01-01' + n * interval '1 second', json_build_object('n', n)
      FROM generate_series(1, ${rows}) AS n`,
  );
  await query(
    target,
    `INSERT INTO resource_allocations (job_id, worker_id)
      SELECT n, 1 + n % ${workers} FROM generate_series(1, ${Math.ceil(rows / 4)}) AS n`,
  );
  await query(target, 'VACUUM ANALYZE');
}
