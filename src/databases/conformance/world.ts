import { DataSource, type QueryRunner } from 'typeorm';
import type { DatabaseTarget } from '../../database-url.js';
import type { NamedTable } from '../migration-dialect.js';
import type { Row } from '../row.js';
import type { Session } from '../session.js';
import { TypeormSession } from '../typeorm-session.js';
import { recordTables, type RecordTables } from '../records/tables.js';
import { createTables } from '../records/sql.js';
import type { Subject } from './subject.js';

/** A connection to a database that is checked. */
export interface Connection {
  readonly dataSource: DataSource;
  readonly queryRunner: QueryRunner;
  readonly session: Session;
  /** Rows of one statement. */
  readonly query: (sql: string, parameters?: readonly unknown[]) => Promise<readonly Row[]>;
}

/** An empty database, and connections to it, which are closed afterwards. */
export interface World extends Subject {
  readonly target: DatabaseTarget;
  /** One more connection, of a DataSource of its own. */
  readonly connect: () => Promise<Connection>;
}

/** Provides an empty database and closes the connections that were made to it. */
export async function inWorld(subject: Subject, use: (world: World) => Promise<void>): Promise<void> {
  await subject.lend(async (target) => {
    const opened: Connection[] = [];
    const connect = async () => {
      const connection = await connected(sourceOf(subject, target));
      opened.push(connection);
      return connection;
    };
    try {
      await use({ ...subject, target, connect });
    } finally {
      for (const connection of opened.reverse()) await closed(connection);
    }
  });
}

/** A DataSource without entities, not connected, made as `createDataSource` makes it. */
export function sourceOf({ database, settings }: Subject, target: DatabaseTarget): DataSource {
  const options = database.connectionOptions({ ...settings, database: target });
  return new DataSource({ ...options, logging: false });
}

/** Connects a DataSource. */
export async function connected(dataSource: DataSource): Promise<Connection> {
  await dataSource.initialize();
  const queryRunner = dataSource.createQueryRunner();
  const query: Connection['query'] = async (sql, parameters) =>
    (await queryRunner.query(sql, parameters && [...parameters])) as readonly Row[];
  return { dataSource, queryRunner, session: new TypeormSession(queryRunner), query };
}

/** Gives a connection back and closes its DataSource. */
export async function closed({ dataSource, queryRunner }: Connection): Promise<void> {
  if (!queryRunner.isReleased) await queryRunner.release();
  if (dataSource.isInitialized) await dataSource.destroy();
}

/** The record tables of a connection, created. */
export async function recordsIn(
  { database }: Subject,
  { dataSource, session, query }: Connection,
): Promise<RecordTables> {
  const tables = recordTables(dataSource);
  for (const sql of createTables(database.records, tables)) await query(sql);
  return database.migration.resolveLock(session, tables);
}

/** Tables without a schema in their name. */
export function namedTables(names: readonly string[]): readonly NamedTable[] {
  return names.map((name) => ({ path: name, schema: undefined, name }));
}
