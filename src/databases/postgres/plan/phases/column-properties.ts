/** What another column gets from the live one: rights and settings may be of a DBA's making, so no revision knows them. */

import { EQ, NE } from '../../../../sql/postgres-operators.js';
import { dollarQuote, quoteIdentifier, quoteLiteral } from '../../../../sql/quote.js';
import { NEXT_LINE, statement, type Statement } from '../../../../sql/statement.js';
import { GRANTEE, OPTION } from '../../views/attached.js';

/** Two columns of a table. */
interface Columns {
  /** The table, as SQL. */
  readonly path: string;
  readonly from: string;
  readonly to: string;
}

/** The second one gets the rights of the first, the precision of its statistics, and no others; in the order in which the first one has them. */
export function copyProperties({ path, from, to }: Columns): Statement {
  const column = quoteIdentifier(to);
  const run = (sql: string, ...values: readonly string[]) =>
    `pg_catalog.format(${quoteLiteral(sql)}, ${values.join(', ')})`;
  const table = path.replaceAll('%', '%%');
  const place = column.replaceAll('%', '%%');
  const rights = (name: string) =>
    `pg_catalog.pg_attribute a CROSS JOIN LATERAL pg_catalog.aclexplode(a.attacl) WITH ORDINALITY AS g WHERE ${isOf('a', path, name)}`;
  const alter = `ALTER TABLE ${table} ALTER COLUMN ${place} SET`;
  const target = (alias: string) => `COALESCE(${alias}.attstattarget::integer, -1)`;
  const both = `pg_catalog.pg_attribute a JOIN pg_catalog.pg_attribute b ON ${isOf('b', path, to)} WHERE ${isOf('a', path, from)}`;
  const lines = [
    'DECLARE',
    '  one text;',
    'BEGIN',
    '  FOR one IN SELECT s.sql FROM (',
    `    SELECT 1, 0, ${run(`REVOKE ALL (${place}) ON ${table} FROM %s CASCADE`, GRANTEE)} FROM ${rights(to)}`,
    `    UNION ALL SELECT 2, g.ordinality, ${run(`GRANT %s (${place}) ON ${table} TO %s%s`, 'g.privilege_type', GRANTEE, OPTION)} FROM ${rights(from)}`,
    `    UNION ALL SELECT 3, 0, ${run(`${alter} STATISTICS %s`, target('a'))} FROM ${both} AND ${target('a')} ${NE} ${target('b')}`,
    `    UNION ALL SELECT 4, 0, ${run(`${alter} (%s)`, `pg_catalog.array_to_string(a.attoptions, ', ')`)} FROM ${both} AND a.attoptions IS NOT NULL`,
    '    ) AS s (place, number, sql) ORDER BY s.place, s.number LOOP',
    '    EXECUTE one;',
    '  END LOOP;',
    'END',
  ].join(NEXT_LINE);
  const tag = dollarQuote('properties', lines);
  const locks = [{ table: path, mode: 'SHARE UPDATE EXCLUSIVE' as const }];
  return statement([`DO ${tag}`, lines, tag].join(NEXT_LINE), { locks });
}

function isOf(alias: string, path: string, column: string): string {
  return `${alias}.attrelid ${EQ} ${quoteLiteral(path)}::pg_catalog.regclass AND ${alias}.attname ${EQ} ${quoteLiteral(column)}`;
}
