import { valueLiteral } from '../../../sql/quote.js';
import type { DroppedTable } from './table-names.js';

/** A name as in the key of a part. */
const key = (name: string) => `'"' || replace(lower(${name}), '"', '""') || '"'`;

/** https://www.sqlite.org/datatype3.html#determination_of_column_affinity */
const AFFINITY = `CASE WHEN "type" LIKE '%INT%' THEN 'INTEGER'
    WHEN "type" LIKE '%CHAR%' OR "type" LIKE '%CLOB%' OR "type" LIKE '%TEXT%' THEN 'TEXT'
    WHEN trim(replace(upper("type"), 'GENERATED ALWAYS', '')) = '' OR "type" LIKE '%BLOB%' THEN 'BLOB'
    WHEN "type" LIKE '%REAL%' OR "type" LIKE '%FLOA%' OR "type" LIKE '%DOUB%' THEN 'REAL' ELSE 'NUMERIC' END`;

/** The words of a table, as `wordsOf` prepares them. */
export const WORDS = 'temp."orchestrator_db_words"';

/** SQL: the keys of a table's columns. */
export function columnKeys(table: string): string {
  return `SELECT 'column ' || ${key('name')} AS "key" FROM pragma_table_xinfo(${valueLiteral(table)}, 'main')`;
}

/** SQL: the keys of what the pragmas report about columns with these names, in lower case. */
export function propertyKeys(table: string, columns: readonly string[]): string {
  const from = `FROM pragma_table_xinfo(${valueLiteral(table)}, 'main') WHERE lower(name) IN (${columns.map(valueLiteral).join(', ')})`;
  return [
    `SELECT 'type ' || ${key('name')} || ' ' || ${AFFINITY} AS "key" ${from}`,
    `SELECT 'not-null ' || ${key('name')} ${from} AND "notnull" = 1 AND pk = 0`,
    `SELECT 'default ' || ${key('name')} ${from} AND upper(dflt_value) <> 'NULL'`,
    `SELECT 'generated ' || ${key('name')} ${from} AND hidden IN (2, 3)`,
  ].join('\n  UNION ALL ');
}

/** SQL: the keys of constraints that the pragmas report; a unique one that is the primary key as well is left out. */
export function constraintKeys({ table, names }: DroppedTable): string {
  const [of, own] = [valueLiteral(table), names.map(valueLiteral).join(', ')];
  const list = (from: string) =>
    `(SELECT group_concat("one", ', ') FROM (SELECT ${key('"name"')} AS "one" ${from}))`;
  const unique = list(`FROM pragma_index_info(l.name, 'main') ORDER BY lower("name")`);
  const primary = list(`FROM pragma_table_xinfo(${of}, 'main') WHERE pk > 0 ORDER BY pk`);
  const foreign = list(
    `FROM (SELECT f."from" AS "name" FROM pragma_foreign_key_list(${of}, 'main') f WHERE f.id = k.id) ORDER BY lower("name")`,
  );
  const target = `CASE WHEN lower(k."table") IN (${own}) THEN 'itself' ELSE ${key('k."table"')} END`;
  return [
    `SELECT 'primary-key ' || ${primary} AS "key" WHERE ${primary} IS NOT NULL`,
    `SELECT 'unique ' || ${unique} FROM pragma_index_list(${of}, 'main') l WHERE l.origin = 'u'`,
    `SELECT 'foreign-key ' || ${foreign} || ' ' || ${target} || ' delete ' || k.on_delete || ' update ' || k.on_update FROM pragma_foreign_key_list(${of}, 'main') k WHERE k.seq = 0`,
  ].join('\n  UNION ALL ');
}

/** The next state, by the state and the current character. */
const MODE = `CASE WHEN "mode" = '*/' THEN CASE WHEN "two" = '*/' THEN '' ELSE "mode" END
    WHEN "mode" <> '' THEN CASE WHEN "one" = "mode" THEN '' ELSE "mode" END
    WHEN "one" IN ('''', '"', '\`') THEN "one" WHEN "one" = '[' THEN ']'
    WHEN "two" = '--' THEN char(10) WHEN "two" = '/*' THEN '*/' ELSE '' END`;

const DEPTH = `"depth" + CASE WHEN "mode" <> '' THEN 0 WHEN "one" = '(' THEN 1 WHEN "one" = ')' THEN -1 ELSE 0 END`;
const IS_WORD = `"one" GLOB '[A-Za-z0-9_$]' OR unicode("one") > 127`;
const SPACE = `CASE WHEN substr("words", -1) = ' ' THEN '' ELSE ' ' END`;
const IS_NAME = `('"', '\`', ']')`;

const NEXT_WORDS = `"words" || CASE
    WHEN "mode" IN ${IS_NAME} THEN CASE WHEN "one" = "mode" THEN '> ' WHEN ${IS_WORD} THEN upper("one") ELSE '_' END
    WHEN "mode" <> '' THEN ''
    WHEN "one" IN ('"', '\`', '[') THEN ${SPACE} || '<'
    WHEN "one" = ')' AND "depth" = 1 THEN ' ) '
    WHEN ${IS_WORD} THEN CASE WHEN "depth" > 1 THEN lower("one") ELSE upper("one") END
    ELSE ${SPACE} END`;

/**
 * Statement that reads the text of a table, since no pragma reports checks, collations and AUTOINCREMENT: its words
 * with one space between two, without texts and comments. Words in the parentheses of a column or a constraint are in
 * lower case, quoted names in angle brackets; `tail` is the text after the columns.
 */
export function wordsOf(table: string): string {
  const text = `SELECT sql FROM main.sqlite_schema WHERE type = 'table' AND lower(name) = lower(${valueLiteral(table)})`;
  return `CREATE TEMP TABLE "orchestrator_db_words" AS
  WITH RECURSIVE "step" ("at", "mode", "depth", "words", "one", "two", "sql") AS (
    SELECT 1, '', 0, ' ', substr(sql, 1, 1), substr(sql, 1, 2), sql || ' ' FROM (${text})
    UNION ALL SELECT "at" + 1, ${MODE}, ${DEPTH}, ${NEXT_WORDS}, substr("sql", "at" + 1, 1), substr("sql", "at" + 1, 2), "sql"
    FROM "step" WHERE "one" <> '')
  SELECT "words", substr("words", instr("words", ')')) AS "tail", ${bareText('"sql"')} AS "bare" FROM "step" WHERE "one" = ''`;
}

/** Without everything in which two texts of one expression may differ. */
function bareText(sql: string): string {
  const marks = ['char(9)', 'char(10)', 'char(13)', "' '", `'"'`, `''''`, "'`'", "'('", "')'", "'['", "']'"];
  return `lower(${marks.reduce((text, mark) => `replace(${text}, ${mark}, '')`, sql)})`;
}
