import type { DataSource } from 'typeorm';
import { plainExpression, type Catalog, type TableWords } from './catalog.js';

interface ColumnRow {
  readonly table: string;
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
  readonly default: string | null;
  readonly identity: string;
  readonly values: readonly string[] | null;
}

interface ConstraintRow {
  readonly table: string;
  readonly name: string;
  readonly kind: 'p' | 'u' | 'f' | 'c';
  readonly words: string;
}

interface IndexRow {
  readonly table: string;
  readonly words: string;
}

const COLUMNS = `
  SELECT c.relname AS "table", a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type,
    NOT a.attnotnull AS nullable, pg_get_expr(d.adbin, d.adrelid) AS "default", a.attidentity AS identity,
    (SELECT array_agg(e.enumlabel::text ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = a.atttypid) AS "values"
  FROM pg_attribute a
  JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace = 'public'::regnamespace
  LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  WHERE a.attnum > 0 AND NOT a.attisdropped
  ORDER BY c.relname, a.attnum`;

/** PostgreSQL 18 lists NOT NULL among the constraints as well; the columns contain that already. */
const CONSTRAINTS = `
  SELECT conrelid::regclass::text AS "table", conname AS name, contype AS kind, pg_get_constraintdef(oid) AS words
  FROM pg_constraint
  WHERE connamespace = 'public'::regnamespace AND contype IN ('p', 'u', 'f', 'c')
  ORDER BY conname`;

const INDEXES = `
  SELECT i.indrelid::regclass::text AS "table",
    CASE WHEN i.indisunique THEN 'unique ' ELSE '' END || c.relname || ' (' || (
      SELECT string_agg(pg_get_indexdef(i.indexrelid, n, true), ', ' ORDER BY n)
      FROM generate_series(1, i.indnatts) n) || ')' AS words
  FROM pg_index i
  JOIN pg_class c ON c.oid = i.indexrelid AND c.relnamespace = 'public'::regnamespace
  WHERE NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u'))
  ORDER BY c.relname`;

const ENUMS = `
  SELECT t.typname AS name, array_agg(e.enumlabel::text ORDER BY e.enumsortorder) AS values
  FROM pg_type t JOIN pg_enum e ON e.enumtypid = t.oid
  WHERE t.typnamespace = 'public'::regnamespace
  GROUP BY t.typname ORDER BY t.typname`;

/** Row types and array types come and go with what they belong to. */
const OBJECTS = `
  SELECT CASE relkind WHEN 'r' THEN 'table' WHEN 'i' THEN 'index' WHEN 'S' THEN 'sequence' WHEN 'v' THEN 'view'
    ELSE relkind::text END || ' ' || relname AS words
  FROM pg_class WHERE relnamespace = 'public'::regnamespace
  UNION ALL SELECT 'type ' || typname FROM pg_type
  WHERE typnamespace = 'public'::regnamespace AND typrelid = 0 AND typelem = 0
  UNION ALL SELECT 'function ' || proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
  UNION ALL SELECT 'schema ' || nspname FROM pg_namespace WHERE nspname !~ '^(pg_|information_schema$|public$)'
  ORDER BY 1`;

/** The catalog of schema `public`. */
export async function readPostgresCatalog(dataSource: DataSource): Promise<Catalog> {
  const columns = await dataSource.query<ColumnRow[]>(COLUMNS);
  const constraints = await dataSource.query<ConstraintRow[]>(CONSTRAINTS);
  const indexes = await dataSource.query<IndexRow[]>(INDEXES);
  const enums = await dataSource.query<{ name: string; values: string[] }[]>(ENUMS);
  const objects = await dataSource.query<{ words: string }[]>(OBJECTS);
  const names = [...new Set(columns.map((row) => row.table))];
  const of = <T extends { readonly table: string }>(rows: readonly T[], table: string) =>
    rows.filter((row) => row.table === table);
  return {
    tables: Object.fromEntries(
      names.map((name) => [name, tableWords(of(columns, name), of(constraints, name), of(indexes, name))]),
    ),
    enums: Object.fromEntries(enums.map(({ name, values }) => [name, values])),
    objects: objects.map(({ words }) => words),
  };
}

function tableWords(
  columns: readonly ColumnRow[],
  constraints: readonly ConstraintRow[],
  indexes: readonly IndexRow[],
): TableWords {
  const wordsOf = (kind: ConstraintRow['kind'], say: (row: ConstraintRow) => string) =>
    constraints.filter((row) => row.kind === kind).map(say);
  return {
    columns: columns.map(columnWords),
    primaryKey: wordsOf('p', ({ words }) => words.replace(/^PRIMARY KEY \((.*)\)$/, '$1')).join(),
    uniques: wordsOf('u', ({ name, words }) => `${name} ${words.replace(/^UNIQUE /, '')}`),
    indexes: indexes.map(({ words }) => words),
    foreignKeys: wordsOf('f', ({ name, words }) => `${name} ${foreignKeyWords(words)}`),
    checks: wordsOf('c', ({ name, words }) => `${name}: ${plainExpression(words)}`),
  };
}

function columnWords(row: ColumnRow): string {
  const type = row.values ? `enum(${row.values.join(', ')})` : typeWords(row.type);
  return `${row.name} ${type} ${row.nullable ? 'null' : 'not null'}${defaultWords(row)}`;
}

function typeWords(type: string): string {
  return type
    .replace('character varying', 'varchar')
    .replace('jsonb', 'json')
    .replace('timestamp(3) with time zone', 'instant to the millisecond');
}

function defaultWords(row: ColumnRow): string {
  if (row.identity === 'd') return ' generated';
  if (row.default === null) return '';
  if (row.default === `nextval('${row.table}_${row.name}_seq'::regclass)`) return ' generated';
  if (row.default === "date_trunc('milliseconds'::text, now())") return ' default now to the millisecond';
  return ` default ${row.default.replace(/^'(.*)'::[\w ]+$/, '$1')}`;
}

function foreignKeyWords(definition: string): string {
  return definition
    .replace(/^FOREIGN KEY /, '')
    .replace(/ REFERENCES (\w+)\(/, ' -> $1 (')
    .replace(' ON DELETE ', ' on delete ');
}
