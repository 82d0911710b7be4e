import { isDeepStrictEqual } from 'node:util';
import type { DialectName } from '../../databases/registry.js';
import type { Difference } from '../../schema/change.js';
import { compareText } from '../../schema/model.js';

/**
 * A difference as the file names it: one aspect of an object that both sides have, or a whole object that one side has.
 * Both values belong to it, so another difference of the same object is another one.
 */
export interface NamedDifference {
  readonly dialect: DialectName;
  /** As `check --json` prints it: `alter-column`, `add-index`, `drop-check` and so on. */
  readonly kind: string;
  /** Empty for an enumerated type. */
  readonly table: string;
  readonly object: string;
  /** What differs, where both sides have the object. */
  readonly aspect?: string;
  /** What the entities declare: the aspect, or the whole object; null for none. */
  readonly desired: unknown;
  /** What the database has. */
  readonly live: unknown;
}

/** A difference that a person has accepted. */
export interface AcceptedDifference extends NamedDifference {
  /** Why it may stay, for the person who reads the file. */
  readonly reason: string;
}

/** A change as the file names it: one difference for each aspect. */
export function differencesOf(change: Difference, dialect: DialectName): readonly NamedDifference[] {
  const { kind, table, object } = change;
  const live = 'live' in change ? change.live : null;
  const desired = 'desired' in change ? change.desired : null;
  if (!('aspects' in change))
    return [{ dialect, kind, table, object, desired: plain(desired), live: plain(live) }];
  return change.aspects.map((aspect) => ({
    ...{ dialect, kind, table, object, aspect },
    desired: plain(fieldOf(desired, aspect)),
    live: plain(fieldOf(live, aspect)),
  }));
}

function fieldOf(model: object | null, name: string): unknown {
  return (model as Readonly<Record<string, unknown>> | null)?.[name] ?? null;
}

/** A value of the model as JSON: an expression in the spelling that is compared, an object without absent fields. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  if ('canonical' in value) return value.canonical;
  const fields = Object.entries(value).filter(([, field]) => !isAbsent(field));
  return Object.fromEntries(fields.map(([name, field]) => [name, plain(field)]));
}

function isAbsent(field: unknown): boolean {
  return field === null || (Array.isArray(field) && field.length === 0);
}

/** Whether both name the same difference, in both values. */
export function isSameDifference(a: NamedDifference, b: NamedDifference): boolean {
  return isDeepStrictEqual(identityOf(a), identityOf(b));
}

function identityOf({ desired, live, ...place }: NamedDifference): readonly unknown[] {
  return [keyOf(place), desired, live];
}

type DifferencePlace = Omit<NamedDifference, 'desired' | 'live'>;

/** Fields that texts cannot run into each other in. */
function keyOf({ dialect, table, object, kind, aspect = '' }: DifferencePlace): string {
  return [dialect, table, object, kind, aspect].join('\0');
}

/** The order of the file: by database, then by table and object, so that a merge shows what each branch has added. */
export function inOrder<D extends NamedDifference>(differences: readonly D[]): readonly D[] {
  return [...differences].sort(
    (a, b) => compareText(keyOf(a), keyOf(b)) || compareText(JSON.stringify(a), JSON.stringify(b)),
  );
}

/** `jobs.id`, as the names in a report; the name alone for an enumerated type and for a table. */
export function placeOf({ table, object }: Pick<NamedDifference, 'table' | 'object'>): string {
  return table === '' || table === object ? object : `${table}.${object}`;
}

/** An entry in words: `alter-column jobs.id (default)`. */
export function entryWords(entry: Omit<DifferencePlace, 'dialect'>): string {
  return `${entry.kind} ${placeOf(entry)}${entry.aspect === undefined ? '' : ` (${entry.aspect})`}`;
}
