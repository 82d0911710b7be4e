import type { ObjectLiteral } from 'typeorm';
import type { ConfirmationOptions } from '../src/generate/confirm/confirmations.js';
import {
  TABLES,
  WITH_CHECK,
  WITH_REVIEWER,
  WITH_UNIQUE,
  withColumns,
  withJobs,
  without,
  type Tables,
} from './online-model.js';

/** How a release uses the column in which the counter of a row stands. */
export interface Release {
  readonly tables: Tables;
  /** The columns that it sets. */
  readonly write: (value: number) => ObjectLiteral;
  /** The counter of a row as it reads it; undefined where there is none. */
  readonly read: (row: ObjectLiteral) => number | undefined;
}

/** A change of the entities that two releases see differently. */
export interface RolloutKind {
  readonly title: string;
  readonly old: Release;
  readonly new: Release;
  readonly words: Partial<ConfirmationOptions> & { readonly upserts?: readonly string[] };
  /** An expression over a row that means the same before and after, in the names of each release. */
  readonly kept: { readonly old: string; readonly new: string };
  /** Whether the snapshot of the release before says what its transformers read. */
  readonly hasReaders?: boolean;
  /** What pgroll's documentation promises for it. */
  readonly pgroll: string;
}

const ATTEMPTS: Omit<Release, 'tables'> = {
  write: (value) => ({ attempts: value }),
  read: ({ attempts }) => Number(attempts),
};

/** The counter in a text column. */
function inText(column: string): Omit<Release, 'tables'> {
  return {
    write: (value) => ({ [column]: `v${value}` }),
    read: (row) => {
      const text: unknown = row[column];
      return typeof text === 'string' && text.startsWith('v') ? Number(text.slice(1)) : undefined;
    },
  };
}

/** A key as a number, whatever the driver gives. */
const NUMBER = {
  to: (value: unknown) => value,
  from: (value: unknown) => (typeof value === 'string' ? Number(value) : value),
};

/** The same tables with a key of a type, and the column that refers to it. */
function withKey(type: 'integer' | 'bigint'): Tables {
  const typed = (table: Tables[string] | undefined, column: string): Tables[string][] =>
    table
      ? [
          {
            ...table,
            columns: {
              ...table.columns,
              [column]: { ...table.columns[column], type, transformer: NUMBER },
            },
          },
        ]
      : [];
  const { jobs, resource_allocations: allocations, ...others } = TABLES;
  const all = [...Object.values(others), ...typed(jobs, 'id'), ...typed(allocations, 'job_id')];
  return Object.fromEntries(all.map((table) => [table.name, table]));
}

/** The counter in a document. */
function inDocument(column: string): Omit<Release, 'tables'> {
  return {
    write: (value) => ({ [column]: { n: value } }),
    read: ({ [column]: document }) => Number((document as { readonly n?: unknown } | null)?.n),
  };
}

/** The counter as seconds of a moment; only UTC is compared, which rollout sets for this process. */
const MOMENT: Omit<Release, 'tables'> = {
  write: (value) => ({ due_at: new Date(value * 1000) }),
  read: ({ due_at: moment }) => (moment instanceof Date ? moment.getTime() / 1000 : undefined),
};

const KEYED: Omit<Release, 'tables'> = {
  write: ATTEMPTS.write,
  read: ({ id, attempts }) => (typeof id === 'number' ? Number(attempts) : undefined),
};
/** A status beside the counter; a release knows those of both, and sets its own. */
function inStatus(own: string, other: string): Omit<Release, 'tables'> {
  return {
    write: (value) => ({ attempts: value, status: own }),
    read: ({ attempts, status }) => ([own, other].includes(String(status)) ? Number(attempts) : undefined),
  };
}

function statuses(...values: readonly string[]) {
  return withColumns({ status: { type: 'enum', enum: [...values], enumName: 'jobstatus' } });
}

const LEGACY = { type: 'varchar', length: 20, nullable: true } as const;

/** Every kind that is measured, in the order of the table. */
export const ROLLOUT_KINDS: readonly RolloutKind[] = [
  {
    title: 'rename of a column',
    old: { tables: TABLES, ...inText('legacy') },
    new: { tables: withColumns({ former: LEGACY }, 'legacy'), ...inText('former') },
    words: { renames: ['jobs.legacy:former'] },
    kept: { old: 'legacy', new: 'former' },
    pgroll: 'each version has the name of its own in its views',
  },
  {
    title: 'rename of a table',
    old: { tables: TABLES, ...ATTEMPTS },
    new: { tables: withJobs(() => ({ tableName: 'tasks' })), ...ATTEMPTS },
    words: { renamedTables: ['jobs:tasks'] },
    kept: { old: 'title', new: 'title' },
    pgroll: 'each version has the name of its own in its views',
  },
  {
    title: 'rename of a unique column that is upserted by',
    old: { tables: TABLES, ...ATTEMPTS },
    new: { tables: withColumns({ job_id: { type: 'varchar', length: 100, name: 'job_key' } }), ...ATTEMPTS },
    words: { renames: ['jobs.job_id:job_key'], upserts: ['jobs.job_key'] },
    kept: { old: 'job_id', new: 'job_key' },
    pgroll: 'each version has the name of its own in its views',
  },
  {
    title: 'drop of a column',
    old: { tables: TABLES, ...ATTEMPTS },
    new: { tables: withColumns({}, 'external_key'), ...ATTEMPTS },
    words: { drops: ['jobs.external_key'], backfills: ['jobs.external_key=job_id'] },
    kept: { old: 'title', new: 'title' },
    pgroll:
      'the old version keeps the column, with a `down` value for rows of the new one; it goes on completion',
  },
  {
    title: 'drop of a table that refers to one in use',
    old: { tables: TABLES, ...ATTEMPTS },
    new: { tables: without('resource_allocations'), ...ATTEMPTS },
    words: { drops: ['resource_allocations'] },
    kept: { old: 'title', new: 'title' },
    pgroll: 'the old version keeps the table; it goes on completion',
  },
  {
    title: 'new required column',
    old: { tables: TABLES, ...ATTEMPTS },
    new: {
      tables: withColumns({ tier: { type: 'integer' } }),
      write: (value) => ({ attempts: value, tier: value }),
      read: ATTEMPTS.read,
    },
    words: { backfills: ['jobs.tier=attempts + 1'] },
    kept: { old: 'title', new: 'title' },
    pgroll: 'an `up` value for rows of the old version, by trigger and backfill; NOT NULL on completion',
  },
  {
    title: 'nullable column becomes required',
    old: { tables: TABLES, ...ATTEMPTS },
    new: {
      tables: withColumns({ priority: { type: 'integer' } }),
      write: (value) => ({ attempts: value, priority: 3 }),
      read: ATTEMPTS.read,
    },
    words: { backfills: ['jobs.priority=5'] },
    kept: { old: 'coalesce(priority, 5)', new: 'priority' },
    pgroll: 'a second column with `up` and `down` values, in the place of the first on completion',
  },
  {
    title: 'new check that old rows may violate',
    old: { tables: TABLES, write: (value) => ({ attempts: value, reviewer_id: 1 }), read: ATTEMPTS.read },
    new: {
      tables: WITH_CHECK,
      ...ATTEMPTS,
    },
    words: {},
    kept: { old: 'title', new: 'title' },
    pgroll:
      'a second column with the check and `up` and `down` values, in the place of the first on completion',
  },
  {
    title: 'new unique constraint',
    old: { tables: TABLES, ...ATTEMPTS },
    new: {
      tables: WITH_UNIQUE,
      ...ATTEMPTS,
    },
    words: {},
    kept: { old: 'external_key', new: 'external_key' },
    pgroll:
      'a second column with the constraint and `up` and `down` values, in the place of the first on completion',
  },
  {
    title: 'new foreign key',
    old: { tables: TABLES, write: (value) => ({ attempts: value, reviewer_id: 1 }), read: ATTEMPTS.read },
    new: {
      tables: WITH_REVIEWER,
      write: (value) => ({ attempts: value, reviewer_id: 2 }),
      read: ATTEMPTS.read,
    },
    words: {},
    kept: { old: 'reviewer_id', new: 'reviewer_id' },
    pgroll:
      'a second column with the key and `up` and `down` values, in the place of the first on completion',
  },
  {
    title: 'json becomes jsonb',
    old: { tables: TABLES, ...inDocument('payload') },
    new: { tables: withColumns({ payload: { type: 'jsonb', nullable: true } }), ...inDocument('payload') },
    words: {},
    kept: { old: 'payload::jsonb', new: 'payload' },
    pgroll: 'a second column with `up` and `down` values, in the place of the first on completion',
  },
  {
    title: 'timestamp becomes timestamptz',
    old: { tables: TABLES, ...MOMENT },
    new: { tables: withColumns({ due_at: { type: 'timestamptz', nullable: true } }), ...MOMENT },
    words: { timeZones: ['jobs.due_at=UTC'] },
    kept: {
      old: "to_char(due_at, 'YYYY-MM-DD HH24:MI:SS')",
      new: "to_char(due_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')",
    },
    pgroll: 'a second column with `up` and `down` values, in the place of the first on completion',
  },
  {
    title: 'integer key becomes bigint with references',
    old: { tables: withKey('integer'), ...KEYED },
    new: { tables: withKey('bigint'), ...KEYED },
    words: {},
    kept: { old: 'id', new: 'id' },
    hasReaders: true,
    pgroll: 'a second column with `up` and `down` values, in the place of the first on completion',
  },
  {
    title: 'enum value renamed',
    old: { tables: TABLES, ...inStatus('PENDING', 'WAITING') },
    new: { tables: statuses('WAITING', 'RUNNING', 'COMPLETED'), ...inStatus('WAITING', 'PENDING') },
    words: { renames: ['jobs.status.PENDING:WAITING'] },
    kept: {
      old: "replace(status::text, 'WAITING', 'PENDING')",
      new: "replace(status::text, 'WAITING', 'PENDING')",
    },
    pgroll:
      'a second column of the other type with `up` and `down` values, in the place of the first on completion',
  },
  {
    title: 'enum value removed',
    old: { tables: TABLES, ...inStatus('COMPLETED', 'RUNNING') },
    new: { tables: statuses('PENDING', 'RUNNING'), ...inStatus('RUNNING', 'COMPLETED') },
    words: { renames: ['jobs.status.COMPLETED:RUNNING'] },
    kept: {
      old: "replace(status::text, 'COMPLETED', 'RUNNING')",
      new: "replace(status::text, 'COMPLETED', 'RUNNING')",
    },
    pgroll:
      'a second column of the other type with `up` and `down` values, in the place of the first on completion',
  },
];
