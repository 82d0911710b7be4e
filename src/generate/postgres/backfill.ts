import { NEXT_LINE } from '../move.js';
import { columnList, quote } from './sql.js';

/** How many rows are given a value in one transaction: few enough that nobody waits for one of them for long. */
const BATCH = 2000;

/** How long a batch waits, in seconds, before it looks again when all that is left is locked by others. */
const PAUSE = 0.05;

/** What gets a value, and which. */
export interface Backfill {
  /** The table, as SQL. */
  readonly path: string;
  readonly column: string;
  /** An expression; it may mention the columns of the row. */
  readonly value: string;
  /** The primary key, with the types of its columns; without one the batches are taken as they come. */
  readonly key: readonly { readonly name: string; readonly type: string }[];
}

/**
 * A block that gives every row without a value one, along the primary key, and commits behind each batch. It may be run
 * again, and goes on where there is still something to do.
 *
 * It waits for nobody's row: one that is locked is passed over and looked at again, with nothing locked meanwhile. So
 * whoever changes several rows in another order than this one does not end in a deadlock with it.
 * https://www.postgresql.org/docs/current/plpgsql-transactions.html
 */
export function backfillBlock(backfill: Backfill): string {
  const { path, key } = backfill;
  if (key.length === 0)
    return ['DO $backfill$', 'BEGIN', ...batch(backfill, [], '  '), 'END', '$backfill$'].join(NEXT_LINE);
  const columns = columnList(key.map(({ name }) => name));
  const variables = key.map((_column, index) => ({ first: `first_${index}`, next: `next_${index}` }));
  const first = variables.map((variable) => variable.first).join(', ');
  const next = variables.map((variable) => variable.next).join(', ');
  const declarations = key.flatMap(({ type }, index) => [
    `  first_${index} ${type};`,
    `  next_${index} ${type};`,
  ]);
  const from = `(${columns}) >= (${first})`;
  return [
    'DO $backfill$',
    'DECLARE',
    ...declarations,
    'BEGIN',
    `  SELECT ${columns} INTO ${first} FROM ${path} ORDER BY ${columns} LIMIT 1;`,
    '  LOOP',
    `    SELECT ${columns} INTO ${next} FROM ${path} WHERE ${from} ORDER BY ${columns} OFFSET ${BATCH} LIMIT 1;`,
    '    EXIT WHEN NOT FOUND;',
    ...batch(backfill, [from, `(${columns}) < (${next})`], '    '),
    ...variables.map((variable) => `    ${variable.first} := ${variable.next};`),
    '  END LOOP;',
    ...batch(backfill, [from], '  '),
    'END',
    '$backfill$',
  ].join(NEXT_LINE);
}

/**
 * The rows of a range, until each has a value that can be given one. Read by their places: so no plan of the update reads
 * the whole table.
 */
function batch(
  { path, column, value }: Backfill,
  range: readonly string[],
  indent: string,
): readonly string[] {
  const missing = `${quote(column)} IS NULL`;
  const where = [missing, `(${value}) IS NOT NULL`, ...range].join(' AND ');
  return [
    'LOOP',
    `  UPDATE ${path} SET ${quote(column)} = (${value})`,
    `    WHERE ${missing} AND ctid = ANY (ARRAY(`,
    `      SELECT ctid FROM ${path} WHERE ${where} LIMIT ${BATCH} FOR NO KEY UPDATE SKIP LOCKED));`,
    '  COMMIT;',
    `  EXIT WHEN NOT EXISTS (SELECT FROM ${path} WHERE ${where});`,
    `  IF NOT FOUND THEN PERFORM pg_sleep(${PAUSE}); END IF;`,
    'END LOOP;',
  ].map((line) => `${indent}${line}`);
}
