import { EQ, PLUS } from '../../sql/postgres-operators.js';
import { dollarQuote, quoteLiteral, quotePath } from '../../sql/quote.js';
import { unqualified } from '../../databases/postgres/parse/names.js';

/** How much of a table is written in one transaction: 100 pages, some thousand rows. */
const PAGES = 100;

/**
 * How many times a block goes through a table at most, and how long it waits, in seconds, where all that is left is
 * locked.
 */
const PASSES = 10;
const PAUSE = 0.25;

/** What rows get a value, and which. */
interface Batches {
  readonly table: string;
  /** `UPDATE` and what it sets, or `DELETE`. */
  readonly change: Update | { readonly verb: 'DELETE' };
  /** Which rows are left to do; null for all of them, once. */
  readonly left: string | null;
}

interface Update {
  readonly verb: 'UPDATE';
  readonly set: string;
  /**
   * Whether a unique index may be over a column that is set: a session that writes a referring row then locks it as
   * well.
   */
  readonly isKey: boolean;
}

/**
 * A block that goes through a table page by page and commits after each batch, so that no row stays locked. Pages are
 * those of one table, so partitions and heirs are gone through one by one.
 *
 * It never waits for a row: it skips a locked row, and a later pass tries that row again. It ends when a pass leaves no
 * row other than it was, after ten passes at the latest; rows that are left then are an error. A row that other code
 * writes meanwhile moves to another page, which the next pass finds. A row that is left to do even after it was written
 * is not counted, so that no value which a column rounds keeps the block going.
 */
export function batches({ table, change, left }: Batches): string {
  const pass = passLines(batchSql({ table, change, left }));
  const tag = dollarQuote('batches', pass.join());
  const isDone = `missed ${EQ} 0${left === null ? '' : ` AND passed ${EQ} 0`}`;
  return [
    `DO ${tag} DECLARE`,
    `  root CONSTANT pg_catalog.regclass := ${quoteLiteral(quotePath(table))};`,
    '  leaf pg_catalog.regclass;',
    '  written bigint;',
    '  skipped bigint;',
    '  passed bigint;',
    '  missed bigint;',
    'BEGIN',
    `FOR pass IN 1..${PASSES} LOOP`,
    '  passed := 0;',
    '  missed := 0;',
    ...pass,
    `  EXIT WHEN ${isDone};`,
    `  IF passed ${EQ} 0 THEN PERFORM pg_catalog.pg_sleep(${PAUSE}); END IF;`,
    'END LOOP;',
    `IF missed OPERATOR(pg_catalog.>) 0 THEN`,
    `  RAISE EXCEPTION '% rows of % are left: other sessions lock them, or a trigger or a policy protects them. All others are done. Run the block again.', missed, root;`,
    'END IF;',
    `END ${tag}`,
  ].join('\n');
}

/** One batch, which gives how many rows it has written and how many it has passed over. */
function batchSql({ table, change, left }: Batches): string {
  const leaf = `ONLY %1$s AS ${inFormat(quotePath(unqualified(table)))}`;
  const verb =
    change.verb === 'UPDATE' ? `UPDATE ${leaf} SET ${inFormat(change.set)}` : `DELETE FROM ${leaf}`;
  const lock = change.verb === 'UPDATE' && !change.isKey ? 'NO KEY UPDATE' : 'UPDATE';
  const places = `ctid OPERATOR(pg_catalog.>=) '(%2$s,0)' AND ctid OPERATOR(pg_catalog.<) '(%3$s,0)'`;
  const rows = `FROM ${leaf} WHERE ${places}${left === null ? '' : ` AND ${inFormat(left)}`}`;
  return [
    `WITH written AS (${verb}`,
    `WHERE ctid ${EQ} ANY (ARRAY(SELECT ctid ${rows} FOR ${lock} SKIP LOCKED))`,
    `RETURNING ${left === null ? 'false' : inFormat(left)} AS is_left)`,
    `SELECT pg_catalog.count(*) FILTER (WHERE NOT is_left), (SELECT pg_catalog.count(*) ${rows}) OPERATOR(pg_catalog.-) pg_catalog.count(*) FROM written`,
  ].join('\n        ');
}

/** One pass through all that has rows; a partition may be dropped meanwhile. */
function passLines(sql: string): readonly string[] {
  const tag = dollarQuote('sql', sql);
  return [
    '  FOREACH leaf IN ARRAY ARRAY(',
    '    WITH RECURSIVE tree (relid) AS (',
    `      SELECT root::pg_catalog.oid UNION SELECT inhrelid FROM pg_catalog.pg_inherits JOIN tree ON inhparent ${EQ} relid)`,
    `    SELECT oid FROM tree JOIN pg_catalog.pg_class ON oid ${EQ} relid WHERE relkind ${EQ} 'r' ORDER BY oid) LOOP`,
    `  FOR first_page IN 0..coalesce(pg_catalog.pg_relation_size(leaf) OPERATOR(pg_catalog./) pg_catalog.current_setting('block_size')::bigint, -1) BY ${PAGES} LOOP`,
    '    BEGIN',
    `      EXECUTE pg_catalog.format(${tag}${sql}${tag}, leaf, first_page, first_page ${PLUS} ${PAGES}) INTO written, skipped;`,
    '    EXCEPTION WHEN serialization_failure THEN',
    '      written := 0;',
    '      skipped := 1;',
    // A table that is dropped has no name in a regclass, only its number.
    '    WHEN undefined_table OR syntax_error THEN',
    '      IF pg_catalog.pg_table_is_visible(leaf) IS NOT NULL THEN RAISE; END IF;',
    '      written := 0;',
    '      skipped := 0;',
    '    END;',
    `    passed := passed ${PLUS} written;`,
    `    missed := missed ${PLUS} skipped;`,
    '    COMMIT;',
    '  END LOOP;',
    '  END LOOP;',
  ];
}

/**
 * SQL: two values of one type are not the same. `IS DISTINCT FROM` looks its operator up in the search path, where
 * another role may have one that matches better.
 */
export function differs(one: string, other: string): string {
  return `pg_catalog.record_image_ne(ROW(${one}), ROW(${other}))`;
}

/** As a text that `format` gives back. */
function inFormat(sql: string): string {
  return sql.replaceAll('%', '%%');
}
