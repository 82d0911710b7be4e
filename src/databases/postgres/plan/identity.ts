import type { ColumnModel } from '../../../schema/model.js';
import type { Replacement } from './constraints.js';
import type { PostgresContext } from './context.js';
import type { Operation } from './operation.js';
import { NEXT_LINE, statement, type Statement } from '../../../sql/statement.js';
import { PLUS } from '../../../sql/postgres-operators.js';
import { quoteIdentifier, quoteLiteral } from '../../../sql/quote.js';

/** Changes how a column is numbered, or ends it; the numbers continue where they were. */
export function changeIdentity({ names }: PostgresContext, of: Replacement<ColumnModel>): Operation {
  const { table, live, desired, reason } = of;
  const path = names.path(table);
  return {
    phase: 'main',
    step: 'alter',
    alone: false,
    reason,
    up: [identityStatement(path, live, desired)],
    down: [identityStatement(path, desired, live)],
  };
}

function identityStatement(path: string, from: ColumnModel, to: ColumnModel): Statement {
  return statement(identitySql(path, from, to), { locks: [{ table: path, mode: 'ACCESS EXCLUSIVE' }] });
}

function identitySql(path: string, from: ColumnModel, to: ColumnModel): string {
  const column = `ALTER TABLE ${path} ALTER COLUMN ${quoteIdentifier(from.name)}`;
  if (isIdentity(from) && isIdentity(to))
    return `${column} SET GENERATED ${to.identity?.toUpperCase() ?? ''}`;
  const sequence = `pg_catalog.pg_get_serial_sequence(${quoteLiteral(path)}, ${quoteLiteral(from.name)})`;
  return [
    'DO $identity$',
    'DECLARE',
    `  old text := ${sequence};`,
    `  next bigint := (SELECT coalesce(pg_catalog.max(${quoteIdentifier(from.name)}), 0) ${PLUS} 1 FROM ${path});`,
    'BEGIN',
    ...(from.identity === null
      ? []
      : [
          `  EXECUTE pg_catalog.format('SELECT last_value ${PLUS} is_called::integer FROM %s', old) INTO next;`,
          `  ${column} DROP ${isIdentity(from) ? 'IDENTITY' : 'DEFAULT'};`,
          `  EXECUTE pg_catalog.format('DROP SEQUENCE IF EXISTS %s', old);`,
        ]),
    ...numbering(path, to).map((line) => `  ${line}`),
    ...(to.identity === null
      ? []
      : [`  EXECUTE pg_catalog.format('ALTER SEQUENCE %s RESTART WITH %s', ${sequence}, next);`]),
    'END',
    '$identity$',
  ].join(NEXT_LINE);
}

function isIdentity({ identity }: ColumnModel): boolean {
  return identity === 'always' || identity === 'by default';
}

/** A serial column is a sequence that belongs to it, and a default that reads it. */
function numbering(path: string, { name, type, identity }: ColumnModel): readonly string[] {
  const column = `ALTER TABLE ${path} ALTER COLUMN ${quoteIdentifier(name)}`;
  if (identity === null) return [];
  if (identity !== 'serial') return [`${column} ADD GENERATED ${identity.toUpperCase()} AS IDENTITY;`];
  const sequence = sequencePath(path, name);
  return [
    `CREATE SEQUENCE ${sequence} AS ${type} OWNED BY ${path}.${quoteIdentifier(name)};`,
    `${column} SET DEFAULT pg_catalog.nextval(${quoteLiteral(sequence)});`,
  ];
}

/** The name that SERIAL would give it. */
function sequencePath(path: string, column: string): string {
  return `${path.slice(0, -1)}_${column.replaceAll('"', '""')}_seq"`;
}
