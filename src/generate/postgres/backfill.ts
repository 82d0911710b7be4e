import { NEXT_LINE } from '../move.js';
import { columnList, quote } from './sql.js';

/** How many rows are given a value in one transaction: few enough that nobody waits for one of them for long. */
const BATCH = 2000;

/** What gets a value, and which. */
export interface Backfill {
  /** The table, as SQL. */
  readonly path: string;
  readonly column: string;
  /** An expression; it may mention the columns of the row. */
  readonly value: string;
  /** The primary key, with the types of its columns; without one all rows are one batch. */
  readonly key: readonly { readonly name: string; readonly type: string }[];
}

/**
 * A block that gives every row without a value one, along the primary key, and commits behind each batch. It may be run
 * again, and goes on where there is still something to do.
 * https://www.postgresql.org/docs/current/plpgsql-transactions.html
 */
export function backfillBlock({ path, column, value, key }: Backfill): string {
  const set = `UPDATE ${path} SET ${quote(column)} = (${value})`;
  const missing = `${quote(column)} IS NULL`;
  if (key.length === 0)
    return ['DO $backfill$', 'BEGIN', `  ${set} WHERE ${missing};`, 'END', '$backfill$'].join(NEXT_LINE);
  const columns = columnList(key.map(({ name }) => name));
  const variables = key.map((_column, index) => ({ first: `first_${index}`, next: `next_${index}` }));
  const first = variables.map((variable) => variable.first).join(', ');
  const next = variables.map((variable) => variable.next).join(', ');
  const declarations = key.flatMap(({ type }, index) => [
    `  first_${index} ${type};`,
    `  next_${index} ${type};`,
  ]);
  return [
    'DO $backfill$',
    'DECLARE',
    ...declarations,
    'BEGIN',
    `  SELECT ${columns} INTO ${first} FROM ${path} ORDER BY ${columns} LIMIT 1;`,
    '  LOOP',
    `    SELECT ${columns} INTO ${next} FROM ${path} WHERE (${columns}) >= (${first}) ORDER BY ${columns} OFFSET ${BATCH} LIMIT 1;`,
    '    EXIT WHEN NOT FOUND;',
    `    ${set} WHERE ${missing} AND (${columns}) >= (${first}) AND (${columns}) < (${next});`,
    '    COMMIT;',
    ...variables.map((variable) => `    ${variable.first} := ${variable.next};`),
    '  END LOOP;',
    `  ${set} WHERE ${missing} AND (${columns}) >= (${first});`,
    'END',
    '$backfill$',
  ].join(NEXT_LINE);
}
