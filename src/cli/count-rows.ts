import type { DataSource } from 'typeorm';
import { isOwnError } from '../errors/base.js';
import { UnconfirmedChangesError, type UnconfirmedChange } from '../errors/generate.js';
import { databaseOf } from '../databases/registry.js';
import { withSession } from '../migrator/connections.js';
import { readRows } from '../migrator/records/read-rows.js';
import type { RecordSyntax } from '../databases/records/syntax.js';
import { reading, type CommandContext, type DataSourceOption } from './open.js';
import { quoteIdentifier } from '../sql/quote.js';

/**
 * Adds to each change how many rows of the project's database it affects; read-only. Where the database cannot be
 * reached, it returns the error unchanged, and prints a note if the rows were asked for.
 */
export async function withRowCounts(
  error: UnconfirmedChangesError,
  option: DataSourceOption & { readonly countRows: boolean },
  context: CommandContext,
): Promise<UnconfirmedChangesError> {
  try {
    return await reading(option, context, async (dataSource) => {
      const list: UnconfirmedChange[] = [];
      for (const change of error.changes) list.push({ ...change, ...(await rowsIn(dataSource, change)) });
      return new UnconfirmedChangesError(list, error);
    });
  } catch (failure) {
    if (!isOwnError(failure) || failure.code !== 'CONNECT_FAILED') throw failure;
    if (option.countRows) context.io.err(`note: rows are not counted. ${failure.message}`);
    return error;
  }
}

/** No count where the database has no such table: it may be older or newer than the code. */
async function rowsIn(
  dataSource: DataSource,
  change: UnconfirmedChange,
): Promise<{ readonly rows?: number }> {
  const from = change.table.split('.').map(quoteIdentifier).join('.');
  for (const what of countsOf(change, databaseOf(dataSource).records)) {
    const rows = await counted(dataSource, `SELECT ${what} AS "rows" FROM ${from} t`);
    if (rows !== undefined) return { rows };
  }
  return {};
}

/** The counts to try, best first; a column that does not exist yet has a value in no row. */
function countsOf(
  { kind, column }: UnconfirmedChange,
  { count }: Pick<RecordSyntax, 'count'>,
): readonly string[] {
  // Qualified by its table: SQLite reads an unknown quoted name as a text.
  const value = column === null ? '1' : `t.${quoteIdentifier(column)}`;
  switch (kind) {
    case 'drop-column':
    case 'time-zone':
    case 'conversion':
      return [`${count}(${value})`];
    case 'required-column':
      return [`${count}(CASE WHEN ${value} IS NULL THEN 1 END)`, `${count}(*)`];
    default:
      return [`${count}(*)`];
  }
}

async function counted(dataSource: DataSource, sql: string): Promise<number | undefined> {
  try {
    const [row] = await withSession(dataSource, (session) => readRows(session, sql));
    return Number(row?.['rows'] ?? 0);
  } catch {
    return undefined;
  }
}
