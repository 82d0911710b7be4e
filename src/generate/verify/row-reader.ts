import type { QueryRunner } from 'typeorm';
import { dialectOf, type DialectName } from '../../databases/registry.js';
import { rowDialectOf } from './fixtures/dialects.js';
import type { ReadColumn, TableColumns } from './rows/columns.js';
import { quoteIdentifier, quoteLiteral } from '../../sql/quote.js';

/** How rows are read as texts. */
interface RowReader {
  /** Statements that make the texts the same in every session; they end with the transaction. */
  readonly settings: readonly string[];
  readonly columns: (table: TableColumns) => Promise<Source>;
}

/** Where rows are read from, and as what. */
interface Source {
  readonly from: string;
  readonly columns: readonly ReadColumn[];
}

/** Of the database that the connection is of. */
export function rowReaderOf(queryRunner: QueryRunner): RowReader {
  return READERS[dialectOf(queryRunner.connection).name](queryRunner);
}

const READERS: Readonly<Record<DialectName, (queryRunner: QueryRunner) => RowReader>> = {
  postgres: (queryRunner) => ({
    settings: [
      "SET LOCAL bytea_output = 'hex'",
      "SET LOCAL TimeZone = 'UTC'",
      "SET LOCAL DateStyle = 'ISO, YMD'",
      "SET LOCAL IntervalStyle = 'postgres'",
      "SET LOCAL lc_monetary = 'C'",
      'SET LOCAL extra_float_digits = 1',
    ],
    columns: ({ name, columns }) =>
      Promise.resolve({
        from: rowDialectOf(queryRunner.connection).table(name),
        columns: columns.map((column) => ({
          name: column,
          sql: `${quoteIdentifier(column)}::pg_catalog.text`,
        })),
      }),
  }),
  sqlite: (queryRunner) => ({ settings: [], columns: (table) => sqliteColumns(queryRunner, table) }),
};

/** What is stored and as which type: `1` and `'1'` are two values, and so is a row under another number. */
async function sqliteColumns(
  queryRunner: QueryRunner,
  { name, columns, numbered = true }: TableColumns,
): Promise<Source> {
  const read = columns.map((column) => ({ name: column, sql: `quote(${quoteIdentifier(column)})` }));
  const withNumbers = (await queryRunner.query(
    `SELECT 1 FROM pragma_table_list(${quoteLiteral(name)}) WHERE schema = 'main' AND type = 'table' AND wr = 0`,
  )) as readonly unknown[];
  const rowid = { name: 'rowid', sql: 'quote(rowid)' };
  return {
    from: quoteIdentifier(name),
    columns: numbered && withNumbers.length > 0 ? [rowid, ...read] : read,
  };
}
