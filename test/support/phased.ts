import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Revision, RevisionPhase } from '../../src/migrator/revision.js';
import type { Change } from '../../src/schema/change.js';
import type { ColumnModel } from '../../src/schema/model.js';
import type { TestDatabase } from './databases.js';
import { revision } from './revisions.js';

/** The older release: a job has a task. */
@Entity('jobs')
export class OldJob {
  @PrimaryColumn('integer', { primaryKeyConstraintName: 'jobs_pkey' })
  id!: number;

  @Column('text')
  task!: string;
}

/** The newer release: it has a description instead. */
@Entity('jobs')
export class NewJob {
  @PrimaryColumn('integer', { primaryKeyConstraintName: 'jobs_pkey' })
  id!: number;

  @Column('text', { nullable: true })
  descr!: string | null;
}

function column(name: string, nullable: boolean): ColumnModel {
  return {
    ...{ name, type: 'text', nullable, default: null, identity: null, generated: null, storage: null },
    ...{ collation: null, comment: null },
  };
}

/** A revision class of a phase, with what it changes on both databases. */
export function phased(
  made: new () => Revision,
  phase: RevisionPhase,
  changes: readonly Change[],
): new () => Revision {
  return Object.assign(made, { phase, changes: { postgres: changes, sqlite: changes } });
}

export const MAKE = 'MakeJobs1800000000101';
export const EXPAND = 'AddDescr1800000000102';
export const CONTRACT = 'DropTask1800000000103';
export const OTHER = 'MakeNotes1800000000104';
export const TOUCHING = 'IndexTask1800000000105';

export const MakeJobs = revision(
  MAKE,
  [
    'CREATE TABLE "jobs" ("id" integer NOT NULL, "task" text NOT NULL, CONSTRAINT "jobs_pkey" PRIMARY KEY ("id"))',
  ],
  ['DROP TABLE "jobs"'],
);
export const AddDescr = phased(
  revision(
    EXPAND,
    ['ALTER TABLE "jobs" ADD COLUMN "descr" text'],
    ['ALTER TABLE "jobs" DROP COLUMN "descr"'],
  ),
  'expand',
  [{ kind: 'add-column', table: 'jobs', object: 'descr', desired: column('descr', true) }],
);
export const DropTask = phased(
  revision(
    CONTRACT,
    ['ALTER TABLE "jobs" DROP COLUMN "task"'],
    [`ALTER TABLE "jobs" ADD COLUMN "task" text NOT NULL DEFAULT ''`],
  ),
  'contract',
  [{ kind: 'drop-column', table: 'jobs', object: 'task', live: column('task', false) }],
);
export const MakeNotes = revision(OTHER, ['CREATE TABLE "notes" ("id" integer)'], ['DROP TABLE "notes"']);
export const IndexTask = revision(
  TOUCHING,
  ['CREATE INDEX "jobs_descr" ON "jobs" ("descr")'],
  ['DROP INDEX "jobs_descr"'],
);

/** The contents of each release. */
export const OLD = { entities: [OldJob], migrations: [MakeJobs] };
export const NEW = { entities: [NewJob], migrations: [MakeJobs, AddDescr, DropTask] };

/** Writes the heartbeat of a process, as if it was seen so many seconds ago. */
export async function beatOf(
  database: TestDatabase,
  { head, silent = 0, replica = 'r1' }: { head: string | null; silent?: number; replica?: string },
): Promise<void> {
  const dataSource = await database.connect({ entities: [], migrations: [] });
  const seen = {
    postgres: `now() - interval '${silent} seconds'`,
    sqlite: `strftime('%Y-%m-%d %H:%M:%f', 'now', '-${silent} seconds')`,
  }[database.dialect];
  await dataSource.query(
    `INSERT INTO "migrations_heartbeat" ("replica", "head", "version", "host", "pid", "seen_at")
     VALUES ('${replica}', ${head === null ? 'NULL' : `'${head}'`}, '1.2.3', 'web-1', 71, ${seen})`,
  );
}

/** The table of heartbeats, as old as one that all processes have written to. */
export async function withOldHeartbeats(database: TestDatabase): Promise<void> {
  const dataSource = await database.connect({ entities: [], migrations: [] });
  const old = { postgres: `now() - interval '1 hour'`, sqlite: `'2020-01-01 00:00:00.000'` }[
    database.dialect
  ];
  await dataSource.query(`UPDATE "migrations_heartbeat" SET "started_at" = ${old} WHERE "replica" = ''`);
}
