import type { Session } from '../session.js';
import { readAll } from './connection.js';
import { RecordsHiddenError } from '../../errors/server.js';
import { EQ } from '../../sql/postgres-operators.js';
import { postgresLiteral } from '../../sql/quote.js';
import { readRows } from './read-rows.js';
import { relationsBehind } from './relations-behind.js';
import type { TableName } from '../records/tables.js';

/** Relations that are no tables, by `relkind`: what they show is decided elsewhere. */
const KINDS: Readonly<Record<string, string>> = {
  v: 'a view',
  m: 'a materialized view',
  f: 'a foreign table',
};

/**
 * For views that nothing has read yet: planning already runs an immutable function of one. A view that gives the columns
 * of a table as they are has none. PostgreSQL notes no dependency on its own functions, which do no harm.
 *
 * @throws RecordsHiddenError for a view that depends on a function or an operator, also behind another view
 */
export async function assertNoCodeInViews(session: Session, tables: readonly TableName[]): Promise<void> {
  if (tables.length === 0) return;
  const named = tables.map(
    ({ sql }) => `(${postgresLiteral(sql)}, pg_catalog.to_regclass(${postgresLiteral(sql)})::pg_catalog.oid)`,
  );
  const [row] = await readRows(
    session,
    `WITH RECURSIVE found(name, oid) AS (VALUES ${named.join(', ')} UNION SELECT f.name, behind.oid FROM found f CROSS JOIN LATERAL (${relationsBehind('f.oid')}) AS behind(oid))
     SELECT found.name FROM found JOIN pg_catalog.pg_class c ON c.oid ${EQ} found.oid AND c.relkind ${EQ} 'v'
       JOIN pg_catalog.pg_rewrite r ON r.ev_class ${EQ} c.oid AND r.ev_type ${EQ} '1'
       JOIN pg_catalog.pg_depend d ON d.classid ${EQ} 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND d.objid ${EQ} r.oid
        AND d.refclassid ${EQ} ANY (ARRAY['pg_catalog.pg_proc'::pg_catalog.regclass::pg_catalog.oid, 'pg_catalog.pg_operator'::pg_catalog.regclass::pg_catalog.oid]) LIMIT 1`,
  );
  if (row) throw new RecordsHiddenError(String(row['name']), 'a view');
}

/** A scan of a whole table is then the only plan for one that has no condition. */
const WHOLE_TABLE = ['seqscan', 'indexscan', 'indexonlyscan', 'bitmapscan', 'tidscan'].map(
  (name) => `SET LOCAL enable_${name} = ${name === 'seqscan' ? 'on' : 'off'}`,
);

/** The part of EXPLAIN's answer that tells what is read. */
interface PlanNode {
  readonly 'Node Type'?: string;
  readonly Schema?: string;
  readonly 'Relation Name'?: string;
  readonly Alias?: string;
  readonly Output?: readonly string[];
  readonly Filter?: string;
  readonly Plans?: unknown;
}

/**
 * Makes sure that a relation in the place of a table shows every row of one table. The server's planner decides: such a
 * view is one scan of that table, without a filter, and gives its columns as they are.
 *
 * @throws RecordsHiddenError
 */
export async function assertShowsEveryRow(session: Session, { sql }: TableName): Promise<void> {
  const [row] = await readRows(
    session,
    `SELECT relkind AS kind FROM pg_catalog.pg_class WHERE oid ${EQ} pg_catalog.to_regclass(${postgresLiteral(sql)})`,
  );
  const kind = KINDS[String(row?.['kind'])];
  if (kind === undefined) return;
  if (row?.['kind'] !== 'v' || !(await isWholeTable(session, await planOf(session, sql))))
    throw new RecordsHiddenError(sql, kind);
}

async function planOf(session: Session, sql: string): Promise<PlanNode> {
  const read = readAll(session);
  const answers = await read([
    ...WHOLE_TABLE,
    `EXPLAIN (VERBOSE, COSTS off, FORMAT JSON) SELECT * FROM ${sql}`,
  ]);
  const [row] = (answers.at(-1) ?? []) as readonly {
    readonly 'QUERY PLAN': readonly { readonly Plan: PlanNode }[];
  }[];
  return row?.['QUERY PLAN'][0]?.Plan ?? {};
}

/** A scan of one table that has heirs leaves their rows out: FROM ONLY looks like FROM in a plan. */
async function isWholeTable(session: Session, plan: PlanNode): Promise<boolean> {
  const { Schema = '', 'Relation Name': name = '', Alias = '', Output = [] } = plan;
  if (plan['Node Type'] !== 'Seq Scan' || plan.Filter !== undefined || plan.Plans !== undefined) return false;
  const rows = await readRows(
    session,
    `SELECT pg_catalog.concat(pg_catalog.quote_ident(${postgresLiteral(Alias)}), '.', pg_catalog.quote_ident(a.attname)) AS "column"
       FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid ${EQ} c.relnamespace
       JOIN pg_catalog.pg_attribute a ON a.attrelid ${EQ} c.oid
      WHERE n.nspname ${EQ} ${postgresLiteral(Schema)} AND c.relname ${EQ} ${postgresLiteral(name)} AND c.relkind ${EQ} 'r'
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_inherits i WHERE i.inhparent ${EQ} c.oid)`,
  );
  const columns = rows.map(({ column }) => column);
  return columns.length > 0 && Output.every((shown) => columns.includes(shown));
}
