import type { ColumnModel, TableModel } from '../../../schema/model.js';
import type { ConfirmedValues } from '../../planning.js';
import { converted } from './convert.js';
import { castInStrict } from './strict-casts.js';
import type { TableSides } from './sides.js';
import { quoteIdentifier, quoteLiteral } from '../../../sql/quote.js';
import { isSameSqliteName } from '../../../sql/identifiers.js';
import { statement, type Statement } from '../../../sql/statement.js';

/** A column of the new table, and the SQL of its value from a row of the old one. */
interface CopiedColumn {
  /** SQL. */
  readonly name: string;
  readonly value: string;
}

/** Other names of the number that every row has: https://www.sqlite.org/lang_createtable.html#rowid */
const ROWID_NAMES = ['rowid', '_rowid_', 'oid'] as const;

/** Copies every row of one table, column by column, into the table that replaces it. */
export function copyRows(sides: TableSides, into: string, confirmed: ConfirmedValues): Statement {
  const columns = copiedColumns(sides, confirmed);
  const names = columns.map(({ name }) => name).join(', ');
  const values = columns.map(({ value }) => value).join(', ');
  return statement(
    `INSERT INTO ${quoteIdentifier(into)} (${names}) SELECT ${values} FROM ${quoteIdentifier(sides.from.name)}`,
  );
}

/** A column that is not listed gets its default; INSERT requires at least one column. */
function copiedColumns(sides: TableSides, confirmed: ConfirmedValues): readonly CopiedColumn[] {
  const columns = sides.to.columns
    .filter(({ generated }) => generated === null)
    .flatMap((column) => {
      const value = valueOf(column, sides, confirmed);
      return value === null ? [] : [{ name: quoteIdentifier(column.name), value }];
    });
  const copied = [...rowNumberOf(sides), ...columns];
  return copied.length > 0 ? copied : [anyColumn(sides.to)];
}

function anyColumn({ columns }: TableModel): CopiedColumn {
  const [first] = columns.filter(({ generated }) => generated === null);
  return {
    name: quoteIdentifier(first?.name ?? ''),
    value: first?.default ? `(${first.default.sql})` : 'NULL',
  };
}

function valueOf(column: ColumnModel, { from, to }: TableSides, confirmed: ConfirmedValues): string | null {
  const key = `${to.name}.${column.name}`;
  const backfill = confirmed.backfills.get(key);
  const former = from.columns.find(({ name }) => name === column.name);
  if (!former) {
    if (backfill !== undefined) return `(${backfill})`;
    return rowNumberColumn(to) === column.name ? rowNumberName(from) : null;
  }
  const using = former.type === column.type ? undefined : confirmed.usings.get(key);
  const value =
    using === undefined
      ? renamedValue(
          convertedIn(to, quoteIdentifier(column.name), { from: former.type, to: column.type }),
          new Map([...(confirmed.renamedValues.get(key) ?? []), ...(confirmed.joinedValues.get(key) ?? [])]),
        )
      : `(${using})`;
  const becomesRequired = former.nullable && !column.nullable;
  return becomesRequired && backfill !== undefined ? `coalesce(${value}, (${backfill}))` : value;
}

function convertedIn(
  table: TableModel,
  value: string,
  types: { readonly from: string; readonly to: string },
): string {
  return castInStrict(table, value, types) ?? converted(value, types);
}

function renamedValue(value: string, names: ReadonlyMap<string, string>): string {
  if (names.size === 0) return value;
  const cases = [...names].map(
    ([before, after]) => `WHEN ${quoteLiteral(before)} THEN ${quoteLiteral(after)}`,
  );
  return `CASE ${value} ${cases.join(' ')} ELSE ${value} END`;
}

/** Rows keep their numbers, which only SQLite uses where the key is another one. */
function rowNumberOf({ from, to }: TableSides): readonly CopiedColumn[] {
  const [name, value] = [rowNumberName(to), rowNumberName(from)];
  return name === null || value === null || rowNumberColumn(to) !== null ? [] : [{ name, value }];
}

/** A name for the number of a row that no column uses; null where rows have none, or all names are used. */
function rowNumberName({ options, columns }: TableModel): string | null {
  if (options?.includes('WITHOUT ROWID')) return null;
  return ROWID_NAMES.find((name) => !columns.some((column) => isSameSqliteName(column.name, name))) ?? null;
}

/** The column that is the number of the row: the primary key, alone and of that very type. */
function rowNumberColumn({ options, columns, primaryKey }: TableModel): string | null {
  const [key] = primaryKey?.columns ?? [];
  if (options?.includes('WITHOUT ROWID') || primaryKey?.columns.length !== 1) return null;
  return columns.find(({ name, type }) => name === key && type.toLowerCase() === 'integer')?.name ?? null;
}
