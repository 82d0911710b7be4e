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

/** Why a trigger that leaves the column alone is one of them. */
const BEHIND = ` (its name sorts after ${BRIDGE_PREFIX}, so it would run after our trigger and could overwrite what that writes)`;
const RENAME = `Give it a name that sorts before ${BRIDGE_PREFIX}: %s. Then run the revision again`;
const DROP = 'Drop it, run the revision again, and create it again when the contract has run';
const DROP_OTHERS =
  '. Drop the others before that, and create them again when the contract has run: they use the column, or are rules';

/** A block that fails with the names of what a bridge cannot live with. */
export function guardTable({ path, table, column }: Guarded): Statement {
  const [name, relation] = [quoteLiteral(column), `${quoteLiteral(path)}::pg_catalog.regclass`];
  const bits = (mask: number) => `(t.tgtype OPERATOR(pg_catalog.&) ${mask}::pg_catalog.int2)`;
  const isOf = `EXISTS (SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid ${EQ} t.tgrelid AND a.attname ${EQ} ${name} AND a.attnum ${EQ} ANY (t.tgattr::pg_catalog.int2[]))`;
  const isBefore = `${bits(BEFORE_ROW)} ${EQ} ${BEFORE_ROW} AND ${bits(WRITES)} ${NE} 0`;
  const named = `pg_catalog.strpos(f.prosrc, ${name}) ${GT} 0`;
  const isLast = `t.tgname ${GT} ${quoteLiteral(BRIDGE_PREFIX)}`;
  const touches = `${isOf} OR (${isBefore} AND ${named})`;
  const lines = [
    'DO $guard$',
    'DECLARE',
    '  found text;',
    '  renames text;',
    '  others bool;',
    'BEGIN',
    `  SELECT pg_catalog.string_agg(o.name, ', ' ORDER BY o.name), pg_catalog.string_agg(o.rename, '; ' ORDER BY o.name), pg_catalog.bool_or(o.rename IS NULL) INTO found, renames, others FROM (`,
    `      SELECT 'the trigger ' ${JOINED} pg_catalog.quote_ident(t.tgname) ${JOINED} CASE WHEN ${touches} THEN '' ELSE ${quoteLiteral(BEHIND)} END AS name,`,
    `          CASE WHEN ${touches} THEN NULL ELSE pg_catalog.format(${quoteLiteral('ALTER TRIGGER %I ON %s RENAME TO %I')}, t.tgname, ${quoteLiteral(path)}, 'a_' ${JOINED} t.tgname::pg_catalog.text) END AS rename`,
    `        FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_proc f ON f.oid ${EQ} t.tgfoid`,
    `       WHERE t.tgrelid ${EQ} ${relation} AND NOT t.tgisinternal AND t.tgname OPERATOR(pg_catalog.!~~) ${quoteLiteral(`${BRIDGE_PREFIX.replaceAll('_', '\\_')}%`)}`,
    `         AND (${touches} OR (${isBefore} AND ${isLast}))`,
    `      UNION ALL SELECT 'the rule ' ${JOINED} pg_catalog.quote_ident(r.rulename), NULL FROM pg_catalog.pg_rewrite r`,
    `       WHERE r.ev_class ${EQ} ${relation} AND r.rulename ${NE} '_RETURN') AS o;`,
    '  IF found IS NOT NULL THEN',
    `    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state',`,
    `      MESSAGE = ${quoteLiteral(`${table}.${column} cannot have two names in this database`)},`,
    `      DETAIL = pg_catalog.format('It has what no revision has made: %s', found),`,
    `      HINT = CASE WHEN renames IS NULL THEN ${quoteLiteral(DROP)} ELSE pg_catalog.format(${quoteLiteral(RENAME)}, renames) ${JOINED} CASE WHEN others THEN ${quoteLiteral(DROP_OTHERS)} ELSE '' END END;`,
    '  END IF;',
    'END',
    '$guard$',
  ];
  return statement(lines.join(NEXT_LINE));
}
