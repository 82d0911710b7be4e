import type { ColumnDef, Constraint, Node } from 'libpg-query';
import type { ColumnFact, ConstraintFact, ExpressionFact } from './action.js';
import { clauseAt } from './clause.js';
import { columnsIn, expressionFact, indexColumns, notNullColumns } from './expression.js';
import { relationName, textsOf, unqualified } from '../../databases/postgres/parse/names.js';
import { collationName, typeFact } from './type.js';
import { SERIAL_TYPES } from '../../sql/postgres-types.js';

/** Where a piece of a statement is written. */
export interface Source {
  readonly sql: string;
  readonly table: string;
}

/** A column as it is defined in CREATE TABLE or ADD COLUMN. */
export function columnFact(column: ColumnDef, source: Source): ColumnFact {
  const { colname: name = '', typeName, constraints: nodes = [] } = column;
  const written = nodes.flatMap((node) => ('Constraint' in node ? [node.Constraint] : []));
  const has = (type: Constraint['contype']) => written.some(({ contype }) => contype === type);
  const type = typeFact(typeName);
  const serialType = SERIAL_TYPES[type.name];
  const pieces = piecesOf(column, written, source.sql);
  return {
    name,
    type: serialType === undefined ? type : { ...type, name: serialType },
    collation: collationName(column.collClause),
    serial: serialType === undefined ? null : type.name,
    notNull:
      serialType !== undefined || has('CONSTR_NOTNULL') || has('CONSTR_PRIMARY') || has('CONSTR_IDENTITY'),
    default: defaultFact(pieces),
    generated: generatedAs(written),
    constraints: pieces.constraints.flatMap((piece) => columnConstraint(piece, pieces, { source, name })),
    text: pieces.text,
  };
}

/** A constraint in the definition of a column, what belongs to it included: DEFERRABLE, NOT VALID. */
interface Piece {
  readonly constraint: Constraint;
  readonly text: string;
}

/** The definition of a column, cut where its constraints begin. */
interface Pieces {
  readonly text: string;
  /** Name, type and collation. */
  readonly head: string;
  readonly constraints: readonly Piece[];
}

function piecesOf({ location = 0 }: ColumnDef, written: readonly Constraint[], sql: string): Pieces {
  const text = clauseAt(sql, location);
  const bytes = Buffer.from(text);
  const placed = [...written].sort((a, b) => (a.location ?? 0) - (b.location ?? 0));
  const starts = placed.filter((one) => !ATTRIBUTES.has(one.contype ?? ''));
  const at = (constraint: Constraint | undefined) =>
    constraint?.location === undefined ? bytes.length : constraint.location - location;
  return {
    text,
    head: bytes.subarray(0, at(starts[0])).toString().trim(),
    constraints: starts.map((constraint, index) => ({
      constraint,
      text: bytes
        .subarray(at(constraint), at(starts[index + 1]))
        .toString()
        .trim(),
    })),
  };
}

/** What the grammar takes for a constraint of its own and belongs to the one before. */
const ATTRIBUTES: ReadonlySet<string> = new Set([
  'CONSTR_ATTR_DEFERRABLE',
  'CONSTR_ATTR_NOT_DEFERRABLE',
  'CONSTR_ATTR_DEFERRED',
  'CONSTR_ATTR_IMMEDIATE',
  'CONSTR_ATTR_ENFORCED',
  'CONSTR_ATTR_NOT_ENFORCED',
]);

function defaultFact({ constraints }: Pieces): ExpressionFact | null {
  const piece = constraints.find(({ constraint }) => constraint.contype === 'CONSTR_DEFAULT');
  if (piece?.constraint.raw_expr === undefined) return null;
  return expressionFact(piece.constraint.raw_expr, piece.text.replace(/^[^]*?\bDEFAULT\s+/i, ''));
}

function columnConstraint(
  piece: Piece,
  { head, constraints }: Pieces,
  { source, name }: { readonly source: Source; readonly name: string },
): readonly ConstraintFact[] {
  const fact = constraintFact(piece.constraint, source, name);
  if (fact === undefined) return [];
  const others = constraints.filter((other) => other !== piece).map(({ text }) => text);
  return [{ ...fact, text: piece.text, columnText: [head, ...others].join(' ') }];
}

/** A constraint; undefined for what the grammar calls one and is something else. */
export function constraintFact(
  constraint: Constraint,
  source: Source,
  column?: string,
): ConstraintFact | undefined {
  const kind = kindOf(constraint, column);
  if (kind === undefined) return undefined;
  const columns = columnsOf(constraint, column);
  return {
    kind,
    name: constraint.conname ?? constraint.indexname ?? defaultName(kind, source.table, columns),
    validated: constraint.skip_validation !== true,
    columns,
    usingIndex: constraint.indexname ?? null,
    references: constraint.pktable === undefined ? null : relationName(constraint.pktable),
    mentions: columnsIn([constraint.raw_expr, constraint.exclusions, constraint.where_clause]),
    provesNotNull: kind === 'not-null' ? columns : notNullColumns(constraint.raw_expr),
    text: clauseAt(source.sql, constraint.location ?? 0),
    columnText: null,
  };
}

const KINDS: Partial<Record<NonNullable<Constraint['contype']>, ConstraintFact['kind']>> = {
  CONSTR_PRIMARY: 'primary-key',
  CONSTR_UNIQUE: 'unique',
  CONSTR_EXCLUSION: 'exclude',
  CONSTR_FOREIGN: 'foreign-key',
  CONSTR_CHECK: 'check',
  CONSTR_NOTNULL: 'not-null',
};

/** NOT NULL in the definition of a column is a property of it. */
function kindOf({ contype }: Constraint, column: string | undefined): ConstraintFact['kind'] | undefined {
  const kind = contype === undefined ? undefined : KINDS[contype];
  return kind === 'not-null' && column !== undefined ? undefined : kind;
}

function columnsOf(
  { keys, fk_attrs: own, exclusions }: Constraint,
  column: string | undefined,
): readonly string[] {
  if (column !== undefined) return [column];
  // Of an exclusion constraint each element is a list: the part of the index, and the operator.
  return exclusions ? indexColumns(exclusions.flatMap(itemsOf)) : textsOf(keys ?? own);
}

function itemsOf(node: Node): readonly Node[] {
  return 'List' in node ? (node.List.items ?? []) : [];
}

const SUFFIXES: Readonly<Record<ConstraintFact['kind'], string>> = {
  'primary-key': 'pkey',
  unique: 'key',
  exclude: 'excl',
  'foreign-key': 'fkey',
  check: 'check',
  'not-null': 'not_null',
  unknown: '',
};

/** The name that PostgreSQL gives, unless it is taken. */
function defaultName(kind: ConstraintFact['kind'], table: string, columns: readonly string[]): string {
  return [unqualified(table), ...(kind === 'primary-key' ? [] : columns), SUFFIXES[kind]].join('_');
}

function generatedAs(constraints: readonly Constraint[]): ColumnFact['generated'] {
  for (const { contype, generated_kind: kind } of constraints) {
    if (contype === 'CONSTR_IDENTITY') return 'identity';
    if (contype === 'CONSTR_GENERATED') return kind === 'v' ? 'virtual' : 'stored';
  }
  return null;
}
