import type { QueryRunner } from 'typeorm';
import { dialectOf, type DialectName } from '../../databases/registry.js';
import { EQ, MATCHES, NE } from '../../sql/postgres-own.js';

/** A table or an index, and the file in which the database keeps it: another one as soon as it is written anew. */
export interface StoredRelation {
  readonly oid: string;
  /** The table itself, or that of an index, by its oid and its name. */
  readonly table: string;
  readonly tableName: string;
  readonly name: string;
  readonly file: string;
  readonly isIndex: boolean;
}

/** An index of a partition is named by PostgreSQL and belongs to that of the whole table. */
const STORED = `
  SELECT c.oid::pg_catalog.text AS oid, t.oid::pg_catalog.text AS "table", t.relname AS "tableName", c.relname AS name,
         pg_catalog.pg_relation_filenode(c.oid)::pg_catalog.text AS file, i.indexrelid IS NOT NULL AS "isIndex"
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid ${EQ} c.relnamespace
    LEFT JOIN pg_catalog.pg_index i ON i.indexrelid ${EQ} c.oid
    JOIN pg_catalog.pg_class t ON t.oid ${EQ} coalesce(i.indrelid, c.oid)
   WHERE c.relkind ${EQ} ANY ('{r,i}') AND NOT (c.relkind ${EQ} 'i' AND c.relispartition)
     AND NOT n.nspname ${MATCHES} '^pg_' AND n.nspname ${NE} 'information_schema'
   ORDER BY t.relname, i.indexrelid IS NOT NULL, c.relname`;

const READERS: Readonly<Record<DialectName, (queryRunner: QueryRunner) => Promise<unknown>>> = {
  postgres: (queryRunner) => queryRunner.query(STORED),
  sqlite: () => Promise.resolve([]),
};

/** Reads the files of all tables and indexes; none on SQLite, which locks the whole database anyway. */
export async function readFiles(queryRunner: QueryRunner): Promise<readonly StoredRelation[]> {
  return (await READERS[dialectOf(queryRunner.connection).name](queryRunner)) as readonly StoredRelation[];
}

/**
 * What of the tables that were there was written anew, in words. The indexes of a table that was are not told of.
 *
 * @param planned names of indexes that are built on purpose
 */
export function writtenAnew(
  before: readonly StoredRelation[],
  after: readonly StoredRelation[],
  planned: ReadonlySet<string>,
): readonly string[] {
  const files = new Set(before.map(({ file }) => file));
  const tables = new Set(before.map(({ table }) => table));
  const fresh = after.filter(({ file, table }) => tables.has(table) && !files.has(file));
  const rewritten = new Set(fresh.filter(({ isIndex }) => !isIndex).map(({ table }) => table));
  return fresh
    .filter(({ table, isIndex, name }) => !isIndex || !(rewritten.has(table) || planned.has(name)))
    .map(({ name, tableName, isIndex }) =>
      isIndex ? `the index ${name} of ${tableName} is rebuilt` : `the table ${name} is rewritten`,
    );
}
