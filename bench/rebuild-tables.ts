import { canonicalizeSqlite } from '../src/databases/sqlite/catalog.js';
import {
  raw,
  type ColumnModel,
  type KeyModel,
  type SchemaModel,
  type TableModel,
} from '../src/schema/model.js';

/** Rows of the parent, and of its children. */
export const ROWS = 100_000;

const column = (name: string, type: string, changes: Partial<ColumnModel> = {}): ColumnModel => ({
  name,
  type,
  nullable: false,
  default: null,
  identity: null,
  generated: null,
  storage: null,
  collation: null,
  comment: null,
  ...changes,
});

const key = (name: string | null, ...columns: readonly string[]): KeyModel => ({
  name,
  columns,
  include: [],
  deferrable: null,
  nulls: 'distinct',
});

const table = (name: string, changes: Partial<TableModel>): TableModel => ({
  name,
  persistence: 'permanent',
  comment: null,
  options: null,
  columns: [],
  primaryKey: key(null, 'id'),
  uniques: [],
  indexes: [],
  foreignKeys: [],
  checks: [],
  exclusions: [],
  ...changes,
});

const indexed = (name: string, ...columns: readonly string[]): TableModel['indexes'][number] => ({
  name,
  keys: columns.map((one) => ({
    column: one,
    expression: null,
    order: 'ASC',
    nulls: 'LAST',
    opclass: null,
    collation: null,
  })),
  include: [],
  unique: false,
  nulls: 'distinct',
  method: 'btree',
  where: null,
  valid: true,
});

const id = column('id', 'integer', { identity: 'autoincrement' });

/** The parent, with more values of its status and a new column that is checked, or without. */
function jobs(isAfter: boolean): TableModel {
  const values = isAfter ? "'SUBMITTED','PENDING','RUNNING'" : "'PENDING','RUNNING'";
  const check = (name: string | null, sql: string) => ({ name, expression: raw(sql), validated: true });
  return table('jobs', {
    columns: [
      id,
      column('job_id', 'varchar(100)'),
      column('status', 'varchar', { default: raw("'PENDING'") }),
      column('task_description', 'text'),
      column('created_at', 'datetime', { default: raw("strftime('%Y-%m-%d %H:%M:%f', 'now')") }),
      ...(isAfter ? [column('depth', 'integer', { default: raw('0') })] : []),
    ],
    uniques: [key('uq_jobs_job_id', 'job_id')],
    indexes: [indexed('ix_jobs_status', 'status')],
    checks: [
      check(null, `"status" IN (${values})`),
      ...(isAfter ? [check('ck_jobs_depth', '"depth" BETWEEN 0 AND 5')] : []),
    ],
  });
}

/** The children, which go with their parent, or whose parent cannot go. */
function allocations(isAfter: boolean): TableModel {
  return table('resource_allocations', {
    columns: [id, column('job_id', 'varchar(100)'), column('allocated_at', 'datetime')],
    indexes: [indexed('ix_resource_allocations_job_id', 'job_id')],
    foreignKeys: [
      {
        name: 'fk_resource_allocations_job_id',
        columns: ['job_id'],
        table: 'jobs',
        references: ['job_id'],
        onDelete: isAfter ? 'RESTRICT' : 'CASCADE',
        onUpdate: 'NO ACTION',
        match: 'SIMPLE',
        deferrable: null,
        validated: true,
      },
    ],
  });
}

const schema = (isAfter: boolean): SchemaModel =>
  canonicalizeSqlite({ dialect: 'sqlite', enums: [], tables: [jobs(isAfter), allocations(isAfter)] });

/** Both tables change, in ways that only a rebuild can make, both ways. */
export const BEFORE: SchemaModel = schema(false);
export const AFTER: SchemaModel = schema(true);

const NUMBERS = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${ROWS})`;

/** A child for every parent. */
export const FILL: readonly string[] = [
  `${NUMBERS} INSERT INTO "jobs" ("job_id", "status", "task_description")
   SELECT 'job-' || printf('%08d', i), iif(i % 2, 'PENDING', 'RUNNING'), 'do number ' || i || ' and tell us' FROM n`,
  `INSERT INTO "resource_allocations" ("job_id", "allocated_at") SELECT "job_id", "created_at" FROM "jobs"`,
];
