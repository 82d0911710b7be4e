import { EQ, GT, LE, MINUS, PLUS } from '../../../sql/postgres-operators.js';
import { NEXT_LINE } from '../../../sql/statement.js';
import { paceDeclared, paceLines } from './backfill-pace.js';
import { estimateLines, progressDeclared, reportLines, triggerLines } from './backfill-progress.js';
import { afterPassLines, hiddenRowsLines, keepLeafLines, refusalLines } from './backfill-refusals.js';
import { settingLines, settingsDeclared } from './backfill-settings.js';
import { dollarQuote, quoteIdentifier, quoteIdentifiers, quoteLiteral } from '../../../sql/quote.js';
import { inFormat, keyOrder, type KeyColumn } from './key-order.js';

/** Rows per transaction: few enough that no other session waits for a row for long. */
const BATCH = 2000;

/**
 * How many times in succession a batch is retried after a serialization failure. `SKIP LOCKED` does not skip a row that
 * moved to another partition after the batch began: PostgreSQL reports such a failure at every isolation level.
 */
const FAILURES = 10;

/**
 * How long a batch waits for what an update locks besides its row: the row that a foreign key refers to, the same value
 * in a unique index, the locks of triggers. Shorter than `deadlock_timeout`, so no other session becomes the victim.
 */
const LOCK_WAIT = '200ms';

/** The column to fill, and its value. */
export interface Backfill {
  /** The table, as SQL. */
  readonly path: string;
  readonly column: string;
  /** An expression; it may use the columns of the row. */
  readonly value: string;
  /** The primary key, with the types of its columns; without one the batches follow no order. */
  readonly key: readonly KeyColumn[];
  /** Which rows get the value; default those without one. */
  readonly where?: string | undefined;
  /** Whether the block reads statistics of the column at its end; the server has none of a new column. */
  readonly isAnalyzed?: boolean | undefined;
}

/**
 * A block that fills every row without a value, along the primary key, and commits after each batch. It can run again,
 * and then continues with the remaining rows.
 *
 * It never waits for a row lock: a pass skips locked rows and fills all others, and further passes retry the rest. Nor
 * does it wait for long for another lock: a pass skips such a batch. It holds no lock between two batches, so it cannot deadlock with a session that changes rows in another order. A ctid is
 * unique within one table only, so the block fills partitions and inheriting tables one by one, until a pass finds
 * nothing. Meanwhile a partition may be attached, and a row may move from one to another. It fails where a trigger or a
 * rule keeps rows without a value, and before a pass where policies may hide rows. Between two batches it reports its progress and waits for standbys that lag
 * behind.
 * https://www.postgresql.org/docs/current/plpgsql-transactions.html
 */
export function backfillBlock(backfill: Backfill): string {
  const lines = [
    'DECLARE',
    `  root CONSTANT pg_catalog.regclass := ${quoteLiteral(backfill.path)};`,
    ...['  leaves pg_catalog.regclass[];', '  leaf pg_catalog.regclass;'],
    ...['  is_left boolean;', '  rest boolean;', '  kept boolean;'],
    '  waits boolean := false;',
    '  failures integer := 0;',
    '  places pg_catalog.tid[];',
    '  objects text;',
    '  remedy text;',
    '  held bigint;',
    '  filled bigint;',
    '  seen bigint;',
    '  quota bigint;',
    '  remain bigint;',
    '  before bigint;',
    '  idle integer := 0;',
    '  total bigint := 0;',
    ...[...settingsDeclared(), ...progressDeclared(), ...paceDeclared()].map((line) => `  ${line}`),
    ...keyOrder(backfill.key).declared,
    ...backfill.key.flatMap(({ type }, index) => [`  first_${index} ${type};`, `  next_${index} ${type};`]),
    'BEGIN',
    ...settingLines().map((line) => `  ${line}`),
    '  LOOP',
    '    leaves := ARRAY(',
    '      WITH RECURSIVE tree (relid) AS (',
    '        SELECT root::pg_catalog.oid UNION SELECT i.inhrelid FROM pg_catalog.pg_inherits i',
    `          JOIN tree ON i.inhparent ${EQ} tree.relid)`,
    `      SELECT tree.relid FROM tree JOIN pg_catalog.pg_class c ON c.oid ${EQ} tree.relid`,
    `       WHERE c.relkind ${EQ} 'r' ORDER BY 1);`,
    ...[...hiddenRowsLines(), ...estimateLines(backfill.column)].map((line) => `    ${line}`),
    '    seen := 0;',
    '    rest := false;',
    '    <<to_fill>>',
    '    FOREACH leaf IN ARRAY leaves LOOP',
    ...leafLines(backfill).map((line) => `      ${line}`),
    '    END LOOP;',
    '    EXIT WHEN NOT rest;',
    ...afterPassLines(countOf(backfill)).map((line) => `    ${line}`),
    '  END LOOP;',
    ...analyzeLines(backfill).map((line) => `  ${line}`),
    `  RAISE NOTICE '% rows of % have ${backfill.where === undefined ? 'a' : 'another'} value now', total, root;`,
    'END',
  ].join(NEXT_LINE);
  const tag = dollarQuote('backfill', lines);
  return [`DO ${tag}`, lines, tag].join(NEXT_LINE);
}

function analyzeLines({ column, isAnalyzed = false }: Backfill): readonly string[] {
  return isAnalyzed ? [`EXECUTE pg_catalog.format('ANALYZE %s (%I)', root, ${quoteLiteral(column)});`] : [];
}

/** Fills one table. */
function leafLines(backfill: Backfill): readonly string[] {
  const { key } = backfill;
  const leaf = leafOf(backfill);
  const keep = keepLeafLines('to_fill');
  const skip = [
    ...keep,
    `EXECUTE ${anyOf(backfill)} INTO is_left;`,
    'CONTINUE WHEN NOT is_left;',
    'rest := true;',
    ...triggerLines(backfill.column),
  ];
  if (key.length === 0)
    return [
      ...skip,
      // A trigger may make rows that are filled look new.
      `EXECUTE ${countOf(backfill)} INTO quota;`,
      'LOOP',
      ...batchLines(backfill, []).map((line) => `  ${line}`),
      `  quota := quota ${MINUS} held;`,
      `  EXIT WHEN held ${EQ} 0 OR quota ${LE} 0;`,
      ...keep.map((line) => `  ${line}`),
      'END LOOP;',
    ];
  const columns = inFormat(quoteIdentifiers(key.map(({ name }) => name)));
  const [first, next] = [variables('first', key), variables('next', key)];
  const order = keyOrder(key);
  const [from, until] = [order.from(1), order.until(1 + key.length)];
  const left = `FROM ${leaf} WHERE ${missing(backfill)}`;
  const rest = `${left} AND ${from} ORDER BY ${columns} OFFSET ${BATCH} LIMIT 1`;
  return [
    ...skip,
    `EXECUTE ${query(backfill, `SELECT ${columns} ${left} ORDER BY ${columns} LIMIT 1`)} INTO ${first.join(', ')};`,
    'LOOP',
    `  EXECUTE ${query(backfill, `SELECT ${columns} ${rest}`)} INTO ${next.join(', ')} USING ${first.join(', ')};`,
    ...batchLines(backfill, [from, `(${until} OR $${1 + key.length} IS NULL)`]).map((line) => `  ${line}`),
    '  EXIT WHEN next_0 IS NULL;',
    ...key.map((_column, index) => `  first_${index} := next_${index};`),
    ...keep.map((line) => `  ${line}`),
    'END LOOP;',
  ];
}

function variables(prefix: 'first' | 'next', key: Backfill['key']): readonly string[] {
  return key.map((_column, index) => `${prefix}_${index}`);
}

/** One batch: the rows of a range that no other session locks. The update finds them by ctid, whatever the plan. */
function batchLines(backfill: Backfill, range: readonly string[]): readonly string[] {
  const { column, value, key } = backfill;
  const [leaf, name] = [leafOf(backfill), inFormat(quoteIdentifier(column))];
  const where = [missing(backfill), ...range].join(' AND ');
  const bounds = [...variables('first', key), ...variables('next', key)];
  const using = bounds.length === 0 ? '' : ` USING ${bounds.join(', ')}`;
  const locked = `SELECT ctid FROM ${leaf} WHERE ${where} LIMIT ${BATCH} FOR NO KEY UPDATE SKIP LOCKED`;
  const update = `UPDATE ${leaf} SET ${name} = (${inFormat(value)}) WHERE ${isLeft(backfill)} AND ctid ${EQ} ANY ($1)`;
  return [
    'BEGIN',
    `  PERFORM pg_catalog.set_config('lock_timeout', '${LOCK_WAIT}', true);`,
    // Values of money have as many digits as the setting of the database says.
    '  SET LOCAL lc_monetary TO DEFAULT;',
    `  EXECUTE ${query(backfill, `SELECT ARRAY(${locked})`)} INTO places${using};`,
    `  EXECUTE ${query(backfill, update)} USING places;`,
    '  GET DIAGNOSTICS filled = ROW_COUNT;',
    '  held := pg_catalog.cardinality(places);',
    '  failures := 0;',
    'EXCEPTION WHEN serialization_failure THEN',
    `  IF failures ${EQ} ${FAILURES} THEN RAISE; END IF;`,
    `  failures := failures ${PLUS} 1;`,
    '  held := 0;',
    '  filled := 0;',
    'WHEN lock_not_available OR deadlock_detected THEN',
    '  held := 0;',
    '  filled := 0;',
    'END;',
    ...refusalLines(`held ${GT} filled`, 'an update leaves rows without a value as they are'),
    `seen := seen ${PLUS} held;`,
    `total := total ${PLUS} filled;`,
    'COMMIT;',
    ...reportLines(column),
    ...paceLines(),
  ];
}

/** Whether a leaf has rows to fill. */
function anyOf(backfill: Backfill): string {
  return query(backfill, `SELECT EXISTS (SELECT FROM ${leafOf(backfill)} WHERE ${missing(backfill)})`);
}

/** How many rows of a leaf are to fill. */
function countOf(backfill: Backfill): string {
  return query(backfill, `SELECT pg_catalog.count(*) FROM ${leafOf(backfill)} WHERE ${missing(backfill)}`);
}

function missing(backfill: Backfill): string {
  return `${isLeft(backfill)} AND (${inFormat(backfill.value)}) IS NOT NULL`;
}

function isLeft({ column, where }: Backfill): string {
  return where === undefined ? `${inFormat(quoteIdentifier(column))} IS NULL` : `(${inFormat(where)})`;
}

/** A leaf under the name of the table, which the expression may use. */
function leafOf({ path }: Backfill): string {
  const [name = path] = /"(?:[^"]|"")*"$|[^."]+$/.exec(path) ?? [];
  return `ONLY %1$s AS ${inFormat(name)}`;
}

/** The text of a statement about a leaf. */
function query({ key }: Backfill, sql: string): string {
  const tag = dollarQuote('sql', sql);
  return `pg_catalog.format(${[`${tag}${sql}${tag}`, 'leaf', ...keyOrder(key).operators].join(', ')})`;
}
