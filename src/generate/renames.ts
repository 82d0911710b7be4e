import { UsageError } from '../errors.js';
import type { SchemaModel, TableModel } from '../schema/model.js';
import { valuesIn } from './enum-values.js';

/** Something that is called otherwise now, as was said: `jobs.task_description` is `jobs.description`. */
export type Rename =
  | { readonly kind: 'table'; readonly from: string; readonly to: string }
  | { readonly kind: 'column'; readonly table: string; readonly from: string; readonly to: string }
  /** A value of an enumerated column. */
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

/** The schema before, and the one that the entities say, as far as names go. */
export interface RenameSides {
  readonly head: SchemaModel;
  readonly desired: SchemaModel;
}

/**
 * Reads what was said to be renamed, tables first. A column's table may be given by its old or its new name.
 *
 * @throws UsageError for words that do not name something before and its name in the entities
 */
export function parseRenames({ renames, renamedTables }: RenameWords, sides: RenameSides): readonly Rename[] {
  const tables = renamedTables.map((words) => tableRename(words, sides));
  const all = [...tables, ...renames.map((words) => partRename(words, tables, sides))];
  assertOnce(all);
  return all;
}

type TableRename = Extract<Rename, { readonly kind: 'table' }>;

function tableRename(words: string, { head, desired }: RenameSides): TableRename {
  const { from, to } = sidesOf('--rename-table', words, 'old:new');
  assertRenamed(
    { option: `--rename-table ${words}`, from, to, what: 'table', place: '' },
    { before: namesOf(head.tables), after: namesOf(desired.tables) },
  );
  return { kind: 'table', from, to };
}

function partRename(words: string, renamed: readonly TableRename[], { head, desired }: RenameSides): Rename {
  const { from: path, to } = sidesOf('--rename', words, 'table.old:new');
  const { table, rest } = tableOf(words, path, { head, renamed });
  const after = renamed.find(({ from }) => from === table.name)?.to ?? table.name;
  const columns = namesOf(table.columns);
  const option = `--rename ${words}`;
  const column = columns.find((name) => rest === name || rest.startsWith(`${name}.`));
  if (column === undefined) throw unknown(option, `column ${rest} in ${table.name}`, columns);
  const ofTable = desired.tables.find(({ name }) => name === after);
  const now = namesOf(ofTable?.columns ?? []);
  if (rest === column) {
    const said = { option, from: rest, to, what: 'column', place: ` in ${after}` };
    assertRenamed(said, { before: columns, after: now });
    return { kind: 'column', table: after, from: column, to };
  }
  const from = rest.slice(column.length + 1);
  const said = { option, from, to, what: 'value', place: ` of ${after}.${column}` };
  assertRenamed(said, { before: valuesIn(head, table, column), after: valuesIn(desired, ofTable, column) });
  return { kind: 'value', table: after, column, from, to };
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

interface SaidRename {
  readonly option: string;
  readonly from: string;
  readonly to: string;
  /** A table, a column or a value. */
  readonly what: string;
  /** ` in jobs` */
  readonly place: string;
}

/** A rename is what was there and is not in the entities any more, and what is in them and was not there. */
function assertRenamed(
  { option, from, to, what, place }: SaidRename,
  { before, after }: { readonly before: readonly string[]; readonly after: readonly string[] },
): void {
  if (!before.includes(from)) throw unknown(option, `${what} ${from}${place}`, before);
  if (before.includes(to))
    throw new UsageError(`${option}: at head there is a ${what} ${to}${place} already.`);
  if (!after.includes(to))
    throw new UsageError(
      `${option}: the entities have no ${what} ${to}${place}. ${thereIs('They have', after)}`,
    );
  if (after.includes(from))
    throw new UsageError(`${option}: the entities still have the ${what} ${from}${place}.`);
}

function unknown(option: string, what: string, known: readonly string[]): UsageError {
  return new UsageError(`${option}: at head there is no ${what}. ${thereIs('There is', known)}`);
}

function thereIs(beginning: string, known: readonly string[]): string {
  return known.length === 0 ? `${beginning} none.` : `${beginning} ${[...known].sort().join(', ')}.`;
}

function namesOf(named: readonly { readonly name: string }[]): readonly string[] {
  return named.map(({ name }) => name);
}

/** Nothing gets two names, and no name is given to two. */
function assertOnce(renames: readonly Rename[]): void {
  for (const [index, rename] of renames.entries()) {
    const others = renames.slice(0, index).filter((other) => placeOf(other) === placeOf(rename));
    const same = others.find(({ from, to }) => from === rename.from || to === rename.to);
    if (same)
      throw new UsageError(
        `${optionOf(same)} and ${optionOf(rename)}: ${same.from === rename.from ? `${rename.from} gets two names` : `two get the name ${rename.to}`}.`,
      );
  }
}

function placeOf(rename: Rename): string {
  switch (rename.kind) {
    case 'table':
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
