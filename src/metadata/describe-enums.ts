/** Enumerated types, which TypeORM creates in the schema of the table. */

import type { Table } from 'typeorm';
import { EntityNamesError } from '../errors/entities.js';
import type { EnumModel } from '../schema/model.js';
import { qualify, type Context } from './context.js';
import type { EntityTable } from './entity-places.js';

type Column = Table['columns'][number];

/** The types of the columns of a table; none where the database has no such types. */
export function enumsOf(context: Context, table: Table): readonly EnumModel[] {
  return enumsIn(context, table).map(({ name, values }) => ({ name, values }));
}

/** The name of the type of a column, as the database keeps it. */
export function enumNameOf(context: Context, table: Table, column: Column): string {
  const path = table.name.split('.');
  return qualify(context, path.length > 1 ? path[0] : undefined, givenName(table, column));
}

/**
 * The last of two types with one name would be the type of all of their columns, which the others cannot use.
 *
 * @throws EntityNamesError for two types whose names differ in the entities alone, or whose values differ
 */
export function assertEnumsDiffer(context: Context, tables: readonly EntityTable[]): void {
  const known = new Map<string, Enumerated>();
  for (const second of tables.flatMap(({ table }) => enumsIn(context, table))) {
    const first = known.get(second.name) ?? second;
    known.set(second.name, first);
    if (first.given !== second.given) throw namedAlike(first, second, context.rules.sameNames);
    if (first.place !== second.place && !isSameSet(first.values, second.values))
      throw namedAlike(first, second, 'Their values differ: specify the same ones, or another enumName.');
  }
}

interface Enumerated extends EnumModel {
  /** As the entity has it, or as TypeORM derives it. */
  readonly given: string;
  /** `table.column` */
  readonly place: string;
}

function enumsIn(context: Context, table: Table): readonly Enumerated[] {
  return table.columns.flatMap((column) => {
    if (!column.enum) return [];
    const name = enumNameOf(context, table, column);
    if (context.rules.enumType(name) === null) return [];
    const place = `${table.name}.${column.name}`;
    return { name, values: column.enum, given: givenName(table, column), place };
  });
}

function givenName(table: Table, column: Column): string {
  return column.enumName ?? `${table.name.split('.').at(-1) ?? ''}_${column.name.toLowerCase()}_enum`;
}

function isSameSet(first: readonly string[], second: readonly string[]): boolean {
  return first.length === second.length && first.every((value) => second.includes(value));
}

function namedAlike(first: Enumerated, second: Enumerated, why: string): EntityNamesError {
  const places = { first: first.place, second: second.place, stored: first.name };
  return new EntityNamesError('enumerated types of', places, why);
}
