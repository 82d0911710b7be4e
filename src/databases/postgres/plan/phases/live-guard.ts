/**
 * Triggers and rules of the live database that no revision has made. The generator refuses those of the history; a
 * revision finds the others before it gives a column two names.
 */

import { BRIDGE_PREFIX } from '../../../../schema/bridge-trigger.js';
import { EQ, GT, JOINED, NE } from '../../../../sql/postgres-operators.js';
import { quoteLiteral } from '../../../../sql/quote.js';
import { NEXT_LINE, statement, type Statement } from '../../../../sql/statement.js';

/** A column that is to have two names. */
interface Guarded {
  /** The table, as SQL. */
  readonly path: string;
  readonly table: string;
  readonly column: string;
}

/** Bits of `pg_trigger.tgtype`: a row trigger that runs before, and INSERT or UPDATE. */
const BEFORE_ROW = 3;
const WRITES = 20;

/** A block that fails with the names of what a bridge cannot live with. */
export function guardTable({ path, table, column }: Guarded): Statement {
  const [name, relation] = [quoteLiteral(column), `${quoteLiteral(path)}::pg_catalog.regclass`];
  const bits = (mask: number) => `(t.tgtype OPERATOR(pg_catalog.&) ${mask}::pg_catalog.int2)`;
  const isOf = `EXISTS (SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid ${EQ} t.tgrelid AND a.attname ${EQ} ${name} AND a.attnum ${EQ} ANY (t.tgattr::pg_catalog.int2[]))`;
  const isBefore = `${bits(BEFORE_ROW)} ${EQ} ${BEFORE_ROW} AND ${bits(WRITES)} ${NE} 0`;
  const acts = `pg_catalog.strpos(f.prosrc, ${name}) ${GT} 0 OR t.tgname ${GT} ${quoteLiteral(BRIDGE_PREFIX)}`;
  const lines = [
    'DO $guard$',
    'DECLARE',
    '  found text;',
    'BEGIN',
    `  found := (SELECT pg_catalog.string_agg(o.name, ', ' ORDER BY o.name) FROM (`,
    `      SELECT 'the trigger ' ${JOINED} pg_catalog.quote_ident(t.tgname) AS name FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_proc f ON f.oid ${EQ} t.tgfoid`,
    `       WHERE t.tgrelid ${EQ} ${relation} AND NOT t.tgisinternal AND t.tgname OPERATOR(pg_catalog.!~~) ${quoteLiteral(`${BRIDGE_PREFIX.replaceAll('_', '\\_')}%`)}`,
    `         AND (${isOf} OR (${isBefore} AND (${acts})))`,
    `      UNION ALL SELECT 'the rule ' ${JOINED} pg_catalog.quote_ident(r.rulename) FROM pg_catalog.pg_rewrite r`,
    `       WHERE r.ev_class ${EQ} ${relation} AND r.rulename ${NE} '_RETURN') AS o);`,
    '  IF found IS NOT NULL THEN',
    `    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state',`,
    `      MESSAGE = ${quoteLiteral(`${table}.${column} cannot have two names in this database`)},`,
    `      DETAIL = pg_catalog.format('It has what no revision has made: %s', found),`,
    `      HINT = 'Drop it, run the revision again, and create it again when the contract has run';`,
    '  END IF;',
    'END',
    '$guard$',
  ];
  return statement(lines.join(NEXT_LINE));
}
