import type { Group } from './groups.js';
import type { ShownBox } from './measure.js';
import type { Line } from './picture.js';

/** A place in a picture, pixels from its upper left corner. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Upper left corner and size. */
export interface Area extends Point {
  readonly width: number;
  readonly height: number;
}

/** The points of a Bézier curve: the first, then three for each piece; and the middle of its words. */
export interface PlacedLine {
  readonly line: Line;
  readonly curve: readonly Point[];
  readonly label: Point | null;
}

/** Where everything stands. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly { readonly shown: ShownBox; readonly area: Area }[];
  readonly groups: readonly { readonly group: Group; readonly area: Area }[];
  readonly lines: readonly PlacedLine[];
}
