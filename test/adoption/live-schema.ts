import type { Form } from './projects.js';

/** Statements whose rows say everything about a schema, except the tables of records. */
export function schemaStatements({ dialect, records = 'migrations' }: Form): readonly string[] {
  return dialect === 'postgres' ? postgres(records) : sqlite(records);
}

function sqlite(records: string): readonly string[] {
  return [
    `SELECT type, name, tbl_name, sql FROM sqlite_master
     WHERE tbl_name NOT IN (${names(records)}) AND tbl_name NOT LIKE 'sqlite_%' ORDER BY type, name`,
  ];
}

const SCHEMAS = `n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'`;

function postgres(records: string): readonly string[] {
  const ours = (column: string) => `${column} NOT IN (${names(records)})`;
  return [
    `SELECT n.nspname, c.relname, c.relkind, a.attname, format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull,
       a.attidentity, pg_get_expr(d.adbin, d.adrelid) AS "default"
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
     LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
     WHERE ${SCHEMAS} AND c.relkind IN ('r', 'p', 'v', 'm') AND a.attnum > 0 AND NOT a.attisdropped
       AND ${ours('c.relname')} ORDER BY n.nspname, c.relname, a.attnum`,
    `SELECT n.nspname, c.relname, o.conname, pg_get_constraintdef(o.oid) AS definition
     FROM pg_constraint o JOIN pg_class c ON c.oid = o.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE ${SCHEMAS} AND ${ours('c.relname')} ORDER BY n.nspname, c.relname, o.conname`,
    `SELECT n.nspname, c.relname, pg_get_indexdef(i.indexrelid) AS definition
     FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE ${SCHEMAS} AND ${ours('c.relname')} ORDER BY n.nspname, pg_get_indexdef(i.indexrelid)`,
    `SELECT n.nspname, t.typname, e.enumlabel
     FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid JOIN pg_namespace n ON n.oid = t.typnamespace
     WHERE ${SCHEMAS} ORDER BY n.nspname, t.typname, e.enumsortorder`,
  ];
}

/** TypeORM's tables, of which the one with the texts of views stays at base too, and those that this package adds. */
function names(records: string): string {
  const own = ['run', 'attempt', 'phase', 'heartbeat'].map((ending) => `${records}_${ending}`);
  return [records, ...own, 'typeorm_metadata'].map((name) => `'${name}'`).join(', ');
}
