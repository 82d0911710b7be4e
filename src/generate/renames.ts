import { UsageError } from '../errors.js';
import type { SchemaModel, TableModel } from '../schema/model.js';

/** Something that is called otherwise now, as was said: `jobs.task_description` is `jobs.description`. */
export type Rename =
  | { readonly kind: 'table'; readonly from: string; readonly to: string }
  | { readonly kind: 'column'; readonly table: string; readonly from: string; readonly to: string }
  /** An enumerated type; nobody says that, it follows from the name of its column. */
  | { readonly kind: 'type'; readonly from: string; readonly to: string }
  /** A value of an enumerated column, by the name that the column has afterwards. */
  | {
      readonly kind: 'value';
      readonly table: string;
      readonly column: string;
      readonly from: string;
      readonly to: string;
    };

/** What `--rename` and `--rename-table` were given. */
export interface RenameWords {
  /** `table.old:new`, or `table.column.old:new` for a value. */
  readonly renames: readonly string[];
  /** `old:new`. */
  readonly renamedTables: readonly string[];
}

/**
 * Reads what was said to be renamed, tables first. A column's table may be given by its old or its new name.
 *
 * @param head the schema before, as far as names go
 * @throws UsageError for words that do not name something there
 */
export function parseRenames({ renames, renamedTables }: RenameWords, head: SchemaModel): readonly Rename[] {
  const gone = renamedTables.map((words) => words.slice(0, Math.max(words.lastIndexOf(':'), 0)));
  const tables = renamedTables.map((words) => tableRename(words, head, gone));
  const parts = renames.map((words) => partRename(words, head, tables));
  const columns = parts.filter((one) => one.kind === 'column');
  assertFree(columns, head, tables);
  const values = parts.filter((one) => one.kind === 'value');
  return [...tables, ...columns, ...values.map((one) => ({ ...one, column: columnAfter(one, columns) }))];
}

type ColumnRename = Extract<Rename, { readonly kind: 'column' }>;
type PartRename = Extract<Rename, { readonly kind: 'column' | 'value' }>;

function columnAfter(
  { table, column }: { table: string; column: string },
  columns: readonly ColumnRename[],
): string {
  return columns.find((one) => one.table === table && one.from === column)?.to ?? column;
}

/** A name may be that of a column which is called otherwise from now on, too. */
function assertFree(
  renames: readonly ColumnRename[],
  head: SchemaModel,
  tables: readonly TableRename[],
): void {
  for (const { table, from, to } of renames) {
    const before = tables.find((one) => one.to === table)?.from ?? table;
    const columns = head.tables.find(({ name }) => name === before)?.columns ?? [];
    const isLeft = renames.some((other) => other.table === table && other.from === to);
    if (columns.some(({ name }) => name === to) && !isLeft)
      throw new UsageError(
        `--rename ${before}.${from}:${to}: ${before} has a column ${to} already, before anything is renamed.`,
      );
  }
}

type TableRename = Extract<Rename, { readonly kind: 'table' }>;

function tableRename(words: string, { tables }: SchemaModel, gone: readonly string[]): TableRename {
  const { from, to } = sidesOf('--rename-table', words, 'old:new');
  const names = tables.map(({ name }) => name);
  if (!names.includes(from)) throw unknown(`--rename-table ${words}`, `table ${from}`, names);
  if (names.includes(to) && !gone.includes(to))
    throw new UsageError(
      `--rename-table ${words}: there is a table ${to} already, before anything is renamed.`,
    );
  return { kind: 'table', from, to };
}

function partRename(words: string, head: SchemaModel, renamed: readonly TableRename[]): PartRename {
  const { from: path, to } = sidesOf('--rename', words, 'table.old:new');
  const { table, rest } = tableOf(words, path, { head, renamed });
  const after = renamed.find(({ from }) => from === table.name)?.to ?? table.name;
  const columns = table.columns.map(({ name }) => name);
  const column = columns.includes(rest)
    ? rest
    : columns.filter((name) => rest.startsWith(`${name}.`)).sort((a, b) => b.length - a.length)[0];
  if (column === undefined) throw unknown(`--rename ${words}`, `column ${rest} in ${table.name}`, columns);
  if (rest !== column)
    return { kind: 'value', table: after, column, from: rest.slice(column.length + 1), to };
  return { kind: 'column', table: after, from: column, to };
}

/** The longest name of a table that the words begin with: names may have a schema before them. */
function tableOf(
  words: string,
  path: string,
  { head, renamed }: { readonly head: SchemaModel; readonly renamed: readonly TableRename[] },
): { readonly table: TableModel; readonly rest: string } {
  const byName = new Map(head.tables.map((table) => [table.name, table]));
  for (const { from, to } of renamed) {
    const table = byName.get(from);
    if (table) byName.set(to, table);
  }
  const [name = ''] = [...byName.keys()]
    .filter((candidate) => path.startsWith(`${candidate}.`))
    .sort((a, b) => b.length - a.length);
  const table = byName.get(name);
  if (!table) throw unknown(`--rename ${words}`, `table in ${path}`, [...byName.keys()]);
  return { table, rest: path.slice(name.length + 1) };
}

function sidesOf(
  option: string,
  words: string,
  form: string,
): { readonly from: string; readonly to: string } {
  const [, from = '', to = ''] = /^(.+):([^:]+)$/.exec(words) ?? [];
  if (from === '' || to === '') throw new UsageError(`${option} ${words}: it is written ${form}.`);
  return { from, to };
}

function unknown(option: string, what: string, known: readonly string[]): UsageError {
  return new UsageError(`${option}: at head there is no ${what}. There is ${[...known].sort().join(', ')}.`);
}

/** The new values of each enumerated column that the renames speak of, by `table.column`. */
export function renamedValuesOf(
  renames: readonly Rename[],
): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const columns = new Map<string, Map<string, string>>();
  for (const rename of renames.filter((one) => one.kind === 'value')) {
    const key = `${rename.table}.${rename.column}`;
    columns.set(key, (columns.get(key) ?? new Map<string, string>()).set(rename.from, rename.to));
  }
  return columns;
}

/**
 * The renames one by one, such that no name is taken when it is given: a chain from its end, and a circle by way of a
 * name that is nobody's.
 */
export function renameSteps(renames: readonly Rename[]): readonly Rename[] {
  const left = [...renames];
  const steps: Rename[] = [];
  while (left.length > 0) {
    const at = left.findIndex(
      ({ kind }, index) => !left.some((one) => one.kind === kind && takes(left[index], one)),
    );
    const [next] = left.splice(Math.max(at, 0), 1);
    if (!next) break;
    if (at >= 0) steps.push(next);
    else {
      const between = `${next.from}_renamed`;
      steps.push({ ...next, to: between });
      left.push({ ...next, from: between });
    }
  }
  return [...steps].sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
}

/** What is inside a table is known by what the table is called afterwards. */
const ORDER: readonly Rename['kind'][] = ['table', 'type', 'column', 'value'];

function takes(rename: Rename | undefined, other: Rename): boolean {
  const scope = (one: Rename) =>
    JSON.stringify([one.kind, 'table' in one && one.table, 'column' in one && one.column]);
  return (
    rename !== undefined && rename !== other && rename.to === other.from && scope(rename) === scope(other)
  );
}
