/** Defaults that a database replaces by the moment at which it reads them: `'now()'` as a text, for example. */

import type { ColumnModel, Expression, SchemaModel } from './model.js';

/** Whether the database replaces the default of a column of this type by the moment at which the statement runs. */
type IsMoment = (type: string, sql: string) => boolean;

/** A column with such a default. */
interface MomentDefault {
  readonly table: string;
  readonly column: string;
  readonly sql: string;
}

/** The columns of a schema that have such a default. */
export function momentDefaults({ tables }: SchemaModel, isMoment: IsMoment): readonly MomentDefault[] {
  return tables.flatMap(({ name: table, columns }) =>
    columns.flatMap((column) => {
      const moment = momentOf(column, isMoment);
      return moment ? [{ table, column: column.name, sql: moment.sql }] : [];
    }),
  );
}

function momentOf({ type, default: value }: ColumnModel, isMoment: IsMoment): Expression | null {
  return value !== null && isMoment(type, value.sql) ? value : null;
}

/**
 * A live schema in which the moment that a database has stored is written as the entities write it: no two databases
 * have the same one, and it says nothing about the entities.
 */
export function withMoments(live: SchemaModel, desired: SchemaModel, isMoment: IsMoment): SchemaModel {
  const moments = new Map(
    desired.tables.flatMap(({ name, columns }) =>
      columns.flatMap((column) => {
        const moment = momentOf(column, isMoment);
        return moment ? [[`${name}\0${column.name}`, moment] as const] : [];
      }),
    ),
  );
  if (moments.size === 0) return live;
  const inWords = (table: string, column: ColumnModel) => {
    const moment = moments.get(`${table}\0${column.name}`);
    return moment && column.default && IS_TEXT.test(column.default.sql)
      ? { ...column, default: moment }
      : column;
  };
  const tables = live.tables.map((table) => ({
    ...table,
    columns: table.columns.map((column) => inWords(table.name, column)),
  }));
  return { ...live, tables };
}

/** One text, with or without a cast. */
const IS_TEXT = /^'(?:[^']|'')*'(?:::[\w ()]+)?$/;
