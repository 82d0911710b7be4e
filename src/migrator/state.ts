import type { DataSource, QueryRunner } from 'typeorm';
import { migrationDialectOf } from './dialects/dialects.js';
import type { MigrationDialect } from './dialects/migration-dialect.js';
import type { History, RevisionFacts } from './history.js';
import { readApplied, type Presence } from './records/read.js';
import { readRows } from './records/read-rows.js';
import type { ReadableLog } from './records/read-log.js';
import { recordTables, type RecordTables } from './records/tables.js';
import { checksumsOf, listRevisions, type KnownRevision } from './revision.js';

/** What a DataSource says, which needs no connection. */
export interface Project {
  readonly dataSource: DataSource;
  readonly dialect: MigrationDialect;
  readonly tables: RecordTables;
  readonly revisions: readonly KnownRevision[];
  readonly facts: readonly RevisionFacts[];
}

/** What code and database say together. */
export interface State {
  readonly history: History;
  readonly presence: Presence;
}

/** @throws RevisionInvalidError, DialectUnsupportedError */
export function projectOf(dataSource: DataSource): Project {
  const dialect = migrationDialectOf(dataSource);
  const revisions = listRevisions(dataSource);
  return {
    dataSource,
    dialect,
    tables: recordTables(dataSource),
    revisions,
    facts: factsOf(revisions, dialect.name),
  };
}

/** What plans need to know of revisions. */
export function factsOf(
  revisions: readonly KnownRevision[],
  dialect: MigrationDialect['name'],
): readonly RevisionFacts[] {
  return revisions.map((revision) => ({
    id: revision.id,
    description: revision.description,
    checksums: checksumsOf(revision, dialect),
  }));
}

/**
 * Two round trips; writes nothing.
 *
 * @throws PrivilegeMissingError, SearchPathError
 */
export async function readState(project: Project, queryRunner: QueryRunner): Promise<State> {
  const presence = await readPresence(project, queryRunner);
  const applied = await readApplied(queryRunner, project.tables, presence);
  return { history: { known: project.facts, applied }, presence };
}

/** The log, for what reads it. */
export function logOf(
  { dialect, tables }: Project,
  queryRunner: QueryRunner,
  { indexed }: Presence,
): ReadableLog {
  return { queryRunner, dialect: dialect.name, tables, indexed };
}

async function readPresence({ dialect, tables }: Project, queryRunner: QueryRunner): Promise<Presence> {
  const [row] = await readRows(queryRunner, dialect.presenceSql(tables));
  const is = (name: string) => row?.[name] === 1;
  if (is('lost')) await dialect.failWithoutSchema(queryRunner);
  if (is('migrations') && !is('readable')) await dialect.denyReading(queryRunner, tables.migrations);
  return {
    migrations: is('migrations'),
    log: is('runs') && is('attempts'),
    indexed: is('indexed'),
    indexable: is('indexable'),
  };
}
