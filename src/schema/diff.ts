import type { AlterChange, Change } from './change.js';
import { compareText, type Part, type Parts, type SchemaModel, type TableModel } from './model.js';

/** What of each kind of object is compared, besides its name. */
const ASPECTS: { readonly [P in Part]: readonly (keyof Parts[P] & string)[] } = {
  column: ['type', 'nullable', 'default', 'identity', 'generated', 'storage', 'collation', 'comment'],
  'primary-key': ['columns', 'include', 'deferrable'],
  unique: ['columns', 'include', 'deferrable', 'nulls'],
  index: ['keys', 'include', 'unique', 'nulls', 'method', 'where', 'valid'],
  'foreign-key': [
    'columns',
    'table',
    'references',
    'onDelete',
    'onUpdate',
    'match',
    'deferrable',
    'validated',
  ],
  check: ['expression', 'validated'],
  exclusion: ['method', 'elements', 'where', 'deferrable'],
  enum: ['values'],
};

const TABLE_ASPECTS = ['persistence', 'comment'] as const;

/** The two sides of a comparison. */
interface Sides<T> {
  readonly live: T;
  readonly desired: T;
}

/** One object on both sides, or on one. */
interface Pair<T> {
  readonly live: T | undefined;
  readonly desired: T | undefined;
}

/**
 * What would make live equal desired. Both are normalised before, so comparing is dumb. The order is fixed: enums,
 * then table by table; within a table the table itself, columns, primary key, uniques, indexes, foreign keys, checks,
 * exclusions, each by name.
 */
export function diff(live: SchemaModel, desired: SchemaModel): readonly Change[] {
  return [
    ...diffParts('enum', '', { live: live.enums, desired: desired.enums }),
    ...pairByName({ live: live.tables, desired: desired.tables }).flatMap(diffTable),
  ];
}

function diffTable({ live, desired }: Pair<TableModel>): readonly Change[] {
  if (live && desired) return [...diffTableItself({ live, desired }), ...diffInside({ live, desired })];
  if (desired) return [{ kind: 'create-table', table: desired.name, object: desired.name, desired }];
  return live ? [{ kind: 'drop-table', table: live.name, object: live.name, live }] : [];
}

function diffTableItself({ live, desired }: Sides<TableModel>): readonly Change[] {
  const aspects = TABLE_ASPECTS.filter((aspect) => live[aspect] !== desired[aspect]);
  const { name } = desired;
  return aspects.length === 0
    ? []
    : [{ kind: 'alter-table', table: name, object: name, aspects, live, desired }];
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
    ...diffParts('exclusion', table, { live: live.exclusions, desired: desired.exclusions }),
  ];
}

function diffParts<P extends Part>(
  part: P,
  table: string,
  sides: Sides<readonly Parts[P][]>,
): readonly Change[] {
  if (sides.live.length === 0 && sides.desired.length === 0) return [];
  return pairParts(part, sides).flatMap((pair) => diffPair(part, table, pair));
}

/** The casts join a kind and its models, which come from the same P. */
function diffPair<P extends Part>(
  part: P,
  table: string,
  { live, desired }: Pair<Parts[P]>,
): readonly Change[] {
  const object = nameOf(part, (desired ?? live) as Parts[P]);
  if (!live) return [{ kind: `add-${part}`, table, object, desired } as unknown as Change];
  if (!desired) return [{ kind: `drop-${part}`, table, object, live } as unknown as Change];
  const aspects = [...(nameDiffers(live, desired) ? ['name'] : []), ...differing(part, live, desired)];
  if (aspects.length === 0) return [];
  return [
    {
      kind: `alter-${part}`,
      table,
      object,
      aspects,
      live,
      desired,
    } as unknown as AlterChange<Part> as Change,
  ];
}

/**
 * Pairs by name; of those left over, pairs what means the same under another name, so that a renamed constraint is one
 * change and not two. A primary key has no rival in its table.
 */
function pairParts<P extends Part>(part: P, sides: Sides<readonly Parts[P][]>): readonly Pair<Parts[P]>[] {
  if (part === 'primary-key') return [{ live: sides.live[0], desired: sides.desired[0] }];
  const pairs = pairByName(sides);
  if (part === 'column' || part === 'enum') return pairs;
  const lonely = pairs.filter((pair) => !pair.desired).map((pair) => pair.live as Parts[P]);
  return joinByMeaning(part, pairs, lonely);
}

function joinByMeaning<P extends Part>(
  part: P,
  pairs: readonly Pair<Parts[P]>[],
  lonely: readonly Parts[P][],
): readonly Pair<Parts[P]>[] {
  const left = new Set(lonely);
  const joined = pairs.flatMap((pair) => {
    if (!pair.desired) return [];
    if (pair.live) return [pair];
    const { desired } = pair;
    const twin = [...left].find((live) => differing(part, live, desired).length === 0);
    if (twin) left.delete(twin);
    return [{ live: twin, desired }];
  });
  return [...joined, ...[...left].map((live) => ({ live, desired: undefined }))];
}

function differing<P extends Part>(part: P, live: Parts[P], desired: Parts[P]): readonly string[] {
  return ASPECTS[part].filter((aspect) => fingerprint(live[aspect]) !== fingerprint(desired[aspect]));
}

/** How an expression is written does not count, what it means does. */
function fingerprint(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  return JSON.stringify(value, (key, field: unknown) =>
    key === 'sql' || key === 'refused' ? undefined : field,
  );
}

/** A database that keeps no name (of a primary key on SQLite, for example) cannot have another one. */
function nameDiffers(
  live: { readonly name: string | null },
  desired: { readonly name: string | null },
): boolean {
  return live.name !== desired.name && live.name !== null && desired.name !== null;
}

function nameOf<P extends Part>(part: P, model: Parts[P]): string {
  if (model.name !== null) return model.name;
  if ('expression' in model) return model.expression.sql;
  return part === 'primary-key'
    ? 'primary key'
    : `(${(model as { readonly columns: readonly string[] }).columns.join(', ')})`;
}

/** Each name once, in order; what has no name stands alone. */
function pairByName<T extends { readonly name: string | null }>({
  live,
  desired,
}: Sides<readonly T[]>): readonly Pair<T>[] {
  const livesByName = new Map(
    live.filter((model) => model.name !== null).map((model) => [model.name, model]),
  );
  const desiredNames = new Set(desired.map((model) => model.name));
  const pairs: Pair<T>[] = desired.map((model) => ({
    live: model.name === null ? undefined : livesByName.get(model.name),
    desired: model,
  }));
  const others = live.filter((model) => model.name === null || !desiredNames.has(model.name));
  const all = [...pairs, ...others.map((model) => ({ live: model, desired: undefined }))];
  return all.sort((a, b) =>
    compareText((a.desired ?? a.live)?.name ?? '', (b.desired ?? b.live)?.name ?? ''),
  );
}

function asList<T>(value: T | null): readonly T[] {
  return value === null ? [] : [value];
}
