import { quoteIdentifier, valueLiteral } from '../../sql/quote.js';
import { RECORD_COLUMNS } from '../records/columns.js';
import { RECORD_TABLES, type RecordTables, type TableName } from '../records/tables.js';

/** Parts of the names of types that are for something else: SQLite itself has no types of columns. */
const OTHER_TYPES = {
  number: ['CHAR', 'TEXT', 'CLOB', 'DATE', 'TIME'],
  text: ['INT', 'DATE', 'TIME', 'BLOB'],
};
const IS_OTHER = Object.entries(OTHER_TYPES)
  .map(
    ([holds, parts]) =>
      `s.holds = '${holds}' AND (${parts.map((part) => `instr(upper(i.type), '${part}')`).join(' OR ')})`,
  )
  .join(' OR ');

/**
 * SQL: what stands in the place of a table of the records and is none, in the columns `which` (its key in
 * `RecordTables`) and `what` (in words).
 */
export function takenSql(tables: RecordTables): string {
  const each = RECORD_TABLES.map((table) => {
    const { name } = tables[table];
    const wrong = `SELECT 'a ' || o.type || ' of something else (' || group_concat(p.words, ', ') || ')' FROM (${wrongColumns(table, tables[table])}) p`;
    return `SELECT '${table}' AS which, ${valueLiteral(quoteIdentifier(name))} || ' is ' || CASE o.type WHEN 'index' THEN 'an index' ELSE (${wrong}) END AS what
      FROM main.sqlite_schema o WHERE o.type IN ('table', 'view', 'index') AND o.name = ${valueLiteral(name)} COLLATE NOCASE`;
  });
  return `SELECT f.which, f.what FROM (${each.join(' UNION ALL ')}) f WHERE f.what IS NOT NULL`;
}

/** SQL: in words, the columns that the table lacks, that hold something else, or that no INSERT fills. */
function wrongColumns(table: (typeof RECORD_TABLES)[number], { name }: TableName): string {
  const columns = RECORD_COLUMNS[table];
  const literal = valueLiteral(name);
  const found = `pragma_table_info(${literal}, 'main')`;
  const wanted = columns.map((column) => `('${column.name}', '${column.holds}')`).join(', ');
  const written = columns.flatMap((column) => (column.written ? [`'${column.name}'`] : []));
  return `WITH s(name, holds) AS (VALUES ${wanted})
    SELECT CASE WHEN i.name IS NULL THEN 'no column "' || s.name || '"' ELSE 'the column "' || s.name || '" is of type ' || i.type END AS words
      FROM s LEFT JOIN ${found} i ON i.name = s.name COLLATE NOCASE WHERE i.name IS NULL OR ${IS_OTHER}
    UNION ALL SELECT 'the column "' || i.name || '" has no default' FROM ${found} i
     WHERE i.dflt_value IS NULL AND i.name COLLATE NOCASE NOT IN (${written.join(', ')}) AND o.type = 'table'
       AND CASE WHEN i.name = 'id' COLLATE NOCASE THEN i.pk = 0 OR i.type <> 'integer' COLLATE NOCASE ELSE i."notnull" END
       AND NOT EXISTS (SELECT 1 FROM main.sqlite_schema WHERE type = 'trigger' AND tbl_name = ${literal} COLLATE NOCASE)`;
}
