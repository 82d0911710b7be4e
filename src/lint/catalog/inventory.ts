import { typeText } from '../sql/column.js';
import type { Catalog, CatalogColumn, CatalogTable } from './catalog.js';

/** One thing that a schema has, or one property of it. */
export interface Item {
  /** In words: `the column "note" of "jobs"`. */
  readonly words: string;
  /** For what is there or is not, always the same. */
  readonly value: string;
  /** Whether it is a property, which may be unknown where the thing itself is known. */
  readonly isProperty: boolean;
  /** The key of what it belongs to and is gone with; null for nothing. */
  readonly parent: string | null;
}

/** Everything that is known of a schema, by a key of its own. */
export type Inventory = ReadonlyMap<string, Item>;

const THERE = 'there';

/** Lists a schema, so that two of them can be compared. Whether a constraint is validated does not count. */
export function inventoryOf(catalog: Catalog): Inventory {
  const items = new Map<string, Item>();
  for (const [name, table] of catalog.tables)
    for (const [key, item] of tableItems(name, table)) items.set(key, item);
  for (const [name, { table }] of catalog.indexes)
    items.set(`index ${name}`, {
      words: `the index "${name}"`,
      value: THERE,
      isProperty: false,
      parent: table === null ? null : `table ${table}`,
    });
  for (const [name, values] of catalog.enums)
    for (const [key, item] of enumItems(name, values)) items.set(key, item);
  for (const [key, { table }] of catalog.objects)
    items.set(key, {
      words: `the ${key}`,
      value: THERE,
      isProperty: false,
      parent: table === null ? null : `table ${table}`,
    });
  for (const [key, { table, text }] of catalog.comments)
    items.set(`comment ${key}`, {
      words: `the comment on ${key}`,
      value: text ?? '',
      isProperty: true,
      parent: key.startsWith('table ') ? `table ${table}` : key,
    });
  return items;
}

/** Keys whose values differ, sorted; what belongs to something that comes or goes itself is left out. */
export function differencesOf(before: Inventory, after: Inventory): readonly string[] {
  const keys = new Set([...before.keys(), ...after.keys()]);
  const differ = [...keys].filter((key) => before.get(key)?.value !== after.get(key)?.value);
  const changed = new Set(differ);
  const parentOf = (key: string) => (before.get(key) ?? after.get(key))?.parent ?? null;
  return differ
    .filter((key) => {
      for (let parent = parentOf(key); parent !== null; parent = parentOf(parent))
        if (changed.has(parent)) return false;
      return true;
    })
    .sort();
}

function* tableItems(name: string, table: CatalogTable): Generator<readonly [string, Item]> {
  const parent = `table ${name}`;
  yield [parent, { words: `the table "${name}"`, value: THERE, isProperty: false, parent: null }];
  for (const [column, known] of table.columns) yield* columnItems(name, column, known);
  for (const constraint of table.constraints.keys())
    yield [
      `constraint ${name}.${constraint}`,
      { words: `the constraint "${constraint}" of "${name}"`, value: THERE, isProperty: false, parent },
    ];
}

function* columnItems(
  table: string,
  column: string,
  { type, notNull, default: value, identity }: CatalogColumn,
): Generator<readonly [string, Item]> {
  const key = `column ${table}.${column}`;
  const words = `"${column}" of "${table}"`;
  yield [key, { words: `the column ${words}`, value: THERE, isProperty: false, parent: `table ${table}` }];
  const properties = [
    ['type', 'the type of', type === null ? null : typeText(type)],
    ['not-null', 'NOT NULL of', notNull],
    ['default', 'the default of', value],
    ['identity', 'the identity of', identity],
  ] as const;
  for (const [property, what, known] of properties)
    if (known !== null)
      yield [
        `${property} ${table}.${column}`,
        { words: `${what} ${words}`, value: String(known), isProperty: true, parent: key },
      ];
}

function* enumItems(name: string, values: ReadonlySet<string>): Generator<readonly [string, Item]> {
  const key = `enum ${name}`;
  yield [key, { words: `the type "${name}"`, value: THERE, isProperty: false, parent: null }];
  for (const value of values)
    yield [
      `value ${name}.${value}`,
      { words: `the value '${value}' of "${name}"`, value: THERE, isProperty: false, parent: key },
    ];
}
