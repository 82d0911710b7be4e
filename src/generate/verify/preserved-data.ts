import { databaseNamed } from '../../databases/registry.js';
import type { SchemaModel, TableModel } from '../../schema/model.js';
import type { CounterChanges } from './counters.js';
import type { PreservedTable, VerificationInput } from './verification.js';
import type { TableColumns } from '../../databases/fixture-syntax.js';
import type { Rename } from '../../schema/rename.js';

/** The schema at head, the schema of the entities, and the renames. */
export interface PreservedInput {
  readonly head: SchemaModel;
  readonly desired: SchemaModel;
  readonly renames: readonly Rename[];
  /** Columns that a backfill fills, by `table.column` in the names of the entities. */
  readonly filled: ReadonlySet<string>;
}

/** The tables and columns whose rows a revision keeps: all but those that it drops, converts, computes or fills. */
export function preservedData({
  head,
  desired,
  renames,
  filled,
}: PreservedInput): VerificationInput['preserved'] {
  const after = new Map(desired.tables.map((table) => [table.name, table]));
  const goneTables = head.tables
    .filter(({ name }) => !after.has(tableNameAfter(name, renames)))
    .map(({ name }) => name);
  const tables = head.tables.flatMap((table) => {
    const renamed = after.get(tableNameAfter(table.name, renames));
    return renamed
      ? [preservedTable({ live: table, desired: renamed, goneTables }, { renames, filled })]
      : [];
  });
  const down = tables.map(({ name, columns, numbered = true }): TableColumns => ({
    name,
    columns,
    numbered,
  }));
  return { up: tables, down };
}

interface PreservedSides {
  readonly live: TableModel;
  readonly desired: TableModel;
  /** At head; `down` cannot restore references to their rows. */
  readonly goneTables: readonly string[];
}

function preservedTable(
  { live, desired, goneTables }: PreservedSides,
  { renames, filled }: Pick<PreservedInput, 'renames' | 'filled'>,
): PreservedTable {
  const dangling = live.foreignKeys
    .filter(({ table }) => goneTables.includes(table))
    .flatMap(({ columns }) => columns);
  const pairs = live.columns.flatMap((column) => {
    const name = columnNameAfter(desired.name, column.name, renames);
    const after = desired.columns.find((one) => one.name === name);
    const isKept =
      after !== undefined &&
      !after.generated &&
      !column.generated &&
      after.type === column.type &&
      !filled.has(`${desired.name}.${name}`) &&
      !dangling.includes(column.name) &&
      !hasRenamedValues(renames, desired.name, name);
    return isKept ? [{ before: column.name, after: name }] : [];
  });
  const before = rowNumberColumn(live);
  const numbered = (before && columnNameAfter(desired.name, before, renames)) === rowNumberColumn(desired);
  return {
    name: live.name,
    columns: pairs.map((pair) => pair.before),
    numbered,
    renamed: { name: desired.name, columns: pairs.map((pair) => pair.after), numbered },
  };
}

/** On SQLite, the column that is the number of the row; empty for none, null where rows have no number. */
function rowNumberColumn({ options, columns, primaryKey }: TableModel): string | null {
  if (options?.includes('WITHOUT ROWID')) return null;
  const [key, ...others] = primaryKey?.columns ?? [];
  const isNumber = columns.some(({ name, type }) => name === key && type.toLowerCase() === 'integer');
  return isNumber && others.length === 0 ? (key ?? '') : '';
}

/** The name of a table afterwards. */
export function tableNameAfter(name: string, renames: readonly Rename[]): string {
  return renames.find((rename) => rename.kind === 'table' && rename.from === name)?.to ?? name;
}

/** The name of a column afterwards, in a table by its name afterwards. */
export function columnNameAfter(table: string, name: string, renames: readonly Rename[]): string {
  const renamed = renames.find(
    (rename) => rename.kind === 'column' && rename.table === table && rename.from === name,
  );
  return renamed?.to ?? name;
}

function hasRenamedValues(renames: readonly Rename[], table: string, column: string): boolean {
  return renames.some(
    (rename) => rename.kind === 'value' && rename.table === table && rename.column === column,
  );
}

/** The counters of columns that lose their numbering, or are dropped, and the names of the others afterwards. */
export function counterChanges({ head, desired, renames }: Omit<PreservedInput, 'filled'>): CounterChanges {
  const { counterName } = databaseNamed(head.dialect).fixtures;
  const numbered = head.tables.flatMap((table) => {
    const after = desired.tables.find(({ name }) => name === tableNameAfter(table.name, renames));
    return table.columns
      .filter(({ identity }) => identity !== null)
      .map(({ name }) => {
        const later = columnNameAfter(after?.name ?? '', name, renames);
        return {
          before: counterName(table.name, name),
          after: counterName(after?.name ?? '', later),
          isKept: isNumbered(after, later),
        };
      });
  });
  return {
    released: new Set(numbered.filter(({ isKept }) => !isKept).map(({ before }) => before)),
    renamed: new Map(numbered.filter(({ isKept }) => isKept).map(({ before, after }) => [before, after])),
  };
}

function isNumbered(table: TableModel | undefined, name: string): boolean {
  return table?.columns.some((column) => column.name === name && column.identity !== null) ?? false;
}
