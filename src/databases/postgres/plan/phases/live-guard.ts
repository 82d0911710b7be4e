/**
 * Triggers and rules of the live database that no revision has made. The generator refuses those of the history; a
 * revision finds the others before it gives a column two names.
 */

import { BRIDGE_PREFIX } from '../../../../schema/bridge-trigger.js';
import { EQ, GT, JOINED, NE } from '../../../../sql/postgres-operators.js';
import { dollarQuote, quoteLiteral } from '../../../../sql/quote.js';
import { compareText } from '../../../../schema/model.js';
import { NEXT_LINE, statement, type Statement } from '../../../../sql/statement.js';
import { DEPENDENTS } from './column-dependents.js';

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

const bits = (mask: number) => `(t.tgtype OPERATOR(pg_catalog.&) ${mask}::pg_catalog.int2)`;
const IS_BEFORE = `${bits(BEFORE_ROW)} ${EQ} ${BEFORE_ROW} AND ${bits(WRITES)} ${NE} 0`;
const IS_BEHIND = `t.tgname ${GT} ${quoteLiteral(BRIDGE_PREFIX)}`;
const IS_FOREIGN = `NOT t.tgisinternal AND t.tgname OPERATOR(pg_catalog.!~~) ${quoteLiteral(`${BRIDGE_PREFIX.replaceAll('_', '\\_')}%`)}`;

/** Why a trigger that leaves the column alone is found, and its way out. */
const LATE = ` (its name sorts after ${BRIDGE_PREFIX}, so it would run after our trigger and could overwrite what that writes: ALTER TRIGGER %I ON %s RENAME TO %I)`;

/** A block that fails with the names of what a bridge cannot live with. */
export function guardTable({ path, table, column }: Guarded): Statement {
  const [name, relation] = [quoteLiteral(column), `${quoteLiteral(path)}::pg_catalog.regclass`];
  const isOf = `EXISTS (SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid ${EQ} t.tgrelid AND a.attname ${EQ} ${name} AND a.attnum ${EQ} ANY (t.tgattr::pg_catalog.int2[]))`;
  const touches = `${isOf} OR (${IS_BEFORE} AND pg_catalog.strpos(f.prosrc, ${name}) ${GT} 0)`;
  const rename = `pg_catalog.format(${quoteLiteral(LATE)}, t.tgname, ${quoteLiteral(path)}, 'a_' ${JOINED} t.tgname::pg_catalog.text)`;
  return guard({
    found: [
      `SELECT 'the trigger ' ${JOINED} pg_catalog.quote_ident(t.tgname) ${JOINED} CASE WHEN ${touches} THEN '' ELSE ${rename} END AS name FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_proc f ON f.oid ${EQ} t.tgfoid WHERE t.tgrelid ${EQ} ${relation} AND ${IS_FOREIGN} AND (${touches} OR (${IS_BEFORE} AND ${IS_BEHIND}))`,
      `SELECT 'the rule ' ${JOINED} pg_catalog.quote_ident(r.rulename) FROM pg_catalog.pg_rewrite r WHERE r.ev_class ${EQ} ${relation} AND r.rulename ${NE} '_RETURN'`,
    ],
    problem: `${table}.${column} cannot have two names in this database`,
    hint: 'Where this names an ALTER TRIGGER, run that. Drop anything else, and create it again when the contract has run. Then run the revision again',
  });
}

/**
 * A block that fails where a row may be in a child table, for which a trigger of the table does not fire. Partitions are no
 * such tables: they have the triggers of their parent.
 */
export function guardRows({ path, table, column }: Guarded): Statement {
  const relation = `${quoteLiteral(path)}::pg_catalog.regclass`;
  return guard({
    found: [
      `SELECT 'the table ' ${JOINED} c.oid::pg_catalog.regclass ${JOINED} ', which inherits from it' FROM pg_catalog.pg_inherits h JOIN pg_catalog.pg_class c ON c.oid ${EQ} h.inhrelid AND NOT c.relispartition WHERE h.inhparent ${EQ} ${relation}`,
    ],
    problem: `${table}.${column} cannot serve two releases in this database`,
    hint: 'The trigger that serves them does not fire for rows of a child table, so writes there would fail. Generate the change again with --one-step, or make the child a partition or a table of its own first',
  });
}

/** A column that another one is to replace. */
interface Replaced extends Guarded {
  /** The objects that the revisions know, which the swap gives to the column in its place. */
  readonly known: readonly string[];
}

/**
 * A block that fails with the names of what would stay with the former column, or write past the trigger of the second
 * one. Objects that no revision has made would be lost with the former column, without a word.
 */
export function guardReplaced({ path, table, column, known }: Replaced): Statement {
  const relation = `${quoteLiteral(path)}::pg_catalog.regclass`;
  const names = [...new Set(known)].sort(compareText).map(quoteLiteral).join(', ');
  return guard({
    found: [
      `${dependentsOf(relation, column)} AND u.name ${NE} ALL (ARRAY[${names}]::text[])`,
      `SELECT 'the trigger ' ${JOINED} t.tgname ${JOINED} ', which runs behind that of the second column' FROM pg_catalog.pg_trigger t WHERE t.tgrelid ${EQ} ${relation} AND ${IS_FOREIGN} AND ${IS_BEFORE} AND ${IS_BEHIND}`,
      `SELECT 'the table ' ${JOINED} h.inhrelid::pg_catalog.regclass ${JOINED} ', which inherits from it' FROM pg_catalog.pg_inherits h WHERE h.inhparent ${EQ} ${relation}`,
      `SELECT 'the table ' ${JOINED} h.inhparent::pg_catalog.regclass ${JOINED} ', from which it inherits' FROM pg_catalog.pg_inherits h WHERE h.inhrelid ${EQ} ${relation}`,
    ],
    problem: `${table}.${column} cannot be replaced by a second column in this database`,
    hint: `Drop it, run the command again, and create it again when all revisions of this change have run, or in a revision behind them. Or declare it in an entity, or create it in a revision, before you generate the change`,
  });
}

/**
 * A block that fails with the names of what DROP COLUMN would take along without a word, where the column comes back.
 * What the revision knows of, it has set aside before.
 */
export function guardDropped({ path, table, column }: Guarded): Statement {
  return guard({
    found: [dependentsOf(`${quoteLiteral(path)}::pg_catalog.regclass`, column)],
    problem: `${table}.${column} cannot be computed in another way in this database`,
    hint: 'Drop it, run the command again, and create it again behind this revision. Or create it in a revision before you generate the change',
  });
}

function dependentsOf(relation: string, column: string): string {
  return `SELECT u.name FROM pg_catalog.pg_attribute a CROSS JOIN LATERAL (${DEPENDENTS}) AS u WHERE a.attrelid ${EQ} ${relation} AND a.attname ${EQ} ${quoteLiteral(column)}`;
}

/** A table that a view is to stand for. */
interface Shown {
  /** The table, as SQL. */
  readonly path: string;
  /** The view, by its name. */
  readonly view: string;
  /** The columns of the table that the view has. */
  readonly columns: readonly string[];
}

/** A block that fails with the names of columns that no revision has made: queries that use them would fail. */
export function guardColumns({ path, view, columns }: Shown): Statement {
  const names = [...new Set(columns)].map(quoteLiteral).join(', ');
  return guard({
    found: [
      `SELECT 'the column ' ${JOINED} a.attname FROM pg_catalog.pg_attribute a WHERE a.attrelid ${EQ} ${quoteLiteral(path)}::pg_catalog.regclass AND a.attnum ${GT} 0 AND NOT a.attisdropped AND a.attname ${NE} ALL (ARRAY[${names}]::pg_catalog.name[])`,
    ],
    problem: `${view} cannot be a view with both names of a column in this database`,
    hint: 'The view would lack it. Declare it in the entity and generate the change again, or generate it with --one-step',
  });
}

interface Guard {
  /** Queries with a name for each object; there is none in a database that only revisions have changed. */
  readonly found: readonly string[];
  readonly problem: string;
  readonly hint: string;
}

function guard({ found, problem, hint }: Guard): Statement {
  const lines = [
    'DECLARE',
    '  found text;',
    'BEGIN',
    `  found := (SELECT pg_catalog.string_agg(o.name, ', ' ORDER BY o.name) FROM (`,
    ...found.map((query, at) => `      ${at === 0 ? '' : 'UNION ALL '}${query}`),
    '    ) AS o (name));',
    '  IF found IS NOT NULL THEN',
    `    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state',`,
    `      MESSAGE = ${quoteLiteral(problem)},`,
    `      DETAIL = pg_catalog.format('It has what no revision has made: %s', found),`,
    `      HINT = ${quoteLiteral(hint)};`,
    '  END IF;',
    'END',
  ].join(NEXT_LINE);
  const tag = dollarQuote('guard', lines);
  return statement([`DO ${tag}`, lines, tag].join(NEXT_LINE));
}
