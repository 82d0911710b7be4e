import { quoteLiteral, quotePath } from '../../sql/quote.js';
import { unqualified } from '../../databases/postgres/parse/names.js';

/** How much of a table is written in one transaction: 100 pages, some thousand rows. */
const PAGES = 100;

/** What rows get a value, and which. */
interface Batches {
  readonly table: string;
  /** `UPDATE` and what it sets, or `DELETE`. */
  readonly change: { readonly verb: 'UPDATE'; readonly set: string } | { readonly verb: 'DELETE' };
  /** Which rows are left to do; null for all of them, once. */
  readonly left: string | null;
}

/**
 * A block that goes through a table page by page and commits after each batch, so that every row is read once and no row
 * stays locked. Pages are those of one table, so partitions and heirs are gone through one by one. It ends when a pass
 * leaves no row other than it was: a row that other code writes meanwhile moves to another page. A row that is left to do
 * even after it was written is not counted, so that no value which a column rounds keeps it going.
 */
export function batches({ table, change, left }: Batches): string {
  const leaf = `%1$s AS ${inFormat(quotePath(unqualified(table)))}`;
  const verb =
    change.verb === 'UPDATE' ? `UPDATE ONLY ${leaf} SET ${inFormat(change.set)}` : `DELETE FROM ONLY ${leaf}`;
  const places = `ctid OPERATOR(pg_catalog.>=) '(%2$s,0)' AND ctid OPERATOR(pg_catalog.<) '(%3$s,0)'`;
  const where = `WHERE ${places}${left === null ? '' : ` AND ${inFormat(left)}`}`;
  const sql =
    left === null
      ? `${verb} ${where}`
      : `WITH written AS (${verb}\n        ${where}\n        RETURNING ${inFormat(left)} AS is_left) SELECT pg_catalog.count(*) FROM written WHERE NOT is_left`;
  const pass = passLines(sql, left !== null);
  const tag = tagFor('batches', sql);
  return [
    `DO ${tag} DECLARE`,
    `  root CONSTANT pg_catalog.regclass := ${quoteLiteral(quotePath(table))};`,
    '  leaf pg_catalog.regclass;',
    ...(left === null ? [] : ['  written bigint;', '  passed bigint;']),
    'BEGIN',
    ...(left === null
      ? pass
      : ['LOOP', '  passed := 0;', ...pass, '  EXIT WHEN passed OPERATOR(pg_catalog.=) 0;', 'END LOOP;']),
    `END ${tag}`,
  ].join('\n');
}

/** One pass through all that has rows; a partition may be dropped meanwhile. */
function passLines(sql: string, isCounted: boolean): readonly string[] {
  const tag = tagFor('sql', sql);
  const execute = `    EXECUTE pg_catalog.format(${tag}${sql}${tag}, leaf, first_page, first_page OPERATOR(pg_catalog.+) ${PAGES})`;
  return [
    '  FOREACH leaf IN ARRAY ARRAY(',
    '    WITH RECURSIVE tree (relid) AS (',
    '      SELECT root::pg_catalog.oid UNION SELECT inhrelid FROM pg_catalog.pg_inherits JOIN tree ON inhparent OPERATOR(pg_catalog.=) relid)',
    `    SELECT oid FROM tree JOIN pg_catalog.pg_class ON oid OPERATOR(pg_catalog.=) relid WHERE relkind OPERATOR(pg_catalog.=) 'r' ORDER BY oid) LOOP`,
    '  CONTINUE WHEN NOT EXISTS (SELECT FROM pg_catalog.pg_class WHERE oid OPERATOR(pg_catalog.=) leaf);',
    `  FOR first_page IN 0..pg_catalog.pg_relation_size(leaf) OPERATOR(pg_catalog./) pg_catalog.current_setting('block_size')::bigint BY ${PAGES} LOOP`,
    ...(isCounted
      ? [`${execute} INTO written;`, '    passed := passed OPERATOR(pg_catalog.+) written;']
      : [`${execute};`]),
    '    COMMIT;',
    '  END LOOP;',
    '  END LOOP;',
  ];
}

/**
 * SQL: two values of one type are not the same. `IS DISTINCT FROM` looks its operator up in the search path, where another
 * role may have one that matches better.
 */
export function differs(one: string, other: string): string {
  return `pg_catalog.record_image_ne(ROW(${one}), ROW(${other}))`;
}

/** A dollar quote that is not in the text inside. */
function tagFor(word: string, inside: string): string {
  let tag = `$${word}$`;
  for (let number = 1; inside.includes(tag); number += 1) tag = `$${word}_${number}$`;
  return tag;
}

/** As a text that `format` gives back. */
function inFormat(sql: string): string {
  return sql.replaceAll('%', '%%');
}
