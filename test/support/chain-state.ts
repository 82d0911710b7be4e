import type { DataSource } from 'typeorm';
import type { DialectName } from '../../src/databases/registry.js';
import type { Row } from './cli-database.js';
import { onChain, type ChainDatabase } from './chain-database.js';

/** What a database holds of the chain of chain.ts, from its own catalogs. */
export interface ChainState {
  /** The recorded revisions, in the order in which they were recorded. */
  readonly records: readonly string[];
  /** Every object but those in which revisions are recorded. */
  readonly schema: readonly Row[];
  /** Every row of every table of the chain. */
  readonly rows: Readonly<Record<string, readonly Row[]>>;
}

const SCHEMA: Readonly<Record<DialectName, string>> = {
  sqlite: `SELECT type AS kind, name, sql AS words FROM sqlite_schema
            WHERE tbl_name NOT LIKE 'migrations%' AND name <> 'sqlite_sequence' ORDER BY 1, 2`,
  postgres: `
    WITH ours AS (
      SELECT oid, relkind, relname FROM pg_class
       WHERE relnamespace = 'public'::regnamespace AND relname NOT LIKE 'migrations%')
    SELECT 'relation ' || relkind::text AS kind, relname::text AS name, NULL AS words FROM ours
     WHERE relname NOT LIKE 'PK\\_%'
    UNION ALL
    SELECT 'column', relname || '.' || attname,
           concat_ws(' ', format_type(atttypid, atttypmod), attnotnull, pg_get_expr(adbin, adrelid))
      FROM ours JOIN pg_attribute a ON attrelid = ours.oid AND attnum > 0 AND NOT attisdropped AND relkind = 'r'
      LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
    UNION ALL
    SELECT 'constraint', conname, concat_ws(' ', pg_get_constraintdef(c.oid), convalidated)
      FROM pg_constraint c JOIN ours ON conrelid = ours.oid
    UNION ALL
    SELECT 'index', relname, concat_ws(' ', pg_get_indexdef(indexrelid), indisvalid, indisready)
      FROM pg_index JOIN ours ON indexrelid = ours.oid AND relname NOT LIKE 'PK\\_%'
    ORDER BY 1, 2`,
};

const TABLES = ['parent', 'child', 'counter'];

/** Reads it on a connection of its own. */
export function stateOf(database: ChainDatabase): Promise<ChainState> {
  return onChain(database, (dataSource) => readState(dataSource, database.target.dialect));
}

/** The same through a DataSource that is there. */
export async function readState(dataSource: DataSource, dialect: DialectName): Promise<ChainState> {
  const query = (sql: string) => dataSource.query<Row[]>(sql);
  const rows: Record<string, readonly Row[]> = {};
  for (const table of TABLES)
    if (await hasTable(dataSource, table))
      rows[table] = await query(`SELECT * FROM "${table}" ORDER BY "id"`);
  const recorded = (await hasTable(dataSource, 'migrations'))
    ? await query('SELECT "name" FROM "migrations" ORDER BY "id"')
    : [];
  return { records: recorded.map(({ name }) => String(name)), schema: await query(SCHEMA[dialect]), rows };
}

/** The same state but for an index, which is made and dropped outside a transaction. */
export function withoutIndex(state: ChainState, name: string): ChainState {
  return { ...state, schema: state.schema.filter((object) => object['name'] !== name) };
}

async function hasTable(dataSource: DataSource, name: string): Promise<boolean> {
  const queryRunner = dataSource.createQueryRunner();
  try {
    return await queryRunner.hasTable(name);
  } finally {
    await queryRunner.release();
  }
}
