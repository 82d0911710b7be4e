import { EQ, GT, MATCHES, NE } from '../../../sql/postgres-operators.js';
import { nameOfServer } from '../../../sql/identifiers.js';
import { quoteLiteral } from '../../../sql/quote.js';
import type { ColumnModel } from '../../../schema/model.js';
import type { SequenceFact } from '../../planning.js';
import type { PostgresContext } from './context.js';

/** A cast to the id of a relation. */
export const REGCLASS = '::pg_catalog.regclass';
/** The id of the catalog of relations. */
export const RELATION = `'pg_catalog.pg_class'${REGCLASS}`;

/**
 * All sequences, and every relation with a name that PostgreSQL may give to one. The oldest is first. An
 * owned one is in the schema of its table.
 */
const SEQUENCES = `
  SELECT n.nspname AS schema, s.relname AS name, t.relname AS "table", a.attname AS "column",
         pg_catalog.format_type(q.seqtypid, NULL) AS type,
         coalesce(d.deptype ${EQ} 'i', false) OR EXISTS (
           SELECT FROM pg_catalog.pg_depend u
            WHERE u.classid ${EQ} 'pg_catalog.pg_attrdef'${REGCLASS} AND u.refclassid ${EQ} ${RELATION} AND u.refobjid ${EQ} s.oid) AS "isUsed"
    FROM pg_catalog.pg_class s
    JOIN pg_catalog.pg_namespace n ON n.oid ${EQ} s.relnamespace
    LEFT JOIN pg_catalog.pg_sequence q ON q.seqrelid ${EQ} s.oid
    LEFT JOIN pg_catalog.pg_depend d ON s.relkind ${EQ} 'S' AND d.classid ${EQ} ${RELATION} AND d.objid ${EQ} s.oid
     AND d.deptype ${EQ} ANY ('{a,i}') AND d.refclassid ${EQ} ${RELATION} AND d.refobjsubid ${GT} 0
    LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid ${EQ} d.refobjid AND a.attnum ${EQ} d.refobjsubid
    LEFT JOIN pg_catalog.pg_class t ON t.oid ${EQ} a.attrelid
   WHERE (s.relkind ${EQ} 'S' OR s.relname ${MATCHES} '_seq[0-9]*$') AND n.nspname ${NE} 'pg_catalog' AND n.nspname ${NE} 'pg_toast'
   ORDER BY s.oid`;

interface SequenceRow {
  readonly schema: string;
  readonly name: string;
  readonly table: string | null;
  readonly column: string | null;
  readonly type: string | null;
  readonly isUsed: boolean;
}

/** A DataSource or a query runner. */
export interface Queryable {
  query(sql: string): Promise<unknown>;
}

/** Reads which sequences the columns own, and which of their names are taken. */
export async function readSequences(
  dataSource: Queryable,
  defaultSchema: string,
): Promise<readonly SequenceFact[]> {
  const rows = (await dataSource.query(SEQUENCES)) as readonly SequenceRow[];
  return rows.map(({ schema, name, table, column, ...row }) => {
    const prefix = schema === defaultSchema ? '' : `${schema}.`;
    const owner = table && column && `${prefix}${table}.${column}`;
    return { name: `${prefix}${name}`, owner, type: row.type, isUsed: row.isUsed };
  });
}

/** The sequences around a column whose numbering changes, as SQL. */
export interface ColumnSequences {
  /** The one that numbers it as a serial column, now or afterwards. */
  readonly serial: string;
  /** The type of `serial` where it was left behind; then it stays, with this type, where it does not number the column. */
  readonly keptType: string | null;
  /** All that it owns and that do not number it. */
  readonly left: readonly string[];
}

/**
 * Decides which sequence a serial column has: its present one, one that DROP DEFAULT left behind, or a new one with
 * the name that SERIAL would give it.
 */
export function sequencesOf(
  { names, sequences }: Pick<PostgresContext, 'names' | 'sequences'>,
  table: string,
  { name: column, identity }: ColumnModel,
): ColumnSequences {
  const own = sequences.filter(({ owner }) => owner === `${table}.${column}`);
  const left = own.filter(({ isUsed }) => !isUsed);
  const [known] = identity === 'serial' ? own.filter(({ isUsed }) => isUsed) : left;
  return {
    serial: names.path(known?.name ?? newName(table, column, sequences)),
    keptType: identity === 'serial' ? null : (known?.type ?? null),
    left: left.map(({ name }) => names.path(name)),
  };
}

/**
 * The name of a column's sequence, as SQL. PostgreSQL's function finds any one of them where the column owns several.
 */
export function serialSequence(path: string, column: string, { left, serial }: ColumnSequences): string {
  return left.length === 0
    ? `pg_catalog.pg_get_serial_sequence(${quoteLiteral(path)}, ${quoteLiteral(column)})`
    : quoteLiteral(serial);
}

/** The first free name of those that SERIAL tries: `t_id_seq`, `t_id_seq1`. */
function newName(table: string, column: string, taken: readonly SequenceFact[]): string {
  const dot = table.indexOf('.') + 1;
  const named = (label: string) => `${table.slice(0, dot)}${nameOfServer(table.slice(dot), column, label)}`;
  let name = named('_seq');
  for (let number = 1; taken.some((one) => one.name === name); number += 1) name = named(`_seq${number}`);
  return name;
}
