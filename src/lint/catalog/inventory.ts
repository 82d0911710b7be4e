import type { Catalog, CatalogColumn, CatalogComment, CatalogIndex, CatalogTable } from './catalog.js';
import { defaultMeaning, typeMeaning } from './meaning.js';

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

/** What is known of a schema, by a key of its own. */
export type Inventory = ReadonlyMap<string, Item>;

const THERE = 'there';

/**
 * Lists schemas, so that they can be compared: of each what is not the very same in all of them. Whether a constraint is
 * validated does not count.
 */
export function inventoriesOf(...catalogs: readonly Catalog[]): readonly Inventory[] {
  return catalogs.map((catalog) => {
    const differing = <V>(map: (of: Catalog) => ReadonlyMap<string, V>) =>
      [...map(catalog)].filter(([key, value]) => catalogs.some((other) => map(other).get(key) !== value));
    return new Map([
      ...differing(({ tables }) => tables).flatMap(([name, table]) => [...tableItems(name, table)]),
      ...differing(({ indexes }) => indexes).map(indexItem),
      ...differing(({ enums }) => enums).flatMap(([name, values]) => [...enumItems(name, values)]),
      ...differing(({ objects }) => objects).map(objectItem),
      ...differing(({ comments }) => comments).flatMap(commentItems),
    ]);
  });
}

/** The last of some steps that changes the value of a key. */
export function lastChange<S extends { readonly before: Catalog; readonly after: Catalog }>(
  steps: readonly S[],
  key: string,
): S | undefined {
  return [...steps].reverse().find(({ before, after }) => {
    const [was, is] = inventoriesOf(before, after);
    return was?.get(key)?.value !== is?.get(key)?.value;
  });
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
    ['type', 'the type of', type === null ? null : typeMeaning(type)],
    ['not-null', 'NOT NULL of', notNull],
    ['default', 'the default of', value === null ? null : defaultMeaning(value, type)],
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

type Entry = readonly [string, Item];

function indexItem([name, { table }]: readonly [string, CatalogIndex]): Entry {
  const parent = table === null ? null : `table ${table}`;
  return [`index ${name}`, { words: `the index "${name}"`, value: THERE, isProperty: false, parent }];
}

function objectItem([key, { table }]: readonly [string, { readonly table: string | null }]): Entry {
  const parent = table === null ? null : `table ${table}`;
  return [key, { words: `the ${key}`, value: THERE, isProperty: false, parent }];
}

/** NULL is no comment. */
function commentItems([key, { text }]: readonly [string, CatalogComment]): readonly Entry[] {
  if (text === null) return [];
  const words = `the comment on ${key}`;
  return [[`comment ${key}`, { words, value: text, isProperty: true, parent: key }]];
}
