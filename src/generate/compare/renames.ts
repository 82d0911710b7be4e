import { UsageError } from '../../errors/base.js';
import type { SchemaModel, TableModel } from '../../schema/model.js';
import { RENAME_ORDER, type Rename } from '../../schema/rename.js';
import { valuesIn } from './enum-values.js';

/** The values of `--rename` and `--rename-table`. */
interface RenameWords {
  /** `table.old:new`, or `table.column.old:new` for a value. */
  readonly renames: readonly string[];
  /** `old:new`. */
  readonly renamedTables: readonly string[];
}

/** The schema before, and the schema of the entities, as far as names are concerned. */
interface RenameSides {
  readonly head: SchemaModel;
  readonly desired: SchemaModel;
}

/**
 * Reads the confirmed renames, tables first. A column's table may be given by its old or its new name.
 *
 * @throws UsageError for a value that does not name an object before and its name in the entities
 */
export function parseRenames({ renames, renamedTables }: RenameWords, sides: RenameSides): readonly Rename[] {
  const tables = renamedTables.map((words) => ({
    option: `--rename-table ${words}`,
    rename: tableRename(words),
  }));
  const renamed = tables.map(({ rename }) => rename);
  for (const confirmed of tables) assertRenamed(confirmed, renamed, sides);
  const parts = renames.map((words) => ({
    option: `--rename ${words}`,
    rename: partRename(words, renamed, sides),
  }));
  const named = [...tables, ...withColumnsAfter(parts)];
  const confirmed = named.map((one) => ({ ...one, rename: joining(one.rename, named, sides) }));
  const all = confirmed.map(({ rename }) => rename);
  assertOnce(all);
  for (const one of confirmed) assertRenamed(one, all, sides);
  return [...all].sort((one, other) => RENAME_ORDER.indexOf(one.kind) - RENAME_ORDER.indexOf(other.kind));
}

/** A rename, and the option that confirms it. */
interface ConfirmedRename {
  readonly option: string;
  readonly rename: Rename;
}

/** A value that goes may join one that stays. */
function joining(rename: Rename, named: readonly ConfirmedRename[], sides: RenameSides): Rename {
  if (rename.kind !== 'value') return rename;
  const all = named.map((one) => one.rename);
  const { before, after } = namesAround(rename, all, sides);
  const isRenamed = all.some((one) => placeOf(one) === placeOf(rename) && one.from === rename.to);
  const joins = before.includes(rename.to) && after.includes(rename.to) && !isRenamed;
  return joins ? { ...rename, joins } : rename;
}

/** A value belongs to a column by the new name of the column. */
function withColumnsAfter(
  parts: readonly { readonly option: string; readonly rename: PartRename }[],
): readonly ConfirmedRename[] {
  const columns = parts.map(({ rename }) => rename).filter((rename) => rename.kind === 'column');
  return parts.map(({ option, rename }) => ({
    option,
    rename: rename.kind === 'value' ? { ...rename, column: columnAfter(rename, columns) } : rename,
  }));
}

type ColumnRename = Extract<Rename, { readonly kind: 'column' }>;
type PartRename = Extract<Rename, { readonly kind: 'column' | 'value' }>;

function columnAfter(
  { table, column }: { table: string; column: string },
  columns: readonly ColumnRename[],
): string {
  return columns.find((one) => one.table === table && one.from === column)?.to ?? column;
}

type TableRename = Extract<Rename, { readonly kind: 'table' }>;

function tableRename(words: string): TableRename {
  return { kind: 'table', ...sidesOf('--rename-table', words, 'old:new') };
}

function partRename(words: string, renamed: readonly TableRename[], { head }: RenameSides): PartRename {
  const { from: path, to } = sidesOf('--rename', words, 'table.old:new');
  const { table, rest } = tableOf(words, path, { head, renamed });
  const after = renamed.find(({ from }) => from === table.name)?.to ?? table.name;
  const columns = namesOf(table.columns);
  const column = columns.includes(rest)
    ? rest
    : columns.filter((name) => rest.startsWith(`${name}.`)).sort((a, b) => b.length - a.length)[0];
  if (column === undefined) throw unknown(`--rename ${words}`, `column ${rest} in ${table.name}`, columns);
  if (rest === column) return { kind: 'column', table: after, from: column, to };
  return { kind: 'value', table: after, column, from: rest.slice(column.length + 1), to };
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
  if (from === '' || to === '') throw new UsageError(`${option} ${words}: the form is ${form}.`);
  return { from, to };
}

/**
 * A rename leads to a name that did not exist before; but two objects may exchange their names, and a new table or
 * column may get the former name. A type has each of its values once.
 */
function assertRenamed(
  { option, rename }: ConfirmedRename,
  all: readonly Rename[],
  sides: RenameSides,
): void {
  const { from, to } = rename;
  const what = wordsOf(rename);
  const { before, after } = namesAround(rename, all, sides);
  const beside = all.filter((other) => placeOf(other) === placeOf(rename));
  if (!before.includes(from)) throw unknown(option, what(from), before);
  const joins = rename.kind === 'value' && rename.joins;
  if (before.includes(to) && !joins && !beside.some((other) => other.from === to))
    throw new UsageError(`${option}: the schema at head already has a ${what(to)}.`);
  if (!after.includes(to))
    throw new UsageError(`${option}: the entities declare no ${what(to)}. ${thereIs('They declare', after)}`);
  if (rename.kind === 'value' && after.includes(from) && !beside.some((other) => other.to === from))
    throw new UsageError(
      `${option}: the entities still declare the ${what(from)}. Leave this option out: the new value is added beside it.`,
    );
}

/** `column depth in jobs` */
function wordsOf(rename: Rename): (name: string) => string {
  switch (rename.kind) {
    case 'table':
    case 'type':
      return (name) => `${rename.kind} ${name}`;
    case 'column':
      return (name) => `column ${name} in ${rename.table}`;
    case 'value':
      return (name) => `value ${name} of ${rename.table}.${rename.column}`;
  }
}

interface Names {
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** The names of the kind before, and in the entities. */
function namesAround(rename: Rename, all: readonly Rename[], { head, desired }: RenameSides): Names {
  if (rename.kind === 'table') return { before: namesOf(head.tables), after: namesOf(desired.tables) };
  if (rename.kind === 'type') return { before: namesOf(head.enums), after: namesOf(desired.enums) };
  const former = all.find(({ kind, to }) => kind === 'table' && to === rename.table)?.from ?? rename.table;
  const before = head.tables.find(({ name }) => name === former);
  const after = desired.tables.find(({ name }) => name === rename.table);
  if (rename.kind === 'column')
    return { before: namesOf(before?.columns ?? []), after: namesOf(after?.columns ?? []) };
  const column = all.find(
    (one) => one.kind === 'column' && one.table === rename.table && one.to === rename.column,
  );
  return {
    before: valuesIn(head, before, column?.from ?? rename.column),
    after: valuesIn(desired, after, rename.column),
  };
}

function unknown(option: string, what: string, known: readonly string[]): UsageError {
  return new UsageError(`${option}: the schema at head has no ${what}. ${thereIs('It has', known)}`);
}

function thereIs(beginning: string, known: readonly string[]): string {
  return known.length === 0 ? `${beginning} none.` : `${beginning} ${[...known].sort().join(', ')}.`;
}

function namesOf(named: readonly { readonly name: string }[]): readonly string[] {
  return named.map(({ name }) => name);
}

/** No object gets two names, and no two objects get the same name. */
function assertOnce(renames: readonly Rename[]): void {
  for (const [index, rename] of renames.entries()) {
    const others = renames.slice(0, index).filter((other) => placeOf(other) === placeOf(rename));
    const joins = rename.kind === 'value' && rename.joins;
    const same = others.find(({ from, to }) => from === rename.from || (to === rename.to && !joins));
    if (same)
      throw new UsageError(
        `${optionOf(same)} and ${optionOf(rename)}: ${same.from === rename.from ? `${rename.from} has two new names` : `${rename.to} is the new name of both`}. Pass only one.`,
      );
  }
}

function placeOf(rename: Rename): string {
  switch (rename.kind) {
    case 'table':
    case 'type':
      return '';
    case 'column':
      return `${rename.table}.`;
    case 'value':
      return `${rename.table}.${rename.column}.`;
  }
}

function optionOf(rename: Rename): string {
  return `--rename${rename.kind === 'table' ? '-table' : ''} ${placeOf(rename)}${rename.from}:${rename.to}`;
}

/** The new values of each enumerated column with a value that is renamed, or that joins another one, by `table.column`. */
export function renamedValuesOf(
  renames: readonly Rename[],
  isJoining = false,
): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const columns = new Map<string, Map<string, string>>();
  for (const rename of renames) {
    if (rename.kind !== 'value' || (rename.joins ?? false) !== isJoining) continue;
    const key = `${rename.table}.${rename.column}`;
    columns.set(key, (columns.get(key) ?? new Map<string, string>()).set(rename.from, rename.to));
  }
  return columns;
}
