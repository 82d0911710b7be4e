import { NEXT_LINE } from '../../../sql/statement.js';
import { quoteIdentifier, quoteIdentifiers, quoteLiteral } from '../../../sql/quote.js';

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
 * whoever changes several rows in another order than this one does not end in a deadlock with it. The place of a row
 * is its own within one table only, so partitions and heirs are filled one by one, until a pass finds nothing: one may
 * be attached meanwhile, and a row may move from one to another.
 * https://www.postgresql.org/docs/current/plpgsql-transactions.html
 */
export function backfillBlock(backfill: Backfill): string {
  const lines = [
    'DECLARE',
    `  root CONSTANT regclass := ${quoteLiteral(backfill.path)};`,
    '  leaves regclass[];',
    '  leaf regclass;',
    '  is_left boolean;',
    '  filled bigint;',
    '  passed bigint;',
    '  total bigint := 0;',
    ...backfill.key.flatMap(({ type }, index) => [`  first_${index} ${type};`, `  next_${index} ${type};`]),
    'BEGIN',
    '  LOOP',
    '    leaves := ARRAY(',
    '      WITH RECURSIVE tree (relid) AS (',
    '        SELECT root::oid UNION SELECT i.inhrelid FROM pg_catalog.pg_inherits i JOIN tree ON i.inhparent = tree.relid)',
    `      SELECT tree.relid FROM tree JOIN pg_catalog.pg_class c ON c.oid = tree.relid WHERE c.relkind = 'r' ORDER BY 1);`,
    '    passed := 0;',
    '    FOREACH leaf IN ARRAY leaves LOOP',
    '      CONTINUE WHEN NOT EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.oid = leaf);',
    ...leafLines(backfill).map((line) => `      ${line}`),
    '    END LOOP;',
    '    total := total + passed;',
    '    EXIT WHEN passed = 0 OR leaves = ARRAY[root];',
    '  END LOOP;',
    `  RAISE NOTICE '% rows of % have a value now', total, root;`,
    'END',
  ].join(NEXT_LINE);
  const tag = tagFor('backfill', lines);
  return [`DO ${tag}`, lines, tag].join(NEXT_LINE);
}

/** What is done in one table. */
function leafLines(backfill: Backfill): readonly string[] {
  const { key } = backfill;
  const leaf = leafOf(backfill);
  const any = `EXECUTE ${query(`SELECT EXISTS (SELECT FROM ${leaf} WHERE ${missing(backfill)})`)} INTO is_left;`;
  const skip = [any, 'CONTINUE WHEN NOT is_left;'];
  if (key.length === 0) return [...skip, ...batchLines(backfill, [])];
  const columns = escaped(quoteIdentifiers(key.map(({ name }) => name)));
  const [first, next] = [variables('first', key), variables('next', key)];
  const from = `(${columns}) >= (${parameters(1, key)})`;
  const until = `(${columns}) < (${parameters(1 + key.length, key)})`;
  const rest = `FROM ${leaf} WHERE ${from} ORDER BY ${columns} OFFSET ${BATCH} LIMIT 1`;
  return [
    ...skip,
    `EXECUTE ${query(`SELECT ${columns} FROM ${leaf} ORDER BY ${columns} LIMIT 1`)} INTO ${first.join(', ')};`,
    'LOOP',
    `  EXECUTE ${query(`SELECT ${columns} ${rest}`)} INTO ${next.join(', ')} USING ${first.join(', ')};`,
    ...batchLines(backfill, [from, `(${until} OR $${1 + key.length} IS NULL)`]).map((line) => `  ${line}`),
    '  EXIT WHEN next_0 IS NULL;',
    ...key.map((_column, index) => `  first_${index} := next_${index};`),
    'END LOOP;',
  ];
}

function variables(prefix: 'first' | 'next', key: Backfill['key']): readonly string[] {
  return key.map((_column, index) => `${prefix}_${index}`);
}

function parameters(from: number, key: Backfill['key']): string {
  return key.map((_column, index) => `$${from + index}`).join(', ');
}

/**
 * The rows of a range, until each has a value that can be given one. Read by their places: so no plan of the update reads
 * the whole table.
 */
function batchLines(backfill: Backfill, range: readonly string[]): readonly string[] {
  const { column, value, key } = backfill;
  const [leaf, name] = [leafOf(backfill), escaped(quoteIdentifier(column))];
  const where = [missing(backfill), ...range].join(' AND ');
  const bounds = [...variables('first', key), ...variables('next', key)];
  const using = bounds.length === 0 ? '' : ` USING ${bounds.join(', ')}`;
  const update = `UPDATE ${leaf} SET ${name} = (${escaped(value)}) WHERE ${name} IS NULL AND ctid = ANY (ARRAY(`;
  const locked = `SELECT ctid FROM ${leaf} WHERE ${where} LIMIT ${BATCH} FOR NO KEY UPDATE SKIP LOCKED))`;
  return [
    'LOOP',
    `  EXECUTE ${query(`${update}${NEXT_LINE}            ${locked}`)}${using};`,
    '  GET DIAGNOSTICS filled = ROW_COUNT;',
    '  passed := passed + filled;',
    '  COMMIT;',
    `  EXECUTE ${query(`SELECT EXISTS (SELECT FROM ${leaf} WHERE ${where})`)} INTO is_left${using};`,
    '  EXIT WHEN NOT is_left;',
    `  IF filled = 0 THEN PERFORM pg_catalog.pg_sleep(${PAUSE}); END IF;`,
    'END LOOP;',
  ];
}

function missing({ column, value }: Backfill): string {
  return `${escaped(quoteIdentifier(column))} IS NULL AND (${escaped(value)}) IS NOT NULL`;
}

/** A leaf under the name of the table, by which the expression may call it. */
function leafOf({ path }: Backfill): string {
  const [name = path] = /"(?:[^"]|"")*"$|[^."]+$/.exec(path) ?? [];
  return `ONLY %1$s AS ${escaped(name)}`;
}

/** The text of a statement about a leaf. */
function query(sql: string): string {
  const tag = tagFor('sql', sql);
  return `pg_catalog.format(${tag}${sql}${tag}, leaf)`;
}

/** As a text that `format` gives back. */
function escaped(sql: string): string {
  return sql.replaceAll('%', '%%');
}

/** A dollar quoteIdentifier that is not in the text inside. */
function tagFor(word: string, inside: string): string {
  let tag = `$${word}$`;
  for (let number = 1; inside.includes(tag); number += 1) tag = `$${word}_${number}$`;
  return tag;
}
