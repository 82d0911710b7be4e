import { databaseOf } from '../databases/registry.js';
import type { DataSource, QueryRunner } from 'typeorm';
import { RecordsNewerError } from '../errors/records.js';
import { SchemaMissingError } from '../errors/server.js';
import type { Database } from '../databases/database.js';
import type { MigrationDialect } from '../databases/migration-dialect.js';
import type { History, RevisionFacts } from './history.js';
import { readApplied, type Presence } from './records/read.js';
import { readRows } from './records/read-rows.js';
import type { ReadableLog } from './records/read-log.js';
import { RECORDS_FORMAT, recordTables, type RecordTables } from '../databases/records/tables.js';
import { checksumsOf, listRevisions, type KnownRevision } from './revision.js';

/** What a DataSource says, which needs no connection. */
export interface Project {
  readonly dataSource: DataSource;
  readonly database: Database;
  /** How the database is migrated. */
  readonly dialect: MigrationDialect;
  readonly tables: RecordTables;
  readonly revisions: readonly KnownRevision[];
  readonly facts: readonly RevisionFacts[];
}

/** What code and database say together. */
export interface State {
  readonly history: History;
  readonly presence: Presence;
  /** Whether a standby has answered, which may lag behind its primary. */
  readonly standby: boolean;
}

/** @throws RevisionInvalidError, DialectUnsupportedError */
export function projectOf(dataSource: DataSource): Project {
  const database = databaseOf(dataSource);
  const revisions = listRevisions(dataSource);
  return {
    dataSource,
    database,
    dialect: database.migration,
    tables: recordTables(dataSource),
    revisions,
    facts: factsOf(revisions, database.name),
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
 * @throws PrivilegeMissingError, SearchPathError, SchemaMissingError, RowSecurityError, RecordsHiddenError,
 * RecordsNewerError, TwoRevisionListsError
 */
export async function readState(project: Project, queryRunner: QueryRunner): Promise<State> {
  const { standby, another, ...presence } = await readPresence(project, queryRunner);
  const { tables, dialect } = project;
  const read = await readApplied(queryRunner, tables, { ...presence, standbySql: dialect.standbySql });
  if (another && read.applied.length === 0) await dialect.assertOnlyList(queryRunner, tables);
  return {
    history: { known: project.facts, applied: read.applied },
    presence,
    standby: standby || read.standby,
  };
}

/** The log, for what reads it. */
export function logOf(
  { database, tables }: Project,
  queryRunner: QueryRunner,
  { indexed }: Presence,
): ReadableLog {
  return { queryRunner, syntax: database.records, tables, indexed };
}

async function readPresence(
  { dialect, tables }: Project,
  queryRunner: QueryRunner,
): Promise<Presence & Pick<State, 'standby'> & { readonly another: boolean }> {
  const [row] = await presenceRows(dialect, tables, queryRunner);
  const is = (name: string) => row?.[name] === 1;
  const format = Number(row?.['format'] ?? RECORDS_FORMAT);
  if (format > RECORDS_FORMAT) throw new RecordsNewerError(tables.runs.sql, format, RECORDS_FORMAT);
  if (!is('migrations')) await dialect.assertSchemaUsage(queryRunner, tables);
  if (is('absent'))
    throw new SchemaMissingError(
      tables.schema ?? '',
      databaseOf(queryRunner.connection).shownDatabase(queryRunner.connection),
    );
  if (is('lost')) await dialect.failWithoutSchema(queryRunner);
  if (is('migrations') && !is('readable')) await dialect.denyReading(queryRunner, [tables.migrations]);
  const presence = { migrations: is('migrations'), log: is('runs') && is('attempts') };
  const read = [
    ...(presence.migrations ? [tables.migrations] : []),
    ...(presence.log ? [tables.runs, tables.attempts] : []),
  ];
  if (is('mayHide')) await dialect.assertAllRowsVisible(queryRunner, read);
  return {
    ...presence,
    denied: [...(is('runsDenied') ? [tables.runs] : []), ...(is('attemptsDenied') ? [tables.attempts] : [])],
    indexed: is('indexed'),
    indexable: is('indexable'),
    complete: is('complete'),
    standby: is('standby'),
    another: is('another'),
  };
}

/** The name of a table in a schema that the role may not look into is an error to the server. */
async function presenceRows(
  dialect: MigrationDialect,
  tables: RecordTables,
  queryRunner: QueryRunner,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  try {
    return await readRows(queryRunner, dialect.presenceSql(tables));
  } catch (error) {
    await dialect.assertSchemaUsage(queryRunner, tables);
    throw error;
  }
}
