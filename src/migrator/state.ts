/** Reads what code and database contain together, in two round trips. */

import { databaseOf, type DialectName } from '../databases/registry.js';
import type { DataSource } from 'typeorm';
import type { Session } from '../databases/session.js';
import {
  RecordNameTakenError,
  RecordsNewerError,
  RecordsNotDurableError,
  RecordsReplicatedError,
} from '../errors/records.js';
import { CitusWorkerError, SchemaMissingError } from '../errors/server.js';
import type { Database } from '../databases/database.js';
import type { MigrationDialect, NamedTable } from '../databases/migration-dialect.js';
import type { ServerFacts } from '../databases/server-facts.js';
import { historyOf, type History, type RevisionFacts } from './history.js';
import type { ReleaseState } from './releases.js';
import { replacesIn } from './replaced.js';
import { readApplied, type Presence } from './records/read.js';
import { readRows } from './records/read-rows.js';
import type { ReadableLog } from './records/read-log.js';
import {
  FIRST_FORMAT,
  RECORDS_FORMAT,
  recordTables,
  type RecordTables,
} from '../databases/records/tables.js';
import { assertSamePath, sessionPathOf } from '../databases/session-path.js';
import { managedEntities } from '../metadata/managed.js';
import { touchedBy } from './touched.js';
import { checksumsOf, listRevisions, type KnownRevision } from './revision.js';

/** A table of an entity, with its plain name. */
export interface EntityTable extends NamedTable {
  readonly tableName: string;
}

/** What a project declares, which needs no connection. */
export interface Project {
  /** The tables of the entities. */
  readonly entityTables: () => readonly EntityTable[];
  readonly database: Database;
  /** How the database is migrated. */
  readonly dialect: MigrationDialect;
  readonly tables: RecordTables;
  /** As the DataSource names them; `tables` are those that a session means, as soon as that is known. */
  readonly declared: RecordTables;
  readonly revisions: readonly KnownRevision[];
  readonly facts: readonly RevisionFacts[];
}

/** What code and database contain together. */
export interface State {
  readonly history: History;
  readonly presence: Presence;
  /** What has answered: a standby may lag behind its primary. */
  readonly server: ServerFacts;
  /** How other releases stand to the code; only where a plan is made. */
  readonly release?: ReleaseState;
}

/** @throws RevisionInvalidError, DialectUnsupportedError */
export function projectOf(dataSource: DataSource): Project {
  const database = databaseOf(dataSource);
  return projectFor({
    database,
    tables: recordTables(dataSource, database.capabilities.schemas),
    revisions: listRevisions(dataSource),
    entityTables: () => entityTablesOf(dataSource),
  });
}

/** The same for what was not read from a DataSource. */
export function projectFor(
  given: Pick<Project, 'database' | 'tables' | 'revisions' | 'entityTables'>,
): Project {
  const { database, tables, revisions } = given;
  const facts = factsOf(revisions, database.name);
  return { ...given, dialect: database.migration, declared: tables, facts };
}

/** The tables of the entities of a DataSource, which has their metadata. */
export function entityTablesOf(dataSource: DataSource): readonly EntityTable[] {
  return managedEntities(dataSource).map(({ tableName, tablePath }) => {
    const { schema, tableName: name } = dataSource.driver.parseTableName(tablePath);
    return { path: tablePath, schema, name, tableName };
  });
}

/** What plans need to know of revisions. */
export function factsOf(
  revisions: readonly KnownRevision[],
  dialect: MigrationDialect['name'],
): readonly RevisionFacts[] {
  const isPhased = revisions.some(({ phase }) => phase === 'contract');
  return revisions.map((revision) => ({
    id: revision.id,
    description: revision.description,
    checksums: checksumsOf(revision, dialect),
    replaces: replacesIn(revision.migration),
    ...(revision.phase === 'contract' ? { phase: revision.phase } : {}),
    ...(isPhased ? { touches: () => touchedBy(revision, dialect as DialectName) } : {}),
  }));
}

/**
 * Two round trips; writes nothing.
 *
 * @throws PrivilegeMissingError, SearchPathError, SchemaMissingError, RowSecurityError, RecordsHiddenError,
 * RecordNameTakenError, RecordsNewerError, RecordsNotDurableError, RecordsReplicatedError, TwoRevisionListsError,
 * TwoSchemasError, CitusWorkerError
 */
export async function readState(project: Project, session: Session): Promise<State> {
  const { server, another, apart, ...presence } = await readPresence(project, session);
  const { tables, dialect } = project;
  if (apart) await assertTablesBeside(project, session);
  const read = await readApplied(session, tables, { ...presence, standbySql: dialect.standbySql });
  if (another && read.applied.length === 0) await dialect.assertOnlyList(session, tables);
  return {
    history: historyOf(project.facts, read.applied),
    presence,
    server: read.standby ? { ...server, role: 'standby' } : server,
  };
}

/**
 * For a caller that misses tables of entities, or finds the list where none would be created.
 *
 * @throws TwoSchemasError where they are beside the list, and another schema comes first
 */
export function assertTablesBeside(
  { dialect, tables, entityTables }: Pick<Project, 'dialect' | 'tables' | 'entityTables'>,
  session: Session,
): Promise<void> {
  return dialect.assertOneSchema(session, tables, plainTables({ entityTables }));
}

/** The tables of entities that have no schema in their name. */
export function plainTables({ entityTables }: Pick<Project, 'entityTables'>): readonly string[] {
  const plain = entityTables().filter(({ path, tableName }) => path === tableName);
  return plain.map(({ tableName }) => tableName);
}

/** The log, for what reads it. */
export function logOf({ database, tables }: Project, session: Session, { indexed }: Presence): ReadableLog {
  return { session, syntax: database.records, tables, indexed };
}

async function readPresence(
  { database, dialect, tables }: Project,
  session: Session,
): Promise<Presence & Pick<State, 'server'> & { readonly another: boolean; readonly apart: boolean }> {
  const [row = {}] = await presenceRows(dialect, tables, session);
  const is = (name: string) => row[name] === 1;
  const server = await database.server.facts(session, row);
  if (server.citus === 'worker') throw new CitusWorkerError(session.place.shown);
  assertSamePath(tables.path, sessionPathOf(row), 'Nothing was changed.');
  await assertDurable({ dialect, tables }, session, row['losing']);
  const format = Number(row['format'] ?? FIRST_FORMAT);
  if (format > RECORDS_FORMAT) throw new RecordsNewerError(tables.runs.sql, format, RECORDS_FORMAT);
  if (is('suspect')) await assertNotTaken({ dialect, tables }, session, is('migrations'));
  if (!is('migrations')) await dialect.assertSchemaUsage(session, tables);
  if (is('absent')) throw new SchemaMissingError(tables.schema ?? '', session.place.shown);
  if (is('lost')) await dialect.failWithoutSchema(session);
  if (is('migrations') && !is('readable')) await dialect.denyReading(session, [tables.migrations]);
  const presence = { migrations: is('migrations'), log: is('runs') && is('attempts') };
  const read = [
    ...(presence.migrations ? [tables.migrations] : []),
    ...(is('runs') ? [tables.runs] : []),
    ...(is('attempts') ? [tables.attempts] : []),
    ...(is('phases') ? [tables.phases] : []),
    ...(is('heartbeats') ? [tables.heartbeats] : []),
  ];
  if (is('mayHide')) await dialect.assertAllRowsVisible(session, read);
  return {
    ...presence,
    denied: [...(is('runsDenied') ? [tables.runs] : []), ...(is('attemptsDenied') ? [tables.attempts] : [])],
    indexed: is('indexed'),
    indexable: is('indexable'),
    progress: is('progress'),
    phases: is('phases'),
    heartbeats: is('heartbeats'),
    phasable: is('phasable'),
    lockable: is('lockable'),
    released: is('released'),
    releasable: is('releasable'),
    format: row['format'] === null || row['format'] === undefined ? null : format,
    complete: is('complete'),
    server,
    another: is('another'),
    apart: is('apart'),
  };
}

/** @param losing `u`, `t` or `s`, and the table; null where all tables keep their rows and have only their own */
async function assertDurable(
  { dialect, tables }: Pick<Project, 'dialect' | 'tables'>,
  session: Session,
  losing: unknown,
): Promise<void> {
  if (typeof losing !== 'string') return;
  if (losing.startsWith('s'))
    throw new RecordsReplicatedError(await dialect.replicatedRecords(session, tables));
  throw new RecordsNotDurableError(losing.slice(2), losing.startsWith('t') ? 'temporary' : 'unlogged');
}

/** @param listed whether the list of applied revisions exists */
async function assertNotTaken(
  { dialect, tables }: Pick<Project, 'dialect' | 'tables'>,
  session: Session,
  listed: boolean,
): Promise<void> {
  const [row] = await readRows(session, dialect.takenSql(tables));
  if (row === undefined) return;
  const part = String(row['which']) as RecordNameTakenError['part'];
  const isLog = part !== 'migrations' && part !== 'primaryKey';
  throw new RecordNameTakenError(
    part,
    String(row['what']),
    isLog && listed ? tables.migrations.sql : undefined,
  );
}

/** The name of a table in a schema that the role may not look into is an error to the server. */
async function presenceRows(
  dialect: MigrationDialect,
  tables: RecordTables,
  session: Session,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  try {
    return await readRows(session, dialect.presenceSql(tables));
  } catch (error) {
    await dialect.assertSchemaUsage(session, tables);
    throw error;
  }
}
