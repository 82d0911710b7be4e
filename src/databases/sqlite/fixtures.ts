import type { Session } from '../session.js';
import type { TableModel } from '../../schema/model.js';
import { quoteIdentifier, quoteLiteral } from '../../sql/quote.js';
import type { CounterRow, FixtureSyntax, Locator, ReadColumn, TableColumns } from '../fixture-syntax.js';
import { sqliteFamily } from './fixture-values.js';
import { familyOf } from './plan/convert.js';

/** Rows of SQLite. */
export const sqliteFixtures: FixtureSyntax = {
  domain: sqliteFamily,
  converts: (from, to) => familyOf(from.type) !== familyOf(to.type),
  table: quoteIdentifier,
  typed: (sql) => sql,
  literal: (column) => `quote(${quoteIdentifier(column)})`,
  exclusion: () => undefined,
  locator,
  overriding: '',
  readSettings: [],
  readColumns,
  readFiles: () => Promise.resolve([]),
  readBounds: () => Promise.resolve([]),
  counterName: (table) => table,
  readCounters: async (session) =>
    (await hasCounters(session))
      ? ((await session.query(
          'SELECT name, seq + 1 AS next FROM sqlite_sequence ORDER BY name',
        )) as unknown as readonly CounterRow[])
      : [],
  advanceCounters: async (session) => {
    if (await hasCounters(session)) await session.query('UPDATE sqlite_sequence SET seq = seq + 1');
  },
};

function locator({ options, primaryKey }: TableModel): Locator {
  if (!options?.includes('WITHOUT ROWID')) return { select: 'rowid', where: (value) => `rowid = ${value}` };
  const names = (primaryKey?.columns ?? []).map(quoteIdentifier);
  return {
    select: names.map((name) => `quote(${name})`).join(` || ', ' || `),
    where: (value) => `(${names.join(', ')}) = (${value})`,
  };
}

/** The stored value and its type: `1` and `'1'` are two values, and so is a row under another number. */
async function readColumns(
  session: Session,
  { name, columns, numbered = true }: TableColumns,
): Promise<readonly ReadColumn[]> {
  const read = columns.map((column) => ({ name: column, sql: `quote(${quoteIdentifier(column)})` }));
  const withNumbers = (await session.query(
    `SELECT 1 FROM pragma_table_list(${quoteLiteral(name)}) WHERE schema = 'main' AND type = 'table' AND wr = 0`,
  )) as readonly unknown[];
  const rowid = { name: 'rowid', sql: 'quote(rowid)' };
  return numbered && withNumbers.length > 0 ? [rowid, ...read] : read;
}

/** The table exists as soon as one table has AUTOINCREMENT. */
async function hasCounters(session: Session): Promise<boolean> {
  const rows = (await session.query(
    "SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_sequence'",
  )) as readonly unknown[];
  return rows.length > 0;
}
