import type { IndexKey, TableModel } from '../schema/model.js';

/** The keys of a table that do not contain a column, in words: `the primary key (id)`. */
export function keysWithout({ primaryKey, uniques, indexes }: TableModel, column: string): readonly string[] {
  const keys = [
    ...(primaryKey ? [{ words: 'the primary key', columns: primaryKey.columns }] : []),
    ...uniques.map(({ name, columns }) => ({ words: `the unique constraint ${name ?? ''}`, columns })),
    ...indexes
      .filter(({ unique }) => unique)
      .map(({ name, keys: parts }) => ({ words: `the unique index ${name}`, columns: parts.map(columnOf) })),
  ];
  return keys
    .filter(({ columns }) => !columns.includes(column))
    .map(({ words, columns }) => `${words} (${columns.join(', ')})`);
}

function columnOf({ column, expression }: IndexKey): string {
  return column ?? expression ?? '';
}
