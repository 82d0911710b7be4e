import type { ColumnModel } from '../../../schema/model.js';
import type { Replacement } from './constraints.js';
import type { PostgresContext } from './context.js';
import type { Operation } from './operation.js';
import { REGCLASS, RELATION, sequencesOf, serialSequence, type ColumnSequences } from './sequences.js';
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

function identitySql(of: Renumbering): string {
  const { path, from, to, sequences } = of;
  const column = columnSql(of);
  if (isIdentity(from) && isIdentity(to))
    return `${column} SET GENERATED ${to.identity?.toUpperCase() ?? ''}`;
  return [
    'DO $identity$',
    'DECLARE',
    `  old text := ${lookup(of, from)};`,
    `  next bigint := (SELECT coalesce(pg_catalog.max(${quoteIdentifier(from.name)}), 0) ${PLUS} 1 FROM ${path});`,
    'BEGIN',
    ...(from.identity === null
      ? []
      : [
          `  EXECUTE pg_catalog.format('SELECT last_value ${PLUS} is_called::integer FROM %s', old) INTO next;`,
          `  ${column} DROP ${isIdentity(from) ? 'IDENTITY' : 'DEFAULT'};`,
          ...(isLeft(of, from)
            ? retyped(sequences, from, sequences.keptType).map((line) => `  ${line}`)
            : [`  EXECUTE pg_catalog.format('DROP SEQUENCE IF EXISTS %s', old);`]),
        ]),
    ...(to.identity === null
      ? []
      : [
          ...sequences.left.map((left) => `  next := ${afterNumbersOf(left)};`),
          ...numbering(of).map((line) => `  ${line}`),
          `  EXECUTE pg_catalog.format('ALTER SEQUENCE %s RESTART WITH %s', ${lookup(of, to)}, next);`,
        ]),
    'END',
    '$identity$',
  ].join(NEXT_LINE);
}

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
  return `greatest(next, (SELECT last_value ${PLUS} is_called::integer FROM ${sequence}))`;
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
  const { path, to, sequences } = of;
  const column = columnSql(of);
  if (to.identity !== 'serial')
    return [`${column} ADD GENERATED ${to.identity?.toUpperCase() ?? ''} AS IDENTITY;`];
  const { serial } = sequences;
  const owned = `OWNED BY ${path}.${quoteIdentifier(to.name)}`;
  return [
    ...(isLeft(of, to)
      ? retyped(sequences, to, to.type)
      : [`CREATE SEQUENCE ${serial} AS ${to.type} ${owned};`]),
    `${column} SET DEFAULT pg_catalog.nextval(${quoteLiteral(serial)});`,
  ];
}

/** A sequence has a type of its own, and ends at the limit of it. */
function retyped(
  { serial, keptType }: ColumnSequences,
  column: ColumnModel,
  type: string | null,
): readonly string[] {
  return keptType === column.type ? [] : [`ALTER SEQUENCE ${serial} AS ${type ?? ''};`];
}
