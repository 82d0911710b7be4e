import { compareText } from '../../../schema/model.js';

/** What stands in one column of a new row: its SQL; of a default, what the table would put there by itself. */
export interface Value {
  readonly kind: 'value' | 'null' | 'default';
  readonly sql: string;
}

/** Values of columns that are chosen together, by column. */
export type Choice = ReadonlyMap<string, Value>;

/** Columns that are chosen together, and what may be chosen for them. */
export interface Group {
  readonly columns: readonly string[];
  readonly choices: readonly Choice[];
  /** Whether it is not certain that the database takes each of the choices. */
  readonly uncertain: boolean;
}

export const NULL: Value = { kind: 'null', sql: 'NULL' };

const NOTHING: Choice = new Map();

/** Every choice of one with every choice of the other, where they do not contradict each other. */
export function join(some: readonly Choice[], others: readonly Choice[]): readonly Choice[] {
  return some.flatMap((one) =>
    others.flatMap((other) => (agree(one, other) ? [new Map([...one, ...other])] : [])),
  );
}

/** Joins all of them. */
export function joinAll(lists: readonly (readonly Choice[])[]): readonly Choice[] {
  return lists.reduce(join, [NOTHING]);
}

/** At most that many, taken evenly from the whole list. */
export function thinned<T>(list: readonly T[], most: number): readonly T[] {
  if (list.length <= most) return list;
  return Array.from({ length: most }, (_, index) => list[Math.floor((index * list.length) / most)] as T);
}

/** Items that have something in common, directly or through others, stand together. */
export function connected<T>(
  items: readonly T[],
  isLinked: (one: T, other: T) => boolean,
): readonly (readonly T[])[] {
  const parts: T[][] = [];
  for (const item of items) {
    const touched = parts.filter((part) => part.some((other) => isLinked(item, other)));
    for (const part of touched) parts.splice(parts.indexOf(part), 1);
    parts.push([...touched.flat(), item]);
  }
  return parts;
}

/**
 * The choices in the order in which a row tries them. The first row has values everywhere, the first ones; the second
 * one the last ones; the third one takes the defaults; the fourth one has NULL wherever it may. So every column has
 * been seen with each, and both ends of an enumeration are used.
 */
export function orderedFor(row: number, choices: readonly Choice[]): readonly Choice[] {
  const { wish, list } = WISHES[row]?.(choices) ?? { wish: values, list: rotated(choices, row) };
  return list
    .map((choice, index) => ({ choice, index, rank: wish(choice) }))
    .sort((a, b) => b.rank - a.rank || a.index - b.index)
    .map(({ choice }) => choice);
}

type Wish = (choice: Choice) => number;

const ofKind =
  (kind: Value['kind']): Wish =>
  (choice) =>
    [...choice.values()].filter((value) => value.kind === kind).length;
const values = ofKind('value');
const defaults = ofKind('default');
const nulls = ofKind('null');

/** Values before NULL where there is no default to take. */
const WISHES: readonly ((choices: readonly Choice[]) => {
  readonly wish: Wish;
  readonly list: readonly Choice[];
})[] = [
  (choices) => ({ wish: values, list: choices }),
  (choices) => ({ wish: values, list: [...choices].reverse() }),
  (choices) => ({ wish: (choice) => defaults(choice) * 100 - nulls(choice), list: rotated(choices, 2) }),
  (choices) => ({ wish: nulls, list: rotated(choices, 3) }),
];

function rotated<T>(list: readonly T[], by: number): readonly T[] {
  const at = list.length === 0 ? 0 : by % list.length;
  return [...list.slice(at), ...list.slice(0, at)];
}

function agree(one: Choice, other: Choice): boolean {
  return [...one].every(([column, { sql }]) => (other.get(column)?.sql ?? sql) === sql);
}

/** The same on every machine: numbers by their size, all else by its text. */
export function compareLiterals(a: string, b: string): number {
  return a.length - b.length || compareText(a, b);
}
