import { compareText } from '../schema/model.js';
import { isTable, type Box } from './picture.js';

/** From how many tables on a picture has groups by the first word of names. */
const MANY = 30;
/** A group of fewer tables says nothing. */
const LEAST = 3;

/** Whether a picture is too large for lines between its groups. */
export function isLarge(boxes: readonly Box[]): boolean {
  return boxes.filter(isTable).length >= MANY;
}

/** The boxes of one frame, and its title. */
export interface Group {
  readonly name: string;
  readonly boxes: readonly Box[];
}

/**
 * Groups tables by their schemas, where there are several; and the tables of a large schema by the first words of their
 * names. Boxes of no group are left out.
 */
export function groupsOf(boxes: readonly Box[]): readonly Group[] {
  const bySchema = partsBy(boxes, ({ name }) => (name.includes('.') ? name.slice(0, name.indexOf('.')) : ''));
  const schemas = [...bySchema].filter(([name]) => name !== '').map(([name, own]) => ({ name, boxes: own }));
  const plain = bySchema.get('') ?? [];
  if (!isLarge(plain)) return inOrder(schemas);
  const words = [...partsBy(plain.filter(isTable), ({ name }) => firstWord(name))];
  const groups = words.filter(([name, own]) => name !== '' && own.length >= LEAST);
  return inOrder([...schemas, ...groups.map(([name, own]) => ({ name: `${name}_…`, boxes: own }))]);
}

function firstWord(name: string): string {
  return /^[^\s_-]+(?=[_-])/.exec(name)?.[0] ?? '';
}

function partsBy(boxes: readonly Box[], keyOf: (box: Box) => string): ReadonlyMap<string, readonly Box[]> {
  const parts = new Map<string, Box[]>();
  for (const box of boxes) parts.set(keyOf(box), [...(parts.get(keyOf(box)) ?? []), box]);
  return parts;
}

function inOrder(groups: readonly Group[]): readonly Group[] {
  return [...groups].sort((a, b) => compareText(a.name, b.name));
}
