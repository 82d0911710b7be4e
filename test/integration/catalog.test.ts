import { expect } from 'chai';
import type { DialectName } from '../../src/databases/registry.js';
import { eachDatabase, onDatabase } from '../support/databases.js';
import { readCatalog, type TableWords } from '../support/catalog.js';

const INSTANT = 'instant to the millisecond';
const NOW = 'default now to the millisecond';

/** What head is, by hand from the requirements; nothing of it is derived from the entities. */
const EXPECTED: Readonly<Record<string, TableWords>> = {
  workers: {
    columns: [
      'id integer not null generated',
      'worker_id varchar(100) not null',
      'worker_type enum(CLAUDE, CODEX) not null default CLAUDE',
      'status enum(IDLE, BUSY, PAUSED, FAILED, TERMINATED) not null default IDLE',
      'current_job_id varchar(100) null',
      `created_at ${INSTANT} not null ${NOW}`,
      `updated_at ${INSTANT} not null ${NOW}`,
      'workspace_id varchar(36) not null default default',
      'metadata json null',
    ],
    primaryKey: 'id',
    uniques: ['uq_workers_worker_id (worker_id)'],
    indexes: [
      'ix_workers_created_at (created_at)',
      'ix_workers_status (status)',
      'unique ix_workers_worker_id (worker_id)',
      'ix_workers_workspace_status (workspace_id, status)',
    ],
    foreignKeys: [],
    checks: [],
  },
  jobs: {
    columns: [
      'id integer not null generated',
      'job_id varchar(100) not null',
      'status enum(SUBMITTED, PENDING, RUNNING, COMPLETED, FAILED, CANCELLED) not null default PENDING',
      'task_description text not null',
      'assigned_worker_id varchar(100) null',
      `created_at ${INSTANT} not null ${NOW}`,
      `updated_at ${INSTANT} not null ${NOW}`,
      `completed_at ${INSTANT} null`,
      'parent_job_id varchar(100) null',
      'depth integer not null default 0',
      'worker_count integer not null default 1',
      `started_at ${INSTANT} null`,
      'result json null',
      'error json null',
    ],
    primaryKey: 'id',
    uniques: ['uq_jobs_job_id (job_id)'],
    indexes: [
      'ix_jobs_created_at (created_at)',
      'ix_jobs_depth_status (depth, status)',
      'unique ix_jobs_job_id (job_id)',
      'ix_jobs_parent_job_id (parent_job_id)',
      'ix_jobs_status (status)',
    ],
    foreignKeys: [
      'fk_jobs_assigned_worker_id (assigned_worker_id) -> workers (worker_id) on delete SET NULL',
      'fk_jobs_parent_job_id (parent_job_id) -> jobs (job_id) on delete SET NULL',
    ],
    checks: [
      'ck_jobs_completed_after_created: completed_at is null or completed_at >= created_at',
      'ck_jobs_depth: depth >= 0 and depth <= 5',
      'ck_jobs_worker_count: worker_count >= 1',
    ],
  },
  resource_allocations: {
    columns: [
      'id integer not null generated',
      'job_id varchar(100) not null',
      'worker_id varchar(100) not null',
      `allocated_at ${INSTANT} not null ${NOW}`,
      `released_at ${INSTANT} null`,
      'depth integer not null default 0',
      'worker_count integer not null default 1',
    ],
    primaryKey: 'id',
    uniques: [],
    indexes: [
      'ix_resource_allocations_depth_released (depth, released_at)',
      'ix_resource_allocations_job_id (job_id)',
      'ix_resource_allocations_worker_id (worker_id)',
    ],
    foreignKeys: [
      'fk_resource_allocations_job_id (job_id) -> jobs (job_id) on delete CASCADE',
      'fk_resource_allocations_worker_id (worker_id) -> workers (worker_id) on delete CASCADE',
    ],
    checks: [
      'ck_resource_allocations_depth: depth >= 0 and depth <= 5',
      'ck_resource_allocations_released_after_allocated: released_at is null or released_at >= allocated_at',
      'ck_resource_allocations_worker_count: worker_count >= 1',
    ],
  },
  idempotency_keys: {
    columns: [
      'id integer not null generated',
      'key varchar(255) not null',
      `created_at ${INSTANT} not null ${NOW}`,
      'endpoint varchar(255) null',
      'response_status integer null',
      'response_body text null',
      `expires_at ${INSTANT} null`,
    ],
    primaryKey: 'id',
    uniques: ['uq_idempotency_keys_key (key)'],
    indexes: ['ix_idempotency_keys_expires_at (expires_at)', 'unique ix_idempotency_keys_key (key)'],
    foreignKeys: [],
    checks: [],
  },
  users: {
    columns: [
      'id integer not null generated',
      'username varchar(100) not null',
      'password_hash varchar(255) not null',
      'role enum(ADMIN, OPERATOR) not null default OPERATOR',
      'is_active boolean not null default true',
      `created_at ${INSTANT} not null ${NOW}`,
      `updated_at ${INSTANT} not null ${NOW}`,
    ],
    primaryKey: 'id',
    uniques: ['uq_users_username (username)'],
    indexes: [],
    foreignKeys: [],
    checks: [],
  },
  worker_state_transitions: transitionsOf('worker'),
  job_state_transitions: transitionsOf('job'),
};

function transitionsOf(owner: 'worker' | 'job'): TableWords {
  const table = `${owner}_state_transitions`;
  const key = `${owner}_id`;
  return {
    columns: [
      'id bigint not null generated',
      `${key} varchar(100) not null`,
      'from_state varchar(20) null',
      'to_state varchar(20) not null',
      'reason text null',
      `timestamp ${INSTANT} not null ${NOW}`,
    ],
    primaryKey: 'id',
    uniques: [],
    indexes: [
      `ix_${table}_timestamp ("timestamp")`,
      `ix_${table}_${key}_timestamp (${key}, "timestamp")`,
    ].sort(),
    foreignKeys: [`fk_${table}_${key} (${key}) -> ${owner}s (${key}) on delete CASCADE`],
    checks: [],
  };
}

/** The same for either database: a bigint key is SQLite's integer, and where a new column stands is not asked. */
function comparable({ columns, indexes, ...rest }: TableWords): TableWords {
  return {
    ...rest,
    columns: columns.map((words) => words.replace(/^id bigint/, 'id integer')).sort(),
    indexes: indexes.map((words) => words.replaceAll('"', '')),
  };
}

/** PostgreSQL partitions the transitions by their time, so it is in the primary key there. */
function keyed(words: TableWords, dialect: DialectName): TableWords {
  const isPartitioned = dialect === 'postgres' && words.columns.some((one) => one.startsWith('to_state '));
  return isPartitioned ? { ...words, primaryKey: 'id, "timestamp"' } : words;
}

const RECORDS = [
  'migrations',
  'migrations_attempt',
  'migrations_heartbeat',
  'migrations_phase',
  'migrations_run',
];

eachDatabase('The catalog at head', (database) => {
  for (const [table, expected] of Object.entries(EXPECTED)) {
    it(`The catalog at head has the table ${table} as it was asked for`, async () => {
      const catalog = await readCatalog(await database().connectAtHead(), database().dialect);
      const actual = catalog.tables[table];
      expect(actual && comparable(actual)).to.deep.equal(comparable(keyed(expected, database().dialect)));
    });
  }

  it('The catalog at head has no other table than these and those in which migrating is recorded', async () => {
    const catalog = await readCatalog(await database().connectAtHead(), database().dialect);
    expect(Object.keys(catalog.tables).sort()).to.deep.equal([...Object.keys(EXPECTED), ...RECORDS].sort());
  });
});

onDatabase(
  'postgres',
  'The catalog at head (PostgreSQL only: types are objects of their own)',
  (database) => {
    it('The catalog at head (PostgreSQL only: types are objects of their own) has the enumerated types by their names, values in order', async () => {
      const catalog = await readCatalog(await database().connectAtHead(), 'postgres');
      expect(catalog.enums).to.deep.equal({
        jobstatus: ['SUBMITTED', 'PENDING', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED'],
        userrole: ['ADMIN', 'OPERATOR'],
        workerstatus: ['IDLE', 'BUSY', 'PAUSED', 'FAILED', 'TERMINATED'],
        workertype: ['CLAUDE', 'CODEX'],
      });
    });

    it('The catalog at head (PostgreSQL only: types are objects of their own) gives each enumerated column the type of its name', async () => {
      const dataSource = await database().connectAtHead();
      const rows = await dataSource.query<{ column: string; type: string }[]>(
        `SELECT table_name || '.' || column_name AS "column", udt_name AS type FROM information_schema.columns
       WHERE table_schema = 'public' AND data_type = 'USER-DEFINED' ORDER BY 1`,
      );
      expect(rows.map(({ column, type }) => `${column} ${type}`)).to.deep.equal([
        'jobs.status jobstatus',
        'users.role userrole',
        'workers.status workerstatus',
        'workers.worker_type workertype',
      ]);
    });
  },
);
