import { objectOf, type AlterChange, type Change } from './change.js';
import { haveSameConflicts } from './conflict-clauses.js';
import { isSamePartition } from './partition.js';
import { compareText, type Part, type Parts, type SchemaModel, type TableModel } from './model.js';

/** The compared aspects of each kind of object, besides its name. */
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
    'enforced',
    'setColumns',
  ],
  check: ['expression', 'validated', 'enforced', 'inherited'],
  exclusion: ['method', 'elements', 'where', 'deferrable'],
  enum: ['values'],
  view: ['text', 'materialized', 'indexes'],
};

const TABLE_ASPECTS = ['persistence', 'comment', 'options'] as const;
const PARTITION = 'partition';
const CONFLICTS = 'conflicts';

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
 * The changes that make live equal desired. Both are already normalised, so comparing is dumb. The order is fixed:
 * enums, then table by table; within a table the table itself, columns, primary key, uniques, indexes, foreign keys,
 * checks, exclusions, each by name; views last.
 */
export function diff(live: SchemaModel, desired: SchemaModel): readonly Change[] {
  return [
    ...diffParts('enum', '', { live: live.enums, desired: desired.enums }),
    ...pairTables({ live: live.tables, desired: desired.tables }).flatMap(diffTable),
    ...diffParts('view', '', { live: live.views ?? [], desired: desired.views ?? [] }),
  ];
}

/** Whether two schemas are equal in every part, which takes less than to find the differences. */
export function isSameSchema(live: SchemaModel, desired: SchemaModel): boolean {
  return isSame(live, desired);
}

function diffTable({ live, desired }: Pair<TableModel>): readonly Change[] {
  if (live && desired) return [...diffTableItself({ live, desired }), ...diffInside({ live, desired })];
  if (desired) return [{ kind: 'create-table', table: desired.name, object: desired.name, desired }];
  return live ? [{ kind: 'drop-table', table: live.name, object: live.name, live }] : [];
}

function diffTableItself({ live, desired }: Sides<TableModel>): readonly Change[] {
  const aspects = [
    ...TABLE_ASPECTS.filter((aspect) => live[aspect] !== desired[aspect]),
    ...(isSamePartition(live.partition, desired.partition) ? [] : [PARTITION]),
    ...(haveSameConflicts(live, desired) ? [] : [CONFLICTS]),
  ];
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
  if (areAlike(part, sides)) return [];
  return pairParts(part, sides).flatMap((pair) => diffPair(part, table, pair));
}

/** The casts join a kind and its models, which belong to the same P. */
function diffPair<P extends Part>(
  part: P,
  table: string,
  { live, desired }: Pair<Parts[P]>,
): readonly Change[] {
  const object = objectOf(part, (desired ?? live) as Parts[P]);
  if (!live) return [{ kind: `add-${part}`, table, object, desired } as unknown as Change];
  if (!desired) return [{ kind: `drop-${part}`, table, object, live } as unknown as Change];
  const aspects = [...(nameDiffers(part, live, desired) ? ['name'] : []), ...differing(part, live, desired)];
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

/** Whether two parts, one of either side, belong together. */
type Belongs<T> = (live: T, desired: T) => boolean;

/**
 * Pairs parts with the same name and meaning, then with the same name, then with the same meaning, then parts without a
 * name of the same columns, so that a renamed or changed constraint is one change and not two. Each round takes both
 * sides in their order, so the pairs do not depend on which side is which. A table has only one primary key; a column
 * is known by its name alone.
 */
function pairParts<P extends Part>(part: P, sides: Sides<readonly Parts[P][]>): readonly Pair<Parts[P]>[] {
  if (part === 'primary-key') return [{ live: sides.live[0], desired: sides.desired[0] }];
  const sameName: Belongs<Parts[P]> = (live, desired) => live.name === desired.name;
  const sameMeaning: Belongs<Parts[P]> = (live, desired) => meansSame(part, live, desired);
  const both: Belongs<Parts[P]> = (live, desired) => sameName(live, desired) && sameMeaning(live, desired);
  const named: Belongs<Parts[P]> = (live, desired) => live.name !== null && sameName(live, desired);
  const rounds =
    part === 'column' || part === 'enum' || part === 'view'
      ? [named]
      : [both, named, sameMeaning, sameSubject];
  return inOrder(pairInRounds(sides, rounds));
}

/** Of two that have no name: foreign keys of the same columns, checks that mention the same columns. */
function sameSubject(live: Parts[Part], desired: Parts[Part]): boolean {
  const subject = subjectOf(live);
  return subject !== '' && subject === subjectOf(desired);
}

function subjectOf(model: Parts[Part]): string {
  if (model.name !== null) return '';
  if ('references' in model) return model.columns.join('\0');
  if (!('expression' in model)) return '';
  const withoutTexts = model.expression.canonical.replace(/'(?:[^']|'')*'/g, '');
  return [...new Set(withoutTexts.match(/"(?:[^"]|"")+"/g))].sort().join();
}

function pairInRounds<T>(sides: Sides<readonly T[]>, rounds: readonly Belongs<T>[]): readonly Pair<T>[] {
  const live = [...sides.live];
  let desired = sides.desired;
  const pairs: Pair<T>[] = [];
  for (const belongs of rounds) {
    desired = desired.filter((one) => {
      const at = live.findIndex((other) => belongs(other, one));
      if (at >= 0) pairs.push({ live: live.splice(at, 1)[0], desired: one });
      return at < 0;
    });
  }
  const added = desired.map((one) => ({ live: undefined, desired: one }));
  return [...pairs, ...added, ...live.map((one) => ({ live: one, desired: undefined }))];
}

/** Whether one side equals the other one, part by part: it nearly always does, and then no pairs are needed. */
function areAlike<P extends Part>(part: P, { live, desired }: Sides<readonly Parts[P][]>): boolean {
  if (live.length !== desired.length) return false;
  for (const [index, one] of live.entries()) {
    const other = desired[index];
    if (!other || nameDiffers(part, one, other) || !meansSame(part, one, other)) return false;
  }
  return true;
}

/** Whether two parts are equal besides their names. */
export function meansSame<P extends Part>(part: P, live: Parts[P], desired: Parts[P]): boolean {
  for (const aspect of ASPECTS[part]) if (!isSame(live[aspect], desired[aspect])) return false;
  return true;
}

function differing<P extends Part>(part: P, live: Parts[P], desired: Parts[P]): readonly string[] {
  return ASPECTS[part].filter((aspect) => !isSame(live[aspect], desired[aspect]));
}

/** Equal in every part; the meaning of an expression counts, its spelling does not. */
function isSame(live: unknown, desired: unknown): boolean {
  if (live === desired) return true;
  if (!isObject(live) || !isObject(desired)) return false;
  if ('canonical' in live && 'canonical' in desired) return live['canonical'] === desired['canonical'];
  const names = Object.keys(live);
  return (
    names.length === Object.keys(desired).length && names.every((name) => isSame(live[name], desired[name]))
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** A database that keeps no name of a primary key (SQLite) cannot have another one. */
function nameDiffers<P extends Part>(part: P, live: Parts[P], desired: Parts[P]): boolean {
  if (part === 'primary-key' && (live.name === null || desired.name === null)) return false;
  return live.name !== desired.name;
}

function pairTables({ live, desired }: Sides<readonly TableModel[]>): readonly Pair<TableModel>[] {
  const liveByName = new Map(live.map((table) => [table.name, table]));
  const desiredNames = new Set(desired.map((table) => table.name));
  const pairs = desired.map((table) => ({ live: liveByName.get(table.name), desired: table }));
  const others = live.filter((table) => !desiredNames.has(table.name));
  return inOrder([...pairs, ...others.map((table) => ({ live: table, desired: undefined }))]);
}

function inOrder<T extends { readonly name: string | null }>(pairs: readonly Pair<T>[]): readonly Pair<T>[] {
  const nameOf = ({ live, desired }: Pair<T>) => (desired ?? live)?.name ?? '';
  return pairs.length < 2 ? pairs : [...pairs].sort((a, b) => compareText(nameOf(a), nameOf(b)));
}

function asList<T>(value: T | null): readonly T[] {
  return value === null ? [] : [value];
}
