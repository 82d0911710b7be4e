import type { ColumnModel, EnumModel } from '../../schema/model.js';
import { constraintNames } from './constraints.js';
import { indexPath, objectKey, type Facet, type KnownSchema, type KnownTable } from './known-schema.js';
import { defaultMeaning, typeMeaning } from './meaning.js';
import { typeFactOf } from './types.js';

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
 * Lists schemas, so that they can be compared: of each what is not the very same in all of them. Whether a constraint
 * is validated does not count.
 */
export function inventoriesOf(...schemas: readonly KnownSchema[]): readonly Inventory[] {
  const tables = schemas.map((schema) => new Map(schema.model.tables.map((table) => [table.name, table])));
  const isSame = (name: string) =>
    schemas.every(
      ({ notes }, at) =>
        tables[at]?.get(name) === tables[0]?.get(name) && notes.get(name) === schemas[0]?.notes.get(name),
    );
  const [first] = schemas;
  const areSame = (of: (schema: KnownSchema) => unknown) =>
    first !== undefined && schemas.every((schema) => of(schema) === of(first));
  const [isStray, areObjects] = [!areSame((one) => one.strayIndexes), !areSame((one) => one.objects)];
  const enums = schemas.map((schema) => new Set(schema.model.enums));
  const isOwn = (one: EnumModel) => !enums.every((all) => all.has(one));
  return schemas.map(
    ({ model, notes, strayIndexes, objects }) =>
      new Map([
        ...model.tables.flatMap((table) => {
          const note = notes.get(table.name);
          // The indexes of a materialized view are made again by statements that a block builds: nothing is known of them.
          const isView = objects.has(objectKey('materialized view', table.name, null));
          return note === undefined || isView || isSame(table.name) ? [] : [...tableItems({ table, note })];
        }),
        ...[...(isStray ? strayIndexes : [])].map((name) => indexItem(name, null)),
        ...model.enums.filter(isOwn).flatMap((one) => [...enumItems(one)]),
        ...[...(areObjects ? objects : [])].map(objectItem),
      ]),
  );
}

/** The last of some steps that changes the value of a key. */
export function lastChange<S extends { readonly before: KnownSchema; readonly after: KnownSchema }>(
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

type Entry = readonly [string, Item];

function* tableItems(known: KnownTable): Generator<Entry> {
  const { table } = known;
  const { name } = table;
  const parent = `table ${name}`;
  yield [parent, { words: `the table "${name}"`, value: THERE, isProperty: false, parent: null }];
  yield* commentItems(parent, table.comment);
  for (const column of table.columns) yield* columnItems(known, column);
  for (const constraint of constraintNames(known))
    yield [
      `constraint ${name}.${constraint}`,
      { words: `the constraint "${constraint}" of "${name}"`, value: THERE, isProperty: false, parent },
    ];
  for (const index of table.indexes) yield indexItem(indexPath(table, index), parent);
}

function* columnItems({ table, note }: KnownTable, column: ColumnModel): Generator<Entry> {
  const path = `${table.name}.${column.name}`;
  const key = `column ${path}`;
  const words = `"${column.name}" of "${table.name}"`;
  yield [
    key,
    { words: `the column ${words}`, value: THERE, isProperty: false, parent: `table ${table.name}` },
  ];
  yield* commentItems(key, column.comment);
  const isUnknown = (facet: Facet) => note.unknown.get(column.name)?.has(facet) === true;
  const type = isUnknown('type') ? null : typeFactOf(column.type);
  const properties = [
    ['type', 'the type of', type && typeMeaning(type), 'type'],
    ['not-null', 'NOT NULL of', !column.nullable, 'nullable'],
    ['default', 'the default of', defaultMeaning(column, type), 'default'],
    [
      'identity',
      'the identity of',
      column.identity === 'always' || column.identity === 'by default',
      'identity',
    ],
  ] as const;
  for (const [property, what, value, facet] of properties)
    if (!isUnknown(facet))
      yield [
        `${property} ${path}`,
        { words: `${what} ${words}`, value: String(value), isProperty: true, parent: key },
      ];
}

function* enumItems({ name, values }: EnumModel): Generator<Entry> {
  const key = `enum ${name}`;
  yield [key, { words: `the type "${name}"`, value: THERE, isProperty: false, parent: null }];
  for (const value of values)
    yield [
      `value ${name}.${value}`,
      { words: `the value '${value}' of "${name}"`, value: THERE, isProperty: false, parent: key },
    ];
}

function indexItem(name: string, parent: string | null): Entry {
  return [`index ${name}`, { words: `the index "${name}"`, value: THERE, isProperty: false, parent }];
}

function objectItem([key, { table }]: readonly [string, { readonly table: string | null }]): Entry {
  const parent = table === null ? null : `table ${table}`;
  return [key, { words: `the ${key}`, value: THERE, isProperty: false, parent }];
}

/** NULL is no comment. */
function commentItems(key: string, text: string | null): readonly Entry[] {
  if (text === null) return [];
  const words = `the comment on ${key}`;
  return [[`comment ${key}`, { words, value: text, isProperty: true, parent: key }]];
}
