import type {
  CheckModel,
  ColumnModel,
  EnumModel,
  ForeignKeyAction,
  ForeignKeyModel,
  IndexModel,
  KeyModel,
  SchemaModel,
  TableModel,
} from '../model.js';
import type { Read } from './introspect.js';

const COLUMNS = `
  SELECT c.relname AS "table", a.attname AS name, NOT a.attnotnull AS nullable, a.attidentity AS identity,
         CASE WHEN t.typtype = 'e' THEN 'enum ' || t.typname ELSE format_type(a.atttypid, a.atttypmod) END AS type,
         pg_get_expr(d.adbin, d.adrelid) AS "default"
    FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
   WHERE c.relkind IN ('r', 'p') AND c.relnamespace = current_schema()::regnamespace
   ORDER BY c.relname, a.attnum`;

const CONSTRAINTS = `
  SELECT c.relname AS "table", k.conname AS name, k.contype AS kind, f.relname AS target,
         k.confdeltype AS "onDelete", k.confupdtype AS "onUpdate", pg_get_expr(k.conbin, k.conrelid) AS expression,
         ARRAY(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY u(n, i)
                 JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.n ORDER BY u.i) AS columns,
         ARRAY(SELECT a.attname::text FROM unnest(k.confkey) WITH ORDINALITY u(n, i)
                 JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.n ORDER BY u.i) AS "references"
    FROM pg_constraint k
    JOIN pg_class c ON c.oid = k.conrelid
    LEFT JOIN pg_class f ON f.oid = k.confrelid
   WHERE k.contype IN ('p', 'u', 'f', 'c') AND c.relnamespace = current_schema()::regnamespace`;

const INDEXES = `
  SELECT c.relname AS "table", i.relname AS name, x.indisunique AS "unique", pg_get_expr(x.indpred, x.indrelid) AS "where",
         ARRAY(SELECT coalesce(a.attname::text, pg_get_indexdef(x.indexrelid, n, true)) FROM generate_series(1, x.indnkeyatts) n
                 LEFT JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = x.indkey[n - 1] AND a.attnum > 0
                ORDER BY n) AS columns
    FROM pg_index x
    JOIN pg_class c ON c.oid = x.indrelid
    JOIN pg_class i ON i.oid = x.indexrelid
   WHERE c.relnamespace = current_schema()::regnamespace
     AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = x.indexrelid AND k.contype IN ('p', 'u', 'x'))`;

const ENUMS = `
  SELECT t.typname AS name, array_agg(e.enumlabel::text ORDER BY e.enumsortorder) AS values
    FROM pg_type t JOIN pg_enum e ON e.enumtypid = t.oid
   WHERE t.typnamespace = current_schema()::regnamespace
   GROUP BY t.typname`;

/** https://www.postgresql.org/docs/current/catalog-pg-constraint.html */
const ACTIONS: Readonly<Record<string, ForeignKeyAction>> = {
  a: 'NO ACTION',
  r: 'RESTRICT',
  c: 'CASCADE',
  n: 'SET NULL',
  d: 'SET DEFAULT',
};

interface Owned {
  readonly table: string;
}

interface ColumnRow extends Owned {
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
  readonly identity: string;
  readonly default: string | null;
}

interface ConstraintRow extends Owned {
  readonly name: string;
  readonly kind: 'p' | 'u' | 'f' | 'c';
  readonly target: string | null;
  readonly onDelete: string;
  readonly onUpdate: string;
  readonly expression: string | null;
  readonly columns: readonly string[];
  readonly references: readonly string[];
}

type IndexRow = Owned & IndexModel;

interface Rows {
  readonly columns: readonly ColumnRow[];
  readonly constraints: readonly ConstraintRow[];
  readonly indexes: readonly IndexRow[];
}

/** Reads the current schema from pg_catalog, one query a kind of object. */
export async function introspectPostgres(read: Read): Promise<SchemaModel> {
  const columns = await read<ColumnRow>(COLUMNS);
  const constraints = await read<ConstraintRow>(CONSTRAINTS);
  const indexes = await read<IndexRow>(INDEXES);
  const enums = await read<EnumModel>(ENUMS);
  const names = [...new Set(columns.map((column) => column.table))];
  const rows = { columns, constraints, indexes };
  return { dialect: 'postgres', tables: names.map((name) => tableOf(name, rows)), enums };
}

function tableOf(name: string, all: Rows): TableModel {
  const own = <T extends Owned>(rows: readonly T[]) => rows.filter((row) => row.table === name);
  const constraints = own(all.constraints);
  const ofKind = (kind: ConstraintRow['kind']) => constraints.filter((row) => row.kind === kind);
  return {
    name,
    columns: own(all.columns).map(columnOf),
    primaryKey: ofKind('p').map(keyOf)[0] ?? null,
    uniques: ofKind('u').map(keyOf),
    indexes: own(all.indexes).map(({ name: index, columns, unique, where }) => ({
      name: index,
      columns,
      unique,
      where,
    })),
    foreignKeys: ofKind('f').map(foreignKeyOf),
    checks: ofKind('c').map(checkOf),
  };
}

/** A serial column is a number with a default from a sequence; the sequence is its default. */
function columnOf(row: ColumnRow): ColumnModel {
  const serial = row.default?.startsWith('nextval(') ?? false;
  const generated = row.identity !== '' ? 'identity' : serial ? 'increment' : null;
  return {
    name: row.name,
    type: row.type,
    nullable: row.nullable,
    default: serial ? null : row.default,
    generated,
  };
}

function keyOf(row: ConstraintRow): KeyModel {
  return { name: row.name, columns: row.columns };
}

function foreignKeyOf(row: ConstraintRow): ForeignKeyModel {
  return {
    name: row.name,
    columns: row.columns,
    table: row.target ?? '',
    references: row.references,
    onDelete: ACTIONS[row.onDelete] ?? 'NO ACTION',
    onUpdate: ACTIONS[row.onUpdate] ?? 'NO ACTION',
  };
}

function checkOf(row: ConstraintRow): CheckModel {
  return { name: row.name, expression: row.expression ?? '' };
}
