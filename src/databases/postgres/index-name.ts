/** IF NOT EXISTS builds no index where anything has its name, and PostgreSQL reports that as a success. */

import { EQ, withPlainBackslashes } from '../../sql/postgres-operators.js';
import { postgresLiteral } from '../../sql/quote.js';
import { codeOf } from '../driver-error.js';
import type { Row } from '../row.js';
import type { Session } from '../session.js';
import { builtIndex, type ConcurrentIndex } from './concurrent-index.js';

/** Another object has the name of an index that was to be built. */
class IndexNameTaken extends Error {
  constructor(index: string, what: string) {
    super(
      `the index ${index} was not built: another object has its name (${what}). Rename or drop that object`,
    );
  }
}

/** An object that has the name of an index, in the schema of its table. */
interface Namesake {
  readonly oid: string;
  readonly what: string;
  /** Whether it is an index of that table, valid, and unique where that is wanted. */
  readonly similar: boolean;
}

/**
 * Lets an index with that definition pass: an earlier attempt has built it and has not recorded it.
 *
 * @throws IndexNameTaken
 */
export async function assertNameFree(session: Session, made: ConcurrentIndex): Promise<void> {
  if (!made.ifMissing) return;
  const found = await namesakeOf(session, made);
  if (found && !(found.similar && (await isDefinedSo(session, made, found))))
    throw new IndexNameTaken(made.index, found.what);
}

/** @throws IndexNameTaken where another session has used the name meanwhile */
export async function assertBuilt(session: Session, made: ConcurrentIndex): Promise<void> {
  if (!made.ifMissing) return;
  const found = await namesakeOf(session, made);
  if (found && !found.similar) throw new IndexNameTaken(made.index, found.what);
}

async function namesakeOf(session: Session, made: ConcurrentIndex): Promise<Namesake | undefined> {
  const sql = `SELECT o.oid, coalesce(pg_catalog.pg_get_indexdef(x.indexrelid), pg_catalog.pg_describe_object('pg_catalog.pg_class'::pg_catalog.regclass, o.oid, 0)) AS what,
      EXISTS (SELECT 1 ${builtIndex(made)}) AS similar
    FROM pg_catalog.pg_class o LEFT JOIN pg_catalog.pg_index x ON x.indexrelid ${EQ} o.oid
    WHERE o.relname ${EQ} CAST((pg_catalog.parse_ident(${postgresLiteral(made.index)}))[1] AS pg_catalog.name)
      AND o.relnamespace ${EQ} (SELECT t.relnamespace FROM pg_catalog.pg_class t WHERE t.oid ${EQ} pg_catalog.to_regclass(${postgresLiteral(made.table)})::pg_catalog.oid)`;
  const [[row] = []] = await session.send([withPlainBackslashes(sql)]);
  return row && { oid: String(row['oid']), what: String(row['what']), similar: row['similar'] === true };
}

/**
 * Builds the index on an empty copy of the table and compares the two, as the server has read them. Where it may not,
 * the name, the table and uniqueness have to do. One message is one transaction, also inside another one.
 */
async function isDefinedSo(session: Session, made: ConcurrentIndex, { oid }: Namesake): Promise<boolean> {
  const copy = `pg_temp.${lastName(made.table)}`;
  const { unique, index, table, definition } = made;
  try {
    const results = await session.send([
      `CREATE TEMPORARY TABLE ${lastName(table)} (LIKE ${table})`,
      `CREATE ${unique ? 'UNIQUE ' : ''}INDEX ${index} ON ${copy}${definition}`,
      `SELECT ${definitionOf(oid)} AS there, ${definitionOf(`pg_catalog.to_regclass(${postgresLiteral(`pg_temp.${index}`)})::pg_catalog.oid`)} AS wanted`,
      `DROP TABLE ${copy}`,
    ]);
    const { there, wanted } = Object.assign({}, ...results.flat()) as Row;
    return there === wanted;
  } catch (error) {
    if (codeOf(error) === INSUFFICIENT_PRIVILEGE) return true;
    throw error;
  }
}

/** A role may lack the right to make temporary tables. */
const INSUFFICIENT_PRIVILEGE = '42501';

/** All that decides what an index finds and forbids, in words. */
function definitionOf(oid: string): string {
  const key = 'pg_catalog.pg_get_indexdef(d.indexrelid, k.k, false)';
  return `(SELECT pg_catalog.concat_ws('|', m.amname, d.indisunique, d.indnkeyatts, d.indclass, d.indcollation, d.indoption,
      pg_catalog.to_jsonb(d.*) OPERATOR(pg_catalog.->>) 'indnullsnotdistinct', pg_catalog.pg_get_expr(d.indpred, d.indrelid),
      (SELECT pg_catalog.string_agg(${key}, ',' ORDER BY k.k) FROM pg_catalog.generate_series(1, d.indnatts) AS k(k)))
    FROM pg_catalog.pg_index d JOIN pg_catalog.pg_class r ON r.oid ${EQ} d.indexrelid JOIN pg_catalog.pg_am m ON m.oid ${EQ} r.relam WHERE d.indexrelid ${EQ} ${oid})`;
}

/** A path without its schema. */
function lastName(path: string): string {
  return /(?:"(?:[^"]|"")+"|[^".]+)$/.exec(path)?.[0] ?? path;
}
