import {
  sorted,
  type CheckModel,
  type ColumnModel,
  type ExclusionModel,
  type ForeignKeyModel,
  type IndexModel,
  type KeyModel,
  type TableModel,
} from '../../schema/model.js';
import { unqualified } from '../../databases/postgres/parse/names.js';
import type { ConstraintFact, ConstraintPart } from '../sql/action.js';
import { columnsOf, keyColumns } from './expression.js';
import { withKnown, type KnownTable } from './known-schema.js';
import { filterMap, renameKey, withKey, withoutKey } from './maps.js';

/** A constraint as the model has it. */
type ConstraintModel = KeyModel | ForeignKeyModel | CheckModel | ExclusionModel;

/** The names of all constraints of a table, those that have no place in the model included. */
export function constraintNames({ table, note }: KnownTable): readonly string[] {
  return [...constraintsOf(table).map(({ name }) => name ?? ''), ...note.unplaced.keys()];
}

/** All constraints of a table that have a place in the model. */
export function constraintsOf(table: TableModel): readonly ConstraintModel[] {
  const { primaryKey, uniques, foreignKeys, checks, exclusions } = table;
  return [...(primaryKey ? [primaryKey] : []), ...uniques, ...foreignKeys, ...checks, ...exclusions];
}

/** Every column that a constraint names. */
export function namedBy(constraint: ConstraintModel): readonly string[] {
  if ('expression' in constraint) return columnsOf(constraint.expression);
  if ('elements' in constraint) {
    const elements = constraint.elements.flatMap(({ expression }) => columnsOf(expression));
    return [...elements, ...(constraint.where ? columnsOf(constraint.where) : [])];
  }
  return 'include' in constraint ? [...constraint.columns, ...constraint.include] : constraint.columns;
}

/** A table with each constraint changed; null takes one away. */
export function mapConstraints(
  table: TableModel,
  change: <C extends ConstraintModel>(constraint: C) => C | null,
): TableModel {
  const each = <C extends ConstraintModel>(list: readonly C[]) =>
    sorted(list.flatMap((one) => change(one) ?? []));
  return {
    ...table,
    primaryKey: table.primaryKey && change(table.primaryKey),
    uniques: each(table.uniques),
    foreignKeys: each(table.foreignKeys),
    checks: each(table.checks),
    exclusions: each(table.exclusions),
  };
}

/** A table without a constraint. */
export function withoutConstraint({ table, note }: KnownTable, name: string): KnownTable {
  return {
    table: mapConstraints(table, (one) => (one.name === name ? null : one)),
    note: { ...note, unplaced: withoutKey(note.unplaced, name) },
  };
}

/** The column of which a constraint of PostgreSQL 18 is NOT NULL, by the name that the server gives it. */
export function requiredBy({ columns, name: table }: TableModel, name: string): string | undefined {
  const isNamed = (column: string) => name === `${unqualified(table)}_${column}_not_null`;
  return columns.find((column) => !column.nullable && isNamed(column.name))?.name;
}

/** A table in which a column may be null, since the constraint of that name was its NOT NULL. */
export function withoutRequired({ table, note }: KnownTable, name: string): KnownTable {
  const column = requiredBy(table, name);
  const columns = table.columns.map((one) => (one.name === column ? { ...one, nullable: true } : one));
  return { table: { ...table, columns }, note };
}

/** A table without the constraints that name a column. */
export function withoutConstraintsOver({ table, note }: KnownTable, column: string): KnownTable {
  return {
    table: mapConstraints(table, (one) => (namedBy(one).includes(column) ? null : one)),
    note: { ...note, unplaced: filterMap(note.unplaced, (one) => one.column !== column) },
  };
}

/** A table whose constraint has another name. */
export function renameConstraint({ table, note }: KnownTable, name: string, to: string): KnownTable {
  return {
    table: mapConstraints(table, (one) => (one.name === name ? { ...one, name: to } : one)),
    note: { ...note, unplaced: renameKey(note.unplaced, name, to) },
  };
}

/** A table whose constraint holds for every row. */
export function validateConstraint({ table, note }: KnownTable, name: string): KnownTable {
  const unplaced = note.unplaced.get(name);
  return {
    table: mapConstraints(table, (one) =>
      one.name === name && 'validated' in one ? { ...one, validated: true } : one,
    ),
    note: unplaced
      ? { ...note, unplaced: withKey(note.unplaced, name, { ...unplaced, validated: true }) }
      : note,
  };
}

/** A table with a constraint more, in the place of one of its name. An index that becomes it is gone. */
export function withConstraint(known: KnownTable, constraint: ConstraintFact): KnownTable {
  const { name, columns, usingIndex, validated } = constraint;
  const index = known.table.indexes.find((one) => one.name === usingIndex);
  const { table, note } = withoutConstraint(known, name);
  const rest = { ...table, indexes: table.indexes.filter((one) => one !== index) };
  const part = index ? overIndex(constraint.part, index) : constraint.part;
  if (part.kind === 'not-null') {
    const unplaced = { column: columns[0] ?? null, validated };
    return { table: rest, note: { ...note, unplaced: withKey(note.unplaced, name, unplaced) } };
  }
  if (part.kind !== 'primary-key') return { table: withPart(rest, part), note };
  return withRequired({ table: { ...rest, primaryKey: part.model }, note }, part.model.columns);
}

function overIndex(part: ConstraintPart, index: IndexModel): ConstraintPart {
  if (part.kind !== 'primary-key' && part.kind !== 'unique') return part;
  const { include, nulls } = index;
  return { ...part, model: { ...part.model, columns: keyColumns(index), include, nulls } };
}

function withPart(
  table: TableModel,
  part: Exclude<ConstraintPart, { readonly kind: 'not-null' | 'primary-key' }>,
): TableModel {
  switch (part.kind) {
    case 'unique':
      return { ...table, uniques: sorted([...table.uniques, part.model]) };
    case 'foreign-key':
      return { ...table, foreignKeys: sorted([...table.foreignKeys, part.model]) };
    case 'check':
      return { ...table, checks: sorted([...table.checks, part.model]) };
    case 'exclusion':
      return { ...table, exclusions: sorted([...table.exclusions, part.model]) };
  }
}

/** The columns of a primary key hold no null. */
function withRequired({ table, note }: KnownTable, names: readonly string[]): KnownTable {
  const required = (column: ColumnModel) =>
    names.includes(column.name) ? { ...column, nullable: false } : column;
  return {
    table: { ...table, columns: table.columns.map(required) },
    note: names.reduce((known, name) => withKnown(known, name, ['nullable']), note),
  };
}
