import {
  EntitySchema,
  EntitySchemaOptions,
  type EntitySchemaColumnOptions,
  type ObjectLiteral,
} from 'typeorm';

type Options = EntitySchemaOptions<ObjectLiteral>;

/** What TypeORM needs to know of a table. */
export interface Table extends Pick<
  Options,
  'name' | 'tableName' | 'indices' | 'uniques' | 'checks' | 'foreignKeys'
> {
  readonly columns: Columns;
}

type Columns = Readonly<Record<string, EntitySchemaColumnOptions>>;

/** All tables, by name. */
export type Tables = Readonly<Record<string, Table>>;

/** The tables that every kind of change starts from, with something in them for each to change. */
export const TABLES: Tables = {
  workers: {
    name: 'workers',
    columns: {
      id: key('pk_workers'),
      worker_id: { type: 'varchar', length: 100 },
      current_job_id: { type: 'varchar', length: 100, nullable: true },
      created_at: moment(),
    },
    uniques: [{ name: 'uq_workers_worker_id', columns: ['worker_id'] }],
  },
  jobs: {
    name: 'jobs',
    columns: {
      id: key('pk_jobs'),
      job_id: { type: 'varchar', length: 100 },
      status: { type: 'enum', enum: ['PENDING', 'RUNNING', 'COMPLETED'], enumName: 'jobstatus' },
      title: { type: 'varchar', length: 50 },
      external_key: { type: 'varchar', length: 40 },
      worker_id: { type: 'integer', nullable: true },
      reviewer_id: { type: 'integer', nullable: true },
      attempts: { type: 'integer', default: 0 },
      priority: { type: 'integer', nullable: true },
      legacy: { type: 'varchar', length: 20, nullable: true },
      due_at: { type: 'timestamp', nullable: true },
      payload: { type: 'json', nullable: true },
      created_at: moment(),
    },
    uniques: [{ name: 'uq_jobs_job_id', columns: ['job_id'] }],
    indices: [
      { name: 'ix_jobs_status', columns: ['status'] },
      { name: 'ix_jobs_due_at', columns: ['due_at'] },
    ],
    checks: [{ name: 'ck_jobs_attempts', expression: 'attempts >= 0' }],
    foreignKeys: [
      {
        name: 'fk_jobs_worker',
        target: 'workers',
        columnNames: ['worker_id'],
        referencedColumnNames: ['id'],
        onDelete: 'SET NULL',
      },
    ],
  },
  resource_allocations: {
    name: 'resource_allocations',
    columns: {
      id: key('pk_resource_allocations'),
      job_id: { type: 'integer' },
      worker_id: { type: 'integer' },
    },
    indices: [{ name: 'ix_resource_allocations_job_id', columns: ['job_id'] }],
    foreignKeys: [jobKey('fk_resource_allocations_job')],
  },
};

/** The same tables with a change to `jobs`. */
export function withJobs(change: (jobs: Table) => Partial<Table>): Tables {
  const { jobs } = TABLES;
  return jobs ? { ...TABLES, jobs: { ...jobs, ...change(jobs) } } : TABLES;
}

/** The same tables with columns of `jobs` added or replaced, and one of them taken away. */
export function withColumns(columns: Columns, without?: string): Tables {
  return withJobs((jobs) => {
    const all = Object.entries({ ...jobs.columns, ...columns });
    return { columns: Object.fromEntries(all.filter(([name]) => name !== without)) };
  });
}

/** The same tables without one. */
export function without(table: string): Tables {
  return Object.fromEntries(Object.entries(TABLES).filter(([name]) => name !== table));
}

/** A check that old rows may violate. */
export const WITH_CHECK = withJobs(({ checks = [] }) => ({
  checks: [...checks, { name: 'ck_jobs_attempts_most', expression: 'attempts <= 1000000' }],
}));

/** A foreign key of a column that is there. */
export const WITH_REVIEWER = withJobs(({ foreignKeys = [] }) => ({
  foreignKeys: [
    ...foreignKeys,
    {
      name: 'fk_jobs_reviewer',
      target: 'workers',
      columnNames: ['reviewer_id'],
      referencedColumnNames: ['id'],
    },
  ],
}));

/** A unique constraint of a column that is there. */
export const WITH_UNIQUE = withJobs(({ uniques = [] }) => ({
  uniques: [...uniques, { name: 'uq_jobs_external_key', columns: ['external_key'] }],
}));

/** A new table whose rows belong to a job. */
export const JOB_NOTES: Table = {
  name: 'job_notes',
  columns: { id: key('pk_job_notes'), job_id: { type: 'integer' }, note: { type: 'text' } },
  indices: [{ name: 'ix_job_notes_job_id', columns: ['job_id'] }],
  foreignKeys: [jobKey('fk_job_notes_job')],
};

/** As TypeORM takes them. */
export function entitiesOf(tables: Tables): EntitySchema[] {
  return Object.values(tables).map(
    (table) => new EntitySchema(Object.assign(new EntitySchemaOptions<ObjectLiteral>(), table)),
  );
}

function key(primaryKeyConstraintName: string): EntitySchemaColumnOptions {
  return { type: 'integer', primary: true, generated: 'increment', primaryKeyConstraintName };
}

function moment(): EntitySchemaColumnOptions {
  return { type: 'timestamp with time zone', default: () => 'now()' };
}

function jobKey(name: string): NonNullable<Table['foreignKeys']>[number] {
  return {
    name,
    target: 'jobs',
    columnNames: ['job_id'],
    referencedColumnNames: ['id'],
    onDelete: 'CASCADE',
  };
}
