import type { Change } from './change.js';
import type { Part, Parts, SchemaModel, TableModel } from './model.js';

/** What of each kind of object is compared. Both sides are normalised before, so equal means the same text. */
const ASPECTS: { readonly [P in Part]: readonly (keyof Parts[P] & string)[] } = {
  column: ['type', 'nullable', 'default', 'generated'],
  'primary-key': ['columns'],
  unique: ['columns'],
  index: ['columns', 'unique', 'where'],
  'foreign-key': ['columns', 'table', 'references', 'onDelete', 'onUpdate'],
  check: ['expression'],
  enum: ['values'],
};

/**
 * What would make live equal desired, in a fixed order: enums, then table by table; within a table columns, keys,
 * indexes, foreign keys, checks, each by name.
 */
export function diff(live: SchemaModel, desired: SchemaModel): readonly Change[] {
  const tables = unionOfNames(live.tables, desired.tables);
  return [
    ...diffParts('enum', '', live.enums, desired.enums),
    ...tables.flatMap((name) => diffTable(byName(live.tables, name), byName(desired.tables, name))),
  ];
}

function diffTable(live: TableModel | undefined, desired: TableModel | undefined): readonly Change[] {
  if (live && desired) return diffInside(live, desired);
  if (desired) return [{ kind: 'create-table', table: desired.name, desired }];
  return live ? [{ kind: 'drop-table', table: live.name, live }] : [];
}

function diffInside(live: TableModel, desired: TableModel): readonly Change[] {
  const table = desired.name;
  return [
    ...diffParts('column', table, live.columns, desired.columns),
    ...diffParts('primary-key', table, asList(live.primaryKey), asList(desired.primaryKey)),
    ...diffParts('unique', table, live.uniques, desired.uniques),
    ...diffParts('index', table, live.indexes, desired.indexes),
    ...diffParts('foreign-key', table, live.foreignKeys, desired.foreignKeys),
    ...diffParts('check', table, live.checks, desired.checks),
  ];
}

function diffParts<P extends Part>(part: P, table: string, live: readonly Parts[P][], desired: readonly Parts[P][]): readonly Change[] {
  const keys = [...new Set([...live, ...desired].map((model) => keyOf(part, model)))].sort();
  return keys.flatMap((key) => {
    const find = (models: readonly Parts[P][]) => models.find((model) => keyOf(part, model) === key);
    return diffPart(part, table, find(live), find(desired));
  });
}

/** The cast joins a kind and its models, which come from the same P. */
function diffPart<P extends Part>(part: P, table: string, live: Parts[P] | undefined, desired: Parts[P] | undefined): readonly Change[] {
  if (live && desired) {
    const aspects = ASPECTS[part].filter((aspect) => JSON.stringify(live[aspect]) !== JSON.stringify(desired[aspect]));
    if (aspects.length === 0) return [];
    return [{ kind: `alter-${part}`, table, object: keyOf(part, desired), aspects, live, desired } as unknown as Change];
  }
  const object = keyOf(part, (live ?? desired) as Parts[P]);
  if (live) return [{ kind: `drop-${part}`, table, object, live } as unknown as Change];
  return [{ kind: `add-${part}`, table, object, desired } as unknown as Change];
}

/** A table has one primary key; what has no name is known by what it holds. */
function keyOf<P extends Part>(part: P, model: Parts[P]): string {
  if (part === 'primary-key') return 'primary key';
  if (model.name !== null) return model.name;
  return 'expression' in model ? model.expression : JSON.stringify(model);
}

function asList<T>(value: T | null): readonly T[] {
  return value === null ? [] : [value];
}

function byName<T extends { readonly name: string }>(models: readonly T[], name: string): T | undefined {
  return models.find((model) => model.name === name);
}

function unionOfNames(a: readonly TableModel[], b: readonly TableModel[]): readonly string[] {
  return [...new Set([...a, ...b].map((table) => table.name))].sort();
}
