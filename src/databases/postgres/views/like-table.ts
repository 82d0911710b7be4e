/** Gives a view what clients expect of the table that it shows: defaults, rights, and the row security of the caller. */

import { dollarQuote, postgresLiteral } from '../../../sql/quote.js';
import { NEXT_LINE } from '../../../sql/statement.js';
import { GRANTEE, OPTION } from './attached.js';

/** A column of the table, and its name in the view. */
export interface ShownColumn {
  readonly column: string;
  readonly as: string;
}

/** A view that shows a table. Paths are SQL. */
interface ShownTable {
  readonly table: string;
  readonly view: string;
  readonly columns: readonly ShownColumn[];
}

/**
 * One block, which reads the table that is there: rights and defaults may be of other people's making. `SET column =
 * DEFAULT` means NULL in a view without a default of its own. A column that the view shows twice gets none: a row that
 * is inserted would have two values for it.
 */
export function likeTable({ table, view, columns }: ShownTable): string {
  const body = [
    'DECLARE',
    "  path_before pg_catalog.text := pg_catalog.current_setting('search_path');",
    `  shown pg_catalog.oid := pg_catalog.to_regclass(${postgresLiteral(table)});`,
    `  own pg_catalog.oid := pg_catalog.to_regclass(${postgresLiteral(view)});`,
    '  one record;',
    'BEGIN',
    "  PERFORM pg_catalog.set_config('search_path', '', true);",
    "  IF current_setting('server_version_num')::int >= 150000 THEN",
    "    EXECUTE format('ALTER VIEW %s SET (security_invoker = true)', own::regclass);",
    '  ELSIF (SELECT relrowsecurity FROM pg_class WHERE oid = shown) THEN',
    "    RAISE EXCEPTION 'The view % would pass over the row security of %: PostgreSQL 14 checks the rows of a view for its owner.', own::regclass, shown::regclass",
    "      USING HINT = 'Generate the change in one step, for a time when no older release runs: --one-step';",
    '  END IF;',
    '  FOR one IN',
    ...statementsSql(columns).map((line) => `    ${line}`),
    '  LOOP',
    '    EXECUTE one.sql;',
    '  END LOOP;',
    "  PERFORM set_config('search_path', path_before, true);",
    'END',
  ].join(NEXT_LINE);
  const tag = dollarQuote('view', body);
  return ['DO', tag, body, tag].join(NEXT_LINE).replace(NEXT_LINE, ' ');
}

/** Rights that the defaults of the schema gave are taken away before. */
function statementsSql(columns: readonly ShownColumn[]): readonly string[] {
  const renamed = columns.filter(({ column, as }) => column !== as).map(pair);
  const isShown = [
    'w.attname = a.attname',
    ...(renamed.length === 0 ? [] : [`(a.attname, w.attname) IN (${renamed.join(', ')})`]),
  ];
  const columnsOf = `pg_attribute a JOIN pg_attribute w ON w.attrelid = own AND (${isShown.join(' OR ')})`;
  const twice = columns.filter((one) =>
    columns.some((other) => other !== one && other.column === one.column),
  );
  const without = [
    ...new Set(twice.map(({ column }) => ` AND a.attname <> ${postgresLiteral(column)}`)),
  ].join('');
  return [
    `SELECT 1 AS place, format('ALTER VIEW %s ALTER COLUMN %I SET DEFAULT %s', own::regclass, w.attname, pg_get_expr(d.adbin, d.adrelid)) AS sql`,
    `  FROM ${columnsOf} JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum`,
    `  WHERE a.attrelid = shown AND a.attgenerated = ''${without}`,
    `UNION ALL SELECT 2, format('REVOKE ALL ON %s FROM %s', own::regclass, ${GRANTEE})`,
    `  FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) g WHERE c.oid = own AND g.grantee <> c.relowner`,
    `UNION ALL SELECT 3, format('GRANT %s ON %s TO %s%s', g.privilege_type, own::regclass, ${GRANTEE}, ${OPTION})`,
    `  FROM pg_class c CROSS JOIN LATERAL aclexplode(coalesce(c.relacl, acldefault('r', c.relowner))) g`,
    `  WHERE c.oid = shown AND g.grantee <> (SELECT relowner FROM pg_class WHERE oid = own)`,
    `UNION ALL SELECT 4, format('GRANT %s (%I) ON %s TO %s%s', g.privilege_type, w.attname, own::regclass, ${GRANTEE}, ${OPTION})`,
    `  FROM ${columnsOf} CROSS JOIN LATERAL aclexplode(a.attacl) g WHERE a.attrelid = shown`,
    'ORDER BY place, sql',
  ];
}

function pair({ column, as }: ShownColumn): string {
  return `(${postgresLiteral(column)}, ${postgresLiteral(as)})`;
}
