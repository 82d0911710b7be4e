import type { ColumnModel } from '../../../schema/model.js';
import type { Replacement } from './constraints.js';
import type { PostgresContext } from './context.js';
import type { Operation } from './operation.js';
import { REGCLASS, RELATION, sequencesOf, serialSequence, type ColumnSequences } from './sequences.js';
import {
  CONTINUE_SEQUENCE,
  executeWithOptions,
  indented,
  KEEP_SEQUENCE,
  KEPT_SEQUENCE,
  OPTIONS_FORMAT,
} from './made-again.js';
import { NEXT_LINE, statement, type Statement } from '../../../sql/statement.js';
import { EQ, PLUS } from '../../../sql/postgres-operators.js';
import { quoteIdentifier, quoteLiteral } from '../../../sql/quote.js';

/** Changes how a column is numbered, or ends it; the numbers continue where they were. */
export function changeIdentity(context: PostgresContext, of: Replacement<ColumnModel>): Operation {
  const { table, live, desired, reason } = of;
  const path = context.names.path(table);
  const sequences = sequencesOf(context, table, live);
  return {
    phase: 'main',
    step: 'alter',
    alone: false,
    reason,
    up: [identityStatement({ path, from: live, to: desired, sequences })],
    down: [identityStatement({ path, from: desired, to: live, sequences })],
  };
}

/** One direction of the change. */
interface Renumbering {
  readonly path: string;
  readonly from: ColumnModel;
  readonly to: ColumnModel;
  readonly sequences: ColumnSequences;
}

function identityStatement(of: Renumbering): Statement {
  return statement(identitySql(of), { locks: [{ table: of.path, mode: 'ACCESS EXCLUSIVE' }] });
}

/**
 * The table is locked before a number is read: a session that inserts rows goes on doing so until the lock is there.
 */
function identitySql(of: Renumbering): string {
  const { path, from, to } = of;
  if (isIdentity(from) && isIdentity(to))
    return `${columnSql(of)} SET GENERATED ${to.identity?.toUpperCase() ?? ''}`;
  return [
    'DO $identity$',
    'DECLARE',
    '  numbers text;',
    ...indented(KEPT_SEQUENCE),
    'BEGIN',
    `  LOCK TABLE ${path} IN ACCESS EXCLUSIVE MODE;`,
    ...indented([...taken(of), ...given(of)]),
    'END',
    '$identity$',
  ].join(NEXT_LINE);
}

/** Ends the former numbering, and keeps what it had where another one follows. */
function taken(of: Renumbering): readonly string[] {
  const { path, from, to, sequences } = of;
  const key = quoteIdentifier(from.name);
  if (from.identity === null)
    return [
      `latest := (SELECT coalesce(pg_catalog.max(t.${key}), 0) ${PLUS} 1 FROM ${path} t);`,
      'called := false;',
    ];
  return [
    `numbers := ${lookup(of, from)};`,
    ...(to.identity === null ? [] : KEEP_SEQUENCE),
    `${columnSql(of)} DROP ${isIdentity(from) ? 'IDENTITY' : 'DEFAULT'};`,
    ...(isLeft(of, from)
      ? retyped(sequences, from, sequences.keptType)
      : [`EXECUTE pg_catalog.format('DROP SEQUENCE IF EXISTS %s', numbers);`]),
  ];
}

/** Begins the new numbering after all numbers that were given out. */
function given(of: Renumbering): readonly string[] {
  const { from, to, sequences } = of;
  if (to.identity === null) return [];
  const isKept = from.identity !== null && !isLeft(of, to);
  return [
    ...(isKept ? madeAgain(of) : numbering(of)),
    `numbers := ${lookup(of, to)};`,
    ...(sequences.left.length > 0 && from.identity !== null ? [NEXT] : []),
    ...sequences.left.map((left) => `latest := ${afterNumbersOf(left)};`),
    ...(sequences.left.length > 0 ? ['called := false;'] : []),
    ...(isKept
      ? CONTINUE_SEQUENCE
      : [`EXECUTE pg_catalog.format('ALTER SEQUENCE %s RESTART WITH %s', numbers, latest);`]),
  ];
}

/** The number after the latest one of the former sequence. */
const NEXT = `latest := latest ${PLUS} CASE WHEN called THEN had.seqincrement ELSE 0 END;`;

function columnSql({ path, from }: Pick<Renumbering, 'path' | 'from'>): string {
  return `ALTER TABLE ${path} ALTER COLUMN ${quoteIdentifier(from.name)}`;
}

function isIdentity({ identity }: ColumnModel): boolean {
  return identity === 'always' || identity === 'by default';
}

/** Whether its sequence was there before the change: DROP DEFAULT of a former revision has left it. */
function isLeft({ sequences }: Renumbering, { identity }: ColumnModel): boolean {
  return identity === 'serial' && sequences.keptType !== null;
}

function afterNumbersOf(sequence: string): string {
  return `greatest(latest, (SELECT last_value ${PLUS} is_called::integer FROM ${sequence}))`;
}

/** The name of the sequence that numbers the column, as SQL. */
function lookup({ path, sequences }: Renumbering, { name, identity }: ColumnModel): string {
  if (identity === 'serial' || sequences.left.length === 0) return serialSequence(path, name, sequences);
  return identity === null ? 'NULL' : identitySequence(path, name);
}

function identitySequence(path: string, column: string): string {
  const table = `${quoteLiteral(path)}${REGCLASS}`;
  return (
    `(SELECT d.objid${REGCLASS} FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_attribute a ON a.attrelid ${EQ} d.refobjid AND a.attnum ${EQ} d.refobjsubid` +
    ` WHERE d.classid ${EQ} ${RELATION} AND d.refclassid ${EQ} ${RELATION} AND d.refobjid ${EQ} ${table} AND a.attname ${EQ} ${quoteLiteral(column)} AND d.deptype ${EQ} 'i')`
  );
}

/** A serial column is a sequence that belongs to it, and a default that reads it. */
function numbering(of: Renumbering): readonly string[] {
  const { to, sequences } = of;
  if (to.identity !== 'serial') return [`${addIdentity(of)};`];
  return [...(isLeft(of, to) ? retyped(sequences, to, to.type) : [`${createSequence(of)};`]), setDefault(of)];
}

/** The same with the options of the former sequence. */
function madeAgain(of: Renumbering): readonly string[] {
  const isSerial = of.to.identity === 'serial';
  const sql = (isSerial ? createSequence(of) : addIdentity(of)).replaceAll('%', '%%');
  const made = isSerial ? `${sql} ${OPTIONS_FORMAT}` : `${sql} (${OPTIONS_FORMAT})`;
  return [...executeWithOptions(made), ...(isSerial ? [setDefault(of)] : [])];
}

function addIdentity(of: Renumbering): string {
  return `${columnSql(of)} ADD GENERATED ${of.to.identity?.toUpperCase() ?? ''} AS IDENTITY`;
}

function createSequence({ path, to, sequences }: Renumbering): string {
  return `CREATE SEQUENCE ${sequences.serial} AS ${to.type} OWNED BY ${path}.${quoteIdentifier(to.name)}`;
}

function setDefault(of: Renumbering): string {
  return `${columnSql(of)} SET DEFAULT pg_catalog.nextval(${quoteLiteral(of.sequences.serial)});`;
}

/** A sequence has a type of its own, and ends at the limit of it. */
function retyped(
  { serial, keptType }: ColumnSequences,
  column: ColumnModel,
  type: string | null,
): readonly string[] {
  return keptType === column.type ? [] : [`ALTER SEQUENCE ${serial} AS ${type ?? ''};`];
}
