import { EntitySchema, EntitySchemaOptions, Index, ViewColumn, ViewEntity } from 'typeorm';
import { quoteIdentifier } from '../../../../src/sql/quote.js';
import { predicate } from './entities.js';
import { columnOf, type Model, type View } from './model.js';

/** The entity of a view. */
export function viewEntity(view: View, model: Model): EntitySchema | Function {
  const expression = textOf(view, model);
  return view.materialized ? stored(view, expression) : plain(view, expression);
}

function plain({ id, name, columns }: View, expression: string): EntitySchema {
  const shown = Object.fromEntries(columns.map((one) => [one.name, { type: String, name: one.name }]));
  const declared = { name: id, tableName: name, type: 'view' as const, expression, columns: shown };
  return new EntitySchema(Object.assign(new EntitySchemaOptions<Record<string, unknown>>(), declared));
}

/** Only a class can be materialized. */
function stored({ id, name, columns }: View, expression: string): Function {
  const Stored = class {};
  Object.defineProperty(Stored, 'name', { value: id });
  ViewEntity({ name, expression, materialized: true })(Stored);
  for (const column of columns) ViewColumn({ name: column.name })(Stored.prototype, column.name);
  Index(
    `ix_${id}`,
    columns.slice(0, 1).map((column) => column.name),
  )(Stored);
  return Stored;
}

function textOf({ source, columns, where }: View, { tables, views }: Model): string {
  const table = tables.find(({ id }) => id === source);
  const from = table ?? views.find(({ id }) => id === source);
  const list = columns.map(({ name, shows }) => {
    const shown = table ? columnOf(table, shows).name : shows;
    return `${quoteIdentifier(shown)} AS ${quoteIdentifier(name)}`;
  });
  const filter = table && where ? ` WHERE ${predicate(where, table)}` : '';
  return `SELECT ${list.join(', ')} FROM ${quoteIdentifier(from?.name ?? '')}${filter}`;
}
