import type { TableEdit } from './edits.js';
import {
  columnOf,
  type Check,
  type Exclusion,
  type ForeignKey,
  type Index,
  type Table,
  type Unique,
} from './model.js';
import { withForeignKey, type Making } from './start.js';
import { newCheck, newExclusion, newIndex, newUnique } from './start-parts.js';

/** The edits of keys, indexes and constraints. */
export const PART_EDITS: Readonly<Record<string, TableEdit>> = {
  'rename-primary-key': ({ ids }, table) => ({ ...table, keyName: ids.of('pk_') }),
  'extend-primary-key': extendKey,
  'shorten-primary-key': shortenKey,
  'reverse-primary-key': (_making, table, model) =>
    table.key.length > 1 && !isReferred(table, model.tables)
      ? { ...table, key: [...table.key].reverse() }
      : undefined,
  'toggle-rowid': (_making, table) =>
    table.key.some((id) => columnOf(table, id).numbered)
      ? undefined
      : { ...table, withoutRowid: !table.withoutRowid },
  'add-unique': (making, table) => ({ ...table, uniques: [...table.uniques, newUnique(making, table)] }),
  'drop-unique': (_making, table, { tables }) =>
    without(table, 'uniques', ({ columns }) => !isPointedAt(table, columns, tables)),
  'change-unique': (making, table, { tables }) =>
    changed(table, 'uniques', (one: Unique) =>
      one.name === null || isPointedAt(table, one.columns, tables)
        ? undefined
        : { ...one, columns: newUnique(making, table).columns },
    ),
  'rename-unique': ({ ids }, table) =>
    changed(table, 'uniques', (one: Unique) => ({ ...one, name: ids.of('uq renamed ') })),
  'unique-to-index': (_making, table, { tables }) => uniqueToIndex(table, tables),
  'index-to-unique': indexToUnique,
  'add-index': (making, table) => ({ ...table, indexes: [...table.indexes, newIndex(making, table)] }),
  'drop-index': (_making, table) => without(table, 'indexes', () => true),
  'rename-index': ({ ids }, table) =>
    changed(table, 'indexes', (one: Index) => ({ ...one, name: ids.of('ix renamed ') })),
  'change-index': (making, table) =>
    changed(table, 'indexes', (one: Index) => ({
      ...newIndex(making, table),
      id: one.id,
      name: one.name ?? one.id,
    })),
  'reverse-index': (_making, table) =>
    changed(table, 'indexes', (one: Index) =>
      one.columns.length > 1 ? { ...one, columns: [...one.columns].reverse() } : undefined,
    ),
  'add-foreign-key': (making, table, { tables }) => withForeignKey(making, table, tables),
  'add-self-reference': (making, table) => withForeignKey(making, table, [table]),
  'drop-foreign-key': (_making, table) => without(table, 'foreignKeys', () => true),
  'change-foreign-key': (_making, table) =>
    changed(table, 'foreignKeys', (one: ForeignKey) => ({
      ...one,
      onDelete: one.onDelete === 'CASCADE' ? 'SET NULL' : 'CASCADE',
    })),
  'add-check': (making, table) => ({ ...table, checks: [...table.checks, newCheck(making, table)] }),
  'drop-check': (_making, table) => without(table, 'checks', () => true),
  'rename-check': ({ ids }, table) =>
    changed(table, 'checks', (one: Check) => ({ ...one, name: ids.of('ck renamed ') })),
  'change-check': (making, table) =>
    changed(table, 'checks', (one: Check) => ({ ...newCheck(making, table), id: one.id, name: one.name })),
  'add-exclusion': (making, table) => ({
    ...table,
    exclusions: [...table.exclusions, newExclusion(making, table)],
  }),
  'drop-exclusion': (_making, table) => without(table, 'exclusions', () => true),
  'change-exclusion': (making, table) =>
    changed(table, 'exclusions', (one: Exclusion) => ({
      ...one,
      condition: { ...newExclusion(making, table).condition, variant: 1 + making.picker.below(2) },
    })),
};

/** TypeORM gives indexes of the same columns, in any order, one name: the later ones have a name of their own. */
export function withIndexesApart(table: Table): Table {
  const columnsOf = ({ columns }: Index) => [...columns].sort().join();
  const unnamed = table.indexes.filter(({ name }) => name === null);
  const isLater = (index: Index) =>
    unnamed
      .slice(0, unnamed.indexOf(index) + 1)
      .some((one) => one !== index && columnsOf(one) === columnsOf(index));
  return {
    ...table,
    indexes: table.indexes.map((index) =>
      index.name === null && isLater(index) ? { ...index, name: index.id } : index,
    ),
  };
}

type Lists = Pick<Table, 'uniques' | 'indexes' | 'foreignKeys' | 'checks' | 'exclusions'>;
type Item<L extends keyof Lists> = Lists[L][number];

function without<L extends keyof Lists>(
  table: Table,
  list: L,
  mayGo: (item: Item<L>) => boolean,
): Table | undefined {
  const items = table[list] as readonly Item<L>[];
  const gone = items.find(mayGo);
  return gone && { ...table, [list]: items.filter((one) => one !== gone) };
}

/** The first of a list that can be changed, changed. */
function changed<L extends keyof Lists>(
  table: Table,
  list: L,
  change: (item: Item<L>) => Item<L> | undefined,
): Table | undefined {
  const items = table[list] as readonly Item<L>[];
  for (const item of items) {
    const after = change(item);
    if (after) return { ...table, [list]: items.map((one) => (one === item ? after : one)) };
  }
  return undefined;
}

function isReferred(table: Table, tables: readonly Table[]): boolean {
  return isPointedAt(table, table.key, tables);
}

function isPointedAt({ id }: Table, columns: readonly string[], tables: readonly Table[]): boolean {
  const keys = tables.flatMap(({ foreignKeys }) => foreignKeys).filter(({ target }) => target === id);
  return keys.some(({ references }) => [...references].sort().join() === [...columns].sort().join());
}

/** A column without NULL joins the key. A number that SQLite counts up is a key alone. */
function extendKey(
  _making: Making,
  table: Table,
  { tables }: { readonly tables: readonly Table[] },
): Table | undefined {
  const joins = table.columns.find(
    ({ id, nullable, kind, computed }) =>
      !nullable &&
      computed === null &&
      ['integer', 'varchar', 'smallint'].includes(kind) &&
      !table.key.includes(id),
  );
  const isNumbered = table.key.some((id) => columnOf(table, id).numbered);
  if (!joins || isNumbered || isReferred(table, tables)) return undefined;
  return { ...table, key: [...table.key, joins.id] };
}

function shortenKey(
  { ids }: Making,
  table: Table,
  { tables }: { readonly tables: readonly Table[] },
): Table | undefined {
  const [first, ...others] = table.key;
  if (first === undefined || others.length === 0 || isReferred(table, tables)) return undefined;
  const required = table.columns.map((column) =>
    others.includes(column.id) ? { ...column, nullable: false } : column,
  );
  return { ...table, key: [first], keyName: ids.of('pk_'), columns: required };
}

function uniqueToIndex(table: Table, tables: readonly Table[]): Table | undefined {
  const unique = table.uniques.find(({ columns }) => !isPointedAt(table, columns, tables));
  if (!unique) return undefined;
  const index = { ...unique, unique: true, where: null };
  return {
    ...table,
    uniques: table.uniques.filter((one) => one !== unique),
    indexes: [...table.indexes, index],
  };
}

function indexToUnique(_making: Making, table: Table): Table | undefined {
  const index = table.indexes.find(({ unique, where }) => unique && where === null);
  if (!index) return undefined;
  const { id, name, columns } = index;
  return {
    ...table,
    indexes: table.indexes.filter((one) => one !== index),
    uniques: [...table.uniques, { id, name, columns }],
  };
}
