/** Finds objects of a schema that would have one name where the database allows it once. */

import { elementType } from './element-type.js';
import type { Change } from './change.js';
import type { EnumModel, Part, SchemaModel, TableModel, ViewModel } from './model.js';
import { newSequences, type NumberSequence } from './number-sequences.js';
import { show } from './show.js';

/** Two objects with the same name. */
export interface Namesakes {
  /** Of the second one, as the database has it. */
  readonly name: string;
  readonly first: Namesake;
  readonly second: Namesake;
  /** Why there may not be two of them. */
  readonly shared: 'indexes' | 'relations' | 'types' | 'constraints' | 'sequences';
  /** Whether their names differ in upper and lower case. */
  readonly differInCase: boolean;
}

/** One of them, in words: `table` and `item`, or `check of` and `item with expression "n" > 0`. */
export interface Namesake {
  readonly kind: string;
  readonly words: string;
}

/** What a database makes of names. */
interface NameRules {
  /** Whether the index of a key, or of an exclusion constraint, has its name. */
  readonly keysAreIndexes: boolean;
  /** Names with one key are one name. */
  readonly nameKey: (name: string) => string;
}

interface Named extends Namesake {
  readonly part: Part | 'table' | 'sequence';
  readonly name: string;
  /** Within what the name is the only one: a schema, or a table. */
  readonly within: string;
  /** Names of its table and of itself in a change. */
  readonly table: string;
  readonly object: string;
}

/**
 * The first two objects with one name of which a change would create one; undefined for none.
 *
 * @param sequences which are in the database
 */
export function namesakesIn(
  schema: SchemaModel,
  changes: readonly Change[],
  { sequences, ...rules }: NameRules & { readonly sequences: readonly NumberSequence[] },
): Namesakes | undefined {
  const tables = schema.tables.map(tableOf);
  const views = (schema.views ?? []).map(viewOf);
  const indexes = [...schema.tables.flatMap(indexesOf), ...(schema.views ?? []).flatMap(viewIndexesOf)];
  const keys = rules.keysAreIndexes ? schema.tables.flatMap(keysOf) : [];
  const enums = schema.enums.map((type) => enumOf(type, schema.tables));
  // An index may be there before the column: then its sequence gets another name.
  const coming = rules.keysAreIndexes ? newSequences(changes) : [];
  const constraints = rules.keysAreIndexes ? schema.tables.flatMap(constraintsOf) : [];
  const pairIn = (shared: Namesakes['shared'], all: readonly Named[]) =>
    firstPair(all, changes, { shared, nameKey: rules.nameKey });
  const relations = [...tables, ...views, ...indexes, ...keys];
  return (
    pairIn('indexes', [...indexes, ...keys]) ??
    pairIn('relations', relations) ??
    pairIn('sequences', sequences.length === 0 ? [] : [...sequences.map(sequenceOf), ...relations]) ??
    pairIn('sequences', [...coming.map(sequenceOf), ...tables, ...views]) ??
    pairIn('types', enums.length === 0 ? [] : [...tables, ...views, ...enums]) ??
    pairIn('constraints', constraints)
  );
}

function firstPair(
  all: readonly Named[],
  changes: readonly Change[],
  { shared, nameKey }: Pick<Namesakes, 'shared'> & Pick<NameRules, 'nameKey'>,
): Namesakes | undefined {
  const known = new Map<string, Named>();
  for (const second of all) {
    const key = `${second.within}\0${nameKey(second.name)}`;
    const first = known.get(key);
    if (first && changes.some((change) => isMadeBy(first, change) || isMadeBy(second, change)))
      return { name: second.name, first, second, shared, differInCase: first.name !== second.name };
    known.set(key, first ?? second);
  }
  return undefined;
}

function isMadeBy({ part, table, object }: Named, change: Change): boolean {
  if (change.kind === 'create-table' && change.table === table) return true;
  return 'desired' in change && change.kind.endsWith(`-${part}`) && change.table === table
    ? change.object === object
    : false;
}

function tableOf({ name }: TableModel): Named {
  return { ...placed(name), part: 'table', kind: 'table', words: name, table: name, object: name };
}

function viewOf({ name }: ViewModel): Named {
  return { ...placed(name), part: 'view', kind: 'view', words: name, table: '', object: name };
}

/** No change counts as making one: of two new objects, the other one can have another name. */
function sequenceOf({ name, column }: NumberSequence): Named {
  const words = column ?? name;
  return { ...placed(name), part: 'sequence', kind: 'sequence of', words, table: '', object: name };
}

function enumOf({ name }: EnumModel, tables: readonly TableModel[]): Named {
  const isOf = ({ type }: { readonly type: string }) => elementType(type) === `enum ${name}`;
  const [place = name] = tables.flatMap((table) =>
    table.columns.filter(isOf).map((column) => `${table.name}.${column.name}`),
  );
  return { ...placed(name), part: 'enum', kind: 'enumerated type of', words: place, table: '', object: name };
}

function indexesOf(table: TableModel): readonly Named[] {
  const within = placed(table.name).within;
  return table.indexes.flatMap((one) => partOf(table, { part: 'index', kind: 'index of', within, one }));
}

function viewIndexesOf({ name, indexes }: ViewModel): readonly Named[] {
  const { within } = placed(name);
  return indexes
    .flatMap((one) => partOf({ name }, { part: 'view', kind: 'index of', within, one }))
    .map((index) => ({ ...index, table: '', object: name }));
}

/** Constraints with an index. A database makes one key of those that repeat each other. */
function keysOf(table: TableModel): readonly Named[] {
  const { within } = placed(table.name);
  const of = (part: 'primary-key' | 'unique' | 'exclusion', kind: string, parts: readonly Nameable[]) =>
    parts.flatMap((one) => partOf(table, { part, kind, within, one }));
  const keys = [
    ...of('primary-key', 'primary key of', table.primaryKey ? [table.primaryKey] : []),
    ...of('unique', 'unique constraint of', table.uniques),
  ];
  const once = new Map(keys.map((key) => [`${key.name}\0${key.words}`, key]));
  return [...once.values(), ...of('exclusion', 'exclusion constraint of', table.exclusions)];
}

function constraintsOf(table: TableModel): readonly Named[] {
  const within = table.name;
  const of = (part: 'check' | 'foreign-key', kind: string, parts: readonly Nameable[]) =>
    parts.flatMap((one) => partOf(table, { part, kind, within, one }));
  return [
    ...keysOf(table).map((key) => ({ ...key, within })),
    ...of('check', 'check of', table.checks),
    ...of('foreign-key', 'foreign key of', table.foreignKeys),
  ];
}

interface Nameable {
  readonly name: string | null;
}

function partOf(
  { name: table }: { readonly name: string },
  { one, ...place }: Pick<Named, 'part' | 'kind' | 'within'> & { readonly one: Nameable },
): readonly Named[] {
  const { name } = one;
  return name === null ? [] : [{ ...place, name, words: `${table} with ${show(one)}`, table, object: name }];
}

/** A name without its schema, and that schema. */
function placed(path: string): Pick<Named, 'name' | 'within'> {
  const end = path.indexOf('.') + 1;
  return { name: path.slice(end), within: path.slice(0, end) };
}
