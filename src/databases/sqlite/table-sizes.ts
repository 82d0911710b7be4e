import { quoteIdentifier } from '../../sql/quote.js';
import type { ReadSizes } from '../table-sizes.js';

const TABLES = `SELECT "name" FROM "sqlite_master" WHERE "type" = 'table' AND "name" NOT LIKE 'sqlite\\_%' ESCAPE '\\'
  AND "sql" NOT LIKE 'CREATE VIRTUAL%' ORDER BY "name"`;

/** See `Database.tableSizes`. SQLite keeps no estimate, so the rows are counted. It knows the size of the file alone. */
export const readSizes: ReadSizes = async (session) => {
  const [size] = await session.query(
    'SELECT p."page_count" * s."page_size" AS "bytes" FROM pragma_page_count() AS p, pragma_page_size() AS s',
  );
  const tables = [];
  for (const { name } of await session.query(TABLES)) {
    const table = String(name);
    const [row] = await session.query(`SELECT count(*) AS "rows" FROM ${quoteIdentifier(table)}`);
    tables.push({ table, rows: Number(row?.['rows'] ?? 0), bytes: null });
  }
  return {
    bytes: Number(size?.['bytes'] ?? 0),
    tables: tables.sort((a, b) => b.rows - a.rows),
    estimated: false,
  };
};
