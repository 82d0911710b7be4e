import { expect } from 'chai';
import { dumpOf, execute, shownOf } from '../support/cli-database.js';
import { eachDatabase } from '../support/databases.js';
import { runScript } from '../support/run-script.js';

/** A dropped column, a dropped index, a changed foreign-key action and a changed type, in the order in which they are listed. */
const DRIFT_KINDS = [
  ['alter-column', 'idempotency_keys'],
  ['add-column', 'jobs'],
  ['alter-foreign-key', 'resource_allocations'],
  ['add-index', 'workers'],
] as const;

const MISSING = ['ALTER TABLE jobs DROP COLUMN task_description', 'DROP INDEX ix_workers_status'];

/** SQLite changes the type of a column, or a foreign key, only by rebuilding the table. */
const DRIFT = {
  sqlite: {
    statements: [
      ...MISSING,
      'DROP TABLE idempotency_keys',
      `CREATE TABLE "idempotency_keys" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL,
        "key" varchar(200) NOT NULL,
        "created_at" datetime NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now')),
        "endpoint" varchar(255), "response_status" integer, "response_body" text, "expires_at" datetime,
        CONSTRAINT "uq_idempotency_keys_key" UNIQUE ("key"))`,
      'CREATE UNIQUE INDEX "ix_idempotency_keys_key" ON "idempotency_keys" ("key")',
      'CREATE INDEX "ix_idempotency_keys_expires_at" ON "idempotency_keys" ("expires_at")',
      'DROP TABLE resource_allocations',
      `CREATE TABLE "resource_allocations" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL,
        "job_id" varchar(100) NOT NULL,
        "worker_id" varchar(100) NOT NULL,
        "allocated_at" datetime NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now')),
        "released_at" datetime,
        "depth" integer NOT NULL DEFAULT (0),
        "worker_count" integer NOT NULL DEFAULT (1),
        CONSTRAINT "ck_resource_allocations_depth" CHECK ("depth" >= 0 AND "depth" <= 5),
        CONSTRAINT "ck_resource_allocations_worker_count" CHECK ("worker_count" >= 1),
        CONSTRAINT "ck_resource_allocations_released_after_allocated" CHECK ("released_at" IS NULL OR "released_at" >= "allocated_at"),
        CONSTRAINT "fk_resource_allocations_job_id" FOREIGN KEY ("job_id") REFERENCES "jobs" ("job_id") ON DELETE RESTRICT,
        CONSTRAINT "fk_resource_allocations_worker_id" FOREIGN KEY ("worker_id") REFERENCES "workers" ("worker_id") ON DELETE CASCADE)`,
      'CREATE INDEX "ix_resource_allocations_job_id" ON "resource_allocations" ("job_id")',
      'CREATE INDEX "ix_resource_allocations_worker_id" ON "resource_allocations" ("worker_id")',
      'CREATE INDEX "ix_resource_allocations_depth_released" ON "resource_allocations" ("depth", "released_at")',
    ],
    lines: driftLines('varchar(200)', 'varchar(255)'),
  },
  postgres: {
    statements: [
      ...MISSING,
      'ALTER TABLE idempotency_keys ALTER COLUMN key TYPE varchar(200)',
      'ALTER TABLE resource_allocations DROP CONSTRAINT fk_resource_allocations_job_id',
      `ALTER TABLE resource_allocations ADD CONSTRAINT fk_resource_allocations_job_id
         FOREIGN KEY (job_id) REFERENCES jobs (job_id) ON DELETE RESTRICT`,
    ],
    lines: driftLines('character varying(200)', 'character varying(255)'),
  },
};

function driftLines(live: string, desired: string): readonly string[] {
  return [
    `Column idempotency_keys.key: type is ${live}, the entities declare ${desired}.`,
    'Column jobs.task_description is missing in the database; the entities declare type text, nullable no.',
    'Foreign key resource_allocations.fk_resource_allocations_job_id: ON DELETE is RESTRICT, the entities declare CASCADE.',
    'Index workers.ix_workers_status is missing in the database; the entities declare columns (status).',
  ];
}

eachDatabase('db:init on a schema that differs from the entities', (database) => {
  it('db:init exits with 2 for drift, lists the differences, and inserts no seeds', async () => {
    const env = { DATABASE_URL: database().url };
    expect((await runScript('init-database', [], { env })).code).to.equal(0);
    await execute(database(), ['DELETE FROM jobs', 'DELETE FROM workers', 'DELETE FROM users']);
    await execute(database(), DRIFT[database().dialect].statements);
    const before = await dumpOf(database());

    const result = await runScript('init-database', ['--json'], { env });

    const { lines } = DRIFT[database().dialect];
    expect(result.stderr).to.equal(`development database ${shownOf(database().url)}
no pending revision
schema drifted: 4 difference(s), nothing is seeded
${lines.map((line) => `  ${line}\n`).join('')}`);
    expect(JSON.parse(result.stdout)).to.deep.equal({
      status: 'drifted',
      environment: 'development',
      dialect: database().dialect,
      database: shownOf(database().url),
      applied: [],
      changes: DRIFT_KINDS.map(([kind, table], index) => ({ kind, table, message: lines[index] })),
      accepted: [],
      seeded: [],
      admin: null,
      tables: [],
    });
    expect(result.code).to.equal(2);
    expect(await dumpOf(database())).to.deep.equal(before);
  });
});
