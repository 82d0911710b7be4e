import type { DataSource } from 'typeorm';
import { UnsaidChangesError, type UnsaidChange } from '../errors/generate.js';
import { quoteName } from '../migrator/records/tables.js';
import { reading, type CommandContext, type DataSourceOption } from './open.js';

/** Tells for each change how many rows of the project's database hold data in it; read-only. */
export async function withRowCounts(
  { changes }: UnsaidChangesError,
  option: DataSourceOption,
  context: CommandContext,
): Promise<UnsaidChangesError> {
  const counted = await reading(option, context, async (dataSource) => {
    const list: UnsaidChange[] = [];
    for (const change of changes) list.push({ ...change, ...(await rowsIn(dataSource, change)) });
    return list;
  });
  return new UnsaidChangesError(counted);
}

/** Nothing where the database has no such table or column: it may be of another time than the code. */
async function rowsIn(
  dataSource: DataSource,
  { kind, table, column }: UnsaidChange,
): Promise<{ readonly rows?: number }> {
  const path = table.split('.').map(quoteName).join('.');
  const what = kind === 'drop-column' && column !== null ? quoteName(column) : '*';
  try {
    const [row] = await dataSource.query<readonly { readonly rows: number | string }[]>(
      `SELECT count(${what}) AS rows FROM ${path}`,
    );
    return { rows: Number(row?.rows ?? 0) };
  } catch {
    return {};
  }
}
