/** Rows that may not be there when a revision begins: counted, and the first ones named by their key. */

import { GT, JOINED } from '../../../sql/postgres-operators.js';
import { quoteIdentifier, quoteLiteral } from '../../../sql/quote.js';
import { NEXT_LINE, statement, type Statement } from '../../../sql/statement.js';

/** How many are named. */
export const NAMED = 20;

/** The rows, and what the error says. */
export interface RefusedRows {
  /** The table, as SQL. */
  readonly path: string;
  /** The primary key; without one their places in the file name the rows. */
  readonly key: readonly string[];
  /** Which rows they are, an expression. */
  readonly where: string;
  /** A sentence about them. */
  readonly problem: string;
  /** The way out. */
  readonly hint: string;
}

/** The columns that tell rows apart, as SQL; their places where the table has no primary key. */
export function naming(key: readonly string[]): readonly string[] {
  return key.length === 0 ? ['ctid'] : key.map(quoteIdentifier);
}

/** A block that fails where there are such rows, before anything else is done. */
export function refuseRows(rows: RefusedRows): Statement {
  const lines = ['DO $rows$', 'DECLARE', '  found bigint;', 'BEGIN', ...failForRows(rows), 'END', '$rows$'];
  return statement(lines.join(NEXT_LINE));
}

/** Lines of such a block, which has a variable `found`, a bigint. */
export function failForRows({ path, key, where, problem, hint }: RefusedRows): readonly string[] {
  const columns = naming(key);
  const shown = columns.map((column) => `${column}::text`).join(` ${JOINED} '/' ${JOINED} `);
  const by = key.length === 0 ? 'place' : key.join('/');
  return [
    `  found := (SELECT pg_catalog.count(*) FROM ${path} WHERE ${where});`,
    `  IF found ${GT} 0 THEN`,
    `    RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = ${quoteLiteral(problem)}, HINT = ${quoteLiteral(hint)},`,
    `      DETAIL = pg_catalog.format(${quoteLiteral(`Rows: %s, by ${by.replaceAll('%', '%%')}: %s%s`)}, found, (SELECT pg_catalog.string_agg(r.shown, ', ') FROM (`,
    `        SELECT ${shown} AS shown FROM ${path} WHERE ${where} ORDER BY ${columns.join(', ')} LIMIT ${NAMED}) AS r), CASE WHEN found ${GT} ${NAMED} THEN ', ...' ELSE '' END);`,
    '  END IF;',
  ];
}
