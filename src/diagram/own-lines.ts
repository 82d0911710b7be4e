/** Lines from a box to itself: beside the box, in the place that is kept for them. */

import type { PlacedLine } from './places.js';
import { lineWords, rowMiddle, type ShownBox } from './measure.js';
import type { Line } from './picture.js';
import { FONT_SIZE, textWidth } from './text-size.js';

/** How far they reach to the right, pixels. */
const REACH = 30;
/** From one label to the next. */
const STEP = FONT_SIZE + 8;

/** How wide a place they need; 0 for none. */
export function widthBeside(lines: readonly Line[]): number {
  if (lines.length === 0) return 0;
  return REACH + 10 + Math.max(...lines.map((line) => textWidth(lineWords(line))));
}

/** @param corner the upper right corner of the box */
export function ownLines(
  shown: ShownBox,
  lines: readonly Line[],
  corner: { readonly x: number; readonly y: number },
): readonly PlacedLine[] {
  let free = corner.y;
  return lines.map((line) => {
    const ends = [line.parentColumns[0], line.childColumns[0]].map(
      (name) => corner.y + rowMiddle(shown, name),
    );
    const [from = 0, to = 0] = ends;
    const middle = Math.max((from + to) / 2, free + STEP / 2);
    free = middle + STEP / 2;
    const out = corner.x + REACH * 1.3;
    const curve = [
      { x: corner.x, y: from },
      { x: out, y: from },
      { x: out, y: to },
      { x: corner.x, y: to },
    ];
    const width = textWidth(lineWords(line));
    return { line, curve, label: width === 0 ? null : { x: corner.x + REACH + 4 + width / 2, y: middle } };
  });
}
