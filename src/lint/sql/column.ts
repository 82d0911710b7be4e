import type { ColumnDef, Constraint } from 'libpg-query';
import type { ColumnFact, ConstraintFact, ExpressionFact, Identity } from './action.js';
import { constraintFact, type Source } from './constraint.js';
import { expressionFact, treeOf } from './expression.js';
import { collationName, typeFact } from './type.js';
import { clauseAt, type WrittenSql } from './written.js';
import { SERIAL_TYPES } from '../../sql/postgres-types.js';

/** A column as it is defined in CREATE TABLE or ADD COLUMN. */
export function columnFact(column: ColumnDef, source: Source): ColumnFact {
  const { colname: name = '', typeName, constraints: nodes = [] } = column;
  const written = nodes.flatMap((node) => ('Constraint' in node ? [node.Constraint] : []));
  const has = (type: Constraint['contype']) => written.some(({ contype }) => contype === type);
  const type = typeFact(typeName);
  const serialType = SERIAL_TYPES[type.name];
  const pieces = piecesOf(column, written, source.written);
  return {
    name,
    type: serialType === undefined ? type : { ...type, name: serialType },
    collation: collationName(column.collClause),
    serial: serialType === undefined ? null : type.name,
    notNull:
      serialType !== undefined || has('CONSTR_NOTNULL') || has('CONSTR_PRIMARY') || has('CONSTR_IDENTITY'),
    default: defaultFact(pieces),
    ...generatedAs(written),
    constraints: pieces.constraints.flatMap((piece) => columnConstraint(piece, pieces, { source, name })),
    text: pieces.text,
  };
}

/** A constraint in the definition of a column, what belongs to it included: DEFERRABLE, NOT VALID. */
interface Piece {
  readonly constraint: Constraint;
  /** DEFERRABLE, INITIALLY DEFERRED and NOT ENFORCED, as a constraint of the table has them. */
  readonly timing: Pick<Constraint, 'deferrable' | 'initdeferred' | 'skip_validation'>;
  readonly text: string;
}

/** The definition of a column, cut where its constraints begin. */
interface Pieces {
  readonly text: string;
  /** Name, type and collation. */
  readonly head: string;
  readonly constraints: readonly Piece[];
}

function piecesOf({ location = 0 }: ColumnDef, written: readonly Constraint[], sql: WrittenSql): Pieces {
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
      timing: timingIn(placed.slice(placed.indexOf(constraint) + 1, indexOf(placed, starts[index + 1]))),
      text: bytes
        .subarray(at(constraint), at(starts[index + 1]))
        .toString()
        .trim(),
    })),
  };
}

function indexOf(constraints: readonly Constraint[], next: Constraint | undefined): number {
  return next === undefined ? constraints.length : constraints.indexOf(next);
}

function timingIn(attributes: readonly Constraint[]): Piece['timing'] {
  const has = (type: Constraint['contype']) => attributes.some(({ contype }) => contype === type);
  const initdeferred = has('CONSTR_ATTR_DEFERRED');
  const timing = { deferrable: initdeferred || has('CONSTR_ATTR_DEFERRABLE'), initdeferred };
  return has('CONSTR_ATTR_NOT_ENFORCED') ? { ...timing, skip_validation: true } : timing;
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
  const fact = constraintFact({ ...piece.constraint, ...piece.timing }, source, name);
  if (fact === undefined) return [];
  const others = constraints.filter((other) => other !== piece).map(({ text }) => text);
  return [{ ...fact, text: piece.text, columnText: [head, ...others].join(' ') }];
}

function generatedAs(constraints: readonly Constraint[]): Pick<ColumnFact, 'generated' | 'computedFrom'> {
  for (const { contype, generated_kind: kind, generated_when: when, raw_expr: from } of constraints) {
    if (contype === 'CONSTR_IDENTITY') return { generated: identityOf(when), computedFrom: null };
    if (contype === 'CONSTR_GENERATED' && from)
      return { generated: kind === 'v' ? 'virtual' : 'stored', computedFrom: treeOf(from) };
  }
  return { generated: null, computedFrom: null };
}

/** By the letter of the parser: `a` is ALWAYS. */
export function identityOf(when: string | undefined): Identity {
  return when === 'a' ? 'always' : 'by default';
}
