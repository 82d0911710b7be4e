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
    ...diffParts('enum', '', { live: live.enums, desired: desired.enums }),
    ...tables.flatMap((name) => diffTable(byName(live.tables, name), byName(desired.tables, name))),
  ];
}

/** The two sides of a comparison. */
interface Sides<T> {
  readonly live: T;
  readonly desired: T;
}

function diffTable(live: TableModel | undefined, desired: TableModel | undefined): readonly Change[] {
  if (live && desired) return diffInside({ live, desired });
  if (desired) return [{ kind: 'create-table', table: desired.name, desired }];
  return live ? [{ kind: 'drop-table', table: live.name, live }] : [];
}

function diffInside({ live, desired }: Sides<TableModel>): readonly Change[] {
  const table = desired.name;
  return [
    ...diffParts('column', table, { live: live.columns, desired: desired.columns }),
    ...diffParts('primary-key', table, {
      live: asList(live.primaryKey),
      desired: asList(desired.primaryKey),
    }),
    ...diffParts('unique', table, { live: live.uniques, desired: desired.uniques }),
    ...diffParts('index', table, { live: live.indexes, desired: desired.indexes }),
    ...diffParts('foreign-key', table, { live: live.foreignKeys, desired: desired.foreignKeys }),
    ...diffParts('check', table, { live: live.checks, desired: desired.checks }),
  ];
}

function diffParts<P extends Part>(
  part: P,
  table: string,
  sides: Sides<readonly Parts[P][]>,
): readonly Change[] {
  const keys = [...new Set([...sides.live, ...sides.desired].map((model) => keyOf(part, model)))].sort();
  return keys.flatMap((key) => {
    const find = (models: readonly Parts[P][]) => models.find((model) => keyOf(part, model) === key);
    return diffPart(part, { table, object: key }, { live: find(sides.live), desired: find(sides.desired) });
  });
}

/** The casts join a kind and its models, which come from the same P. */
function diffPart<P extends Part>(
  part: P,
  where: { readonly table: string; readonly object: string },
  { live, desired }: Sides<Parts[P] | undefined>,
): readonly Change[] {
  if (!live) return [{ kind: `add-${part}`, ...where, desired } as unknown as Change];
  if (!desired) return [{ kind: `drop-${part}`, ...where, live } as unknown as Change];
  const aspects = ASPECTS[part].filter(
    (aspect) => JSON.stringify(live[aspect]) !== JSON.stringify(desired[aspect]),
  );
  return aspects.length === 0
    ? []
    : [{ kind: `alter-${part}`, ...where, aspects, live, desired } as unknown as Change];
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
