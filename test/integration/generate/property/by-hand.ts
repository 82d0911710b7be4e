import type { DialectName } from '../../../../src/databases/registry.js';
import { quoteIdentifier } from '../../../../src/sql/quote.js';
import { byHandOnPostgres } from './by-hand-postgres.js';
import { byHandOnSqlite } from './by-hand-sqlite.js';
import { Picker, type Column, type Model, type Table } from './model.js';

/** Names of a table and of one of its columns, quoted, in one of the two models. */
export interface Names {
  readonly table: string;
  readonly column: string;
  /** The columns of the key that the first model has. */
  readonly key: string;
  /** The first of the values that an enumerated column has in both models. */
  readonly value: string;
}

/** What an object made by hand is made on: a table and a column that both models have. */
export interface Ground {
  readonly before: Table;
  readonly after: Table;
  readonly column: Column;
  readonly columnAfter: Column;
  /** Whether a view of the first model reads it. */
  readonly isShown: boolean;
}

/** Something that entities cannot declare, made by hand. */
export interface ByHand {
  readonly what: string;
  /** Makes it on the first model. */
  readonly make: readonly string[];
  /** The table that is created in another way for it. */
  readonly remake?: { readonly table: string; readonly change: (sql: string) => string };
  /** Makes it again on the second one: what its text must be there. Empty where the text names nothing. */
  readonly again: readonly string[];
  /** Reads its text in `text`, on either model. */
  readonly before: string;
  readonly after: string;
}

/** What is made by hand in a pair. */
export type AllByHand = Readonly<Record<DialectName, readonly ByHand[]>>;

/** A way to make something, or undefined where the ground does not allow it. */
export type Maker = (name: string, ground: Ground, picker: Picker) => ByHand | undefined;

/** Draws some for each table that stays. */
export function byHandIn(
  seed: number,
  { before, after }: { readonly before: Model; readonly after: Model },
): AllByHand {
  return {
    postgres: drawn(new Picker(seed ^ 0x5eed), grounds(before, after), byHandOnPostgres),
    sqlite: drawn(new Picker(seed ^ 0xfeed), grounds(before, after), byHandOnSqlite),
  };
}

function drawn(
  picker: Picker,
  all: readonly (readonly Ground[])[],
  makers: readonly Maker[],
): readonly ByHand[] {
  let number = 0;
  return all.flatMap((grounds) =>
    makers.flatMap((maker) => {
      const ground = picker.of(grounds);
      if (!ground || !picker.chance(30)) return [];
      return maker(`by_hand_${(number += 1)}`, ground, picker) ?? [];
    }),
  );
}

/** The columns of each table that stay, by table. */
function grounds(before: Model, after: Model): readonly (readonly Ground[])[] {
  return before.tables.map((table) => {
    const later = after.tables.find(({ id }) => id === table.id);
    if (!later) return [];
    return table.columns.flatMap((column) => {
      const columnAfter = later.columns.find(({ id }) => id === column.id);
      return columnAfter
        ? [{ before: table, after: later, column, columnAfter, isShown: isShown(column, before) }]
        : [];
    });
  });
}

function isShown({ id }: Column, { views }: Model): boolean {
  return views.some(
    ({ columns, where }) => where?.column === id || columns.some(({ shows }) => shows === id),
  );
}

/** The names of a ground before and after. */
export function namesOf({ before, after, column, columnAfter }: Ground): readonly [Names, Names] {
  const shared = column.values.find(({ id }) => columnAfter.values.some((one) => one.id === id));
  const names = (table: Table, one: Column): Names => ({
    table: quoteIdentifier(table.name),
    column: quoteIdentifier(one.name),
    key: keyIn(before, table).join(', '),
    value: one.values.find(({ id }) => id === shared?.id)?.name ?? '',
  });
  return [names(before, column), names(after, columnAfter)];
}

/** An object by hand stays on the columns that it was made on, whatever becomes of the key. */
function keyIn({ key }: Table, { columns }: Table): readonly string[] {
  return key.flatMap((id) => columns.filter((one) => one.id === id)).map(({ name }) => quoteIdentifier(name));
}

/** Whether each column of the first model's key is still there. */
export function isKeyThere({ before, after }: Ground): boolean {
  return keyIn(before, after).length === before.key.length;
}

/** Whether the column has one type in both models. */
export function isOfOneType({ column, columnAfter }: Ground): boolean {
  const same = (['kind', 'size', 'scale', 'computed'] as const).every(
    (field) => column[field] === columnAfter[field],
  );
  return same && column.values.length === columnAfter.values.length;
}

/** A literal of SQL. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
