import { groupsOf, isLarge, type Group } from './groups.js';
import type { Box, Line, Picture, Row } from './picture.js';

/** Boxes that are laid out together. */
export interface Island {
  readonly boxes: readonly Box[];
  /** Both ends are boxes of it. */
  readonly lines: readonly Line[];
  /** Frames around some of the boxes. */
  readonly groups: readonly Group[];
}

/**
 * Divides a picture into parts without lines between them. In a large picture each group is a part: lines between groups
 * would cover it, so they become words in the rows of their columns.
 */
export function islandsOf(picture: Picture): readonly Island[] {
  const { boxes } = picture;
  const names = new Set(boxes.filter(({ kind }) => kind !== 'enum').map(({ name }) => name));
  // A key may lead to a table of another schema, which is not in the picture.
  const lines = picture.lines.filter(({ parent, child }) => names.has(parent) && names.has(child));
  const groups = groupsOf(boxes);
  const inside = isLarge(boxes) ? lines.filter(isWithin(groups)) : lines;
  const words = lines.filter((line) => !inside.includes(line));
  const shown = boxes.map((box) => withWords(box, words));
  const now = new Map(boxes.map((box, index) => [box, shown[index] ?? box]));
  const framed = groups.map((group) => ({ ...group, boxes: group.boxes.map((box) => now.get(box) ?? box) }));
  return components(shown, inside, framed);
}

/** A line without a group at either end is one within. */
function isWithin(groups: readonly Group[]): (line: Line) => boolean {
  const groupOf = new Map(groups.flatMap((group) => group.boxes.map(({ name }) => [name, group] as const)));
  return ({ parent, child }) => groupOf.get(parent) === groupOf.get(child);
}

function withWords(box: Box, lines: readonly Line[]): Box {
  const own = box.kind === 'enum' ? [] : lines.filter(({ child }) => child === box.name);
  if (own.length === 0) return box;
  const plain = own.filter(({ childColumns }) => childColumns.length === 0).map(rowOf);
  return { ...box, rows: [...box.rows.map((row) => rowWithWords(row, own)), ...plain] };
}

function rowOf({ parent }: Line): Row {
  return { name: `reads ${parent}`, detail: '', keys: [], nullable: false };
}

function rowWithWords(row: Row, lines: readonly Line[]): Row {
  const own = lines.filter(({ childColumns }) => childColumns[0] === row.name);
  if (own.length === 0) return row;
  const words = own.map(({ parent, label }) => `→ ${parent}${label === '' ? '' : `, ${label}`}`);
  return { ...row, note: words.join('; ') };
}

/** Boxes that lines or frames connect, in the order of their first boxes. */
function components(
  boxes: readonly Box[],
  lines: readonly Line[],
  groups: readonly Group[],
): readonly Island[] {
  const parts = new Parts();
  for (const { parent, child } of lines) parts.join(parent, child);
  for (const group of groups)
    for (const box of group.boxes) parts.join(group.boxes[0]?.name ?? box.name, box.name);
  const islands = new Map<string, { boxes: Box[]; lines: Line[]; groups: Group[] }>();
  for (const box of boxes) {
    const key =
      box.kind === 'enum' && !groups.some((group) => group.boxes.includes(box))
        ? `enum ${box.name}`
        : parts.of(box.name);
    const island = islands.get(key) ?? { boxes: [], lines: [], groups: [] };
    island.boxes.push(box);
    islands.set(key, island);
  }
  for (const line of lines) islands.get(parts.of(line.parent))?.lines.push(line);
  for (const group of groups) islands.get(parts.of(group.boxes[0]?.name ?? ''))?.groups.push(group);
  return [...islands.values()];
}

/** Names that belong together (union and find). */
class Parts {
  readonly #heads = new Map<string, string>();

  of(name: string): string {
    let head = name;
    for (let next = this.#heads.get(head); next !== undefined; next = this.#heads.get(head)) head = next;
    return head;
  }

  join(one: string, other: string): void {
    const [head, joined] = [this.of(one), this.of(other)];
    if (head !== joined) this.#heads.set(joined, head);
  }
}
