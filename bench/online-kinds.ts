import type { EntitySchemaColumnOptions } from 'typeorm';
import { NO_CONFIRMATIONS, type ConfirmationOptions } from '../src/generate/confirm/confirmations.js';
import {
  JOB_NOTES,
  TABLES,
  WITH_CHECK,
  WITH_REVIEWER,
  WITH_UNIQUE,
  withColumns,
  withJobs,
  type Tables,
} from './online-model.js';

/** A kind of change of the entities, and how traffic and migrator meet in it. */
export interface Kind {
  readonly title: string;
  readonly to: Tables;
  /** What has to be said to the generator. */
  readonly words?: Partial<ConfirmationOptions>;
  /** The way that is measured; default up. The other one is gone before, without traffic. */
  readonly direction?: 'up' | 'down';
  /** A column that writers set: as long as there are old writers only, it may not become required. */
  readonly written?: string;
  /** Whether that column is new: its writers start when the first revision is applied. */
  readonly writtenAfterFirst?: boolean;
  /** How long somebody's transaction holds what it has read of jobs, beginning just before, milliseconds. */
  readonly heldMs?: number;
  /** Whether it is a rewrite of the table, which was asked for and does block. */
  readonly rewrite?: boolean;
}

const PRIORITY: EntitySchemaColumnOptions = { type: 'integer' };
const STATUS: EntitySchemaColumnOptions = {
  type: 'enum',
  enum: ['SUBMITTED', 'PENDING', 'RUNNING', 'COMPLETED'],
  enumName: 'jobstatus',
};
const WITH_INDEX = withJobs(({ indices = [] }) => ({
  indices: [...indices, { name: 'ix_jobs_created_at', columns: ['created_at'] }],
}));
/** Every kind that is measured, in the order of the table. */
export const KINDS: readonly Kind[] = [
  { title: 'no revision: the noise of the machine', to: TABLES },
  { title: 'add nullable column', to: withColumns({ note: { type: 'text', nullable: true } }) },
  { title: 'add column, constant default', to: withColumns({ depth: { type: 'integer', default: 0 } }) },
  {
    title: 'add not null column, volatile default',
    to: withColumns({ token: { type: 'uuid', default: () => 'gen_random_uuid()' } }),
  },
  {
    title: 'add required column, --backfill (1)',
    to: withColumns({ tier: { type: 'integer' } }),
    words: { backfills: ['jobs.tier=attempts + 1'] },
    written: 'tier',
    writtenAfterFirst: true,
  },
  {
    title: 'nullable -> not null, --backfill (2)',
    to: withColumns({ priority: PRIORITY }),
    words: { backfills: ['jobs.priority=5'] },
    written: 'priority',
  },
  {
    title: 'not null -> nullable',
    to: withColumns({ title: { type: 'varchar', length: 50, nullable: true } }),
  },
  { title: 'add index', to: WITH_INDEX },
  { title: 'add index, the way down', to: WITH_INDEX, direction: 'down' },
  { title: 'drop index', to: withJobs(() => ({ indices: [] })) },
  { title: 'add unique constraint', to: WITH_UNIQUE },
  { title: 'add unique, the way down', to: WITH_UNIQUE, direction: 'down' },
  { title: 'add check', to: WITH_CHECK },
  { title: 'add check, the way down', to: WITH_CHECK, direction: 'down' },
  { title: 'drop check', to: withJobs(() => ({ checks: [] })) },
  { title: 'add foreign key', to: WITH_REVIEWER },
  { title: 'drop foreign key', to: withJobs(() => ({ foreignKeys: [] })) },
  { title: 'new table with foreign key to jobs', to: { ...TABLES, job_notes: JOB_NOTES } },
  { title: 'varchar(50) -> varchar(100)', to: withColumns({ title: { type: 'varchar', length: 100 } }) },
  { title: 'varchar(50) -> text', to: withColumns({ title: { type: 'text' } }) },
  { title: 'new enum value', to: withColumns({ status: STATUS }) },
  { title: 'drop column, --drop', to: withColumns({}, 'legacy'), words: { drops: ['jobs.legacy'] } },
  {
    title: 'rename column, --rename (3)',
    to: withColumns({ former: { type: 'varchar', length: 20, nullable: true } }, 'legacy'),
    words: { renames: ['jobs.legacy:former'] },
  },
  {
    title: 'add nullable column, a reader of 8 s before it',
    to: withColumns({ note: { type: 'text', nullable: true } }),
    heldMs: 8000,
  },
  {
    title: 'int -> bigint, --allow-rewrite (4)',
    to: withColumns({ attempts: { type: 'bigint', default: 0 } }),
    words: { allowRewrite: true },
    rewrite: true,
  },
];

/** What the numbers in the titles mean. */
export const NOTES: readonly string[] = [
  '(1) writers are of the old application until the first revision is applied, then of one that sets the column',
  '(2) writers set the column',
  '(3) the application does not use the column; TypeORM drops it and adds another one',
  '(4) a rewrite of the table, which somebody has to ask for: it blocks, and is not judged',
];

/** All that was said for a kind. */
export function wordsOf({ words }: Kind): ConfirmationOptions {
  return { ...NO_CONFIRMATIONS, ...words };
}
