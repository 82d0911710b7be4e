import { SIGNS, type Box, type Line, type Row } from './picture.js';
import { visible } from '../text/visible.js';
import { shortened, shortType, textWidth } from './text-size.js';

/** Heights of the parts of a box, pixels. */
export const HEADER = 26;
export const NOTE = 18;
export const ROW = 18;
/** Beside the texts of a box, and between those of a row. */
export const PADDING = 8;
const GAP = 14;

/** How many letters of a text are shown; its title has all. */
const NAME_LETTERS = 44;
const DETAIL_LETTERS = 60;
/** An enum may have hundreds of values. */
const ROWS_SHOWN = 120;

/** A row as it is drawn. */
export interface ShownRow {
  readonly row: Row;
  readonly keys: string;
  readonly name: string;
  readonly detail: string;
}

/** A box with its texts, cut to what is shown, and its size in pixels. */
export interface ShownBox {
  readonly box: Box;
  readonly title: string;
  readonly note: string;
  readonly rows: readonly ShownRow[];
  /** How many rows are left out. */
  readonly more: number;
  readonly width: number;
  readonly height: number;
  /** From the left side. */
  readonly nameAt: number;
  /** The place to the right of the box for lines that lead back to it, pixels. */
  readonly beside: number;
}

/** Cuts the texts of a box, and measures it. */
export function measured(box: Box, beside: number): ShownBox {
  const rows = box.rows.slice(0, ROWS_SHOWN).map(shownRow);
  const more = box.rows.length - rows.length;
  const [title, note] = [titleOf(box), shortened(visible(box.note), DETAIL_LETTERS)];
  const widest = (texts: readonly string[]) => Math.max(0, ...texts.map(textWidth));
  const keys = widest(rows.map((row) => row.keys));
  const nameAt = PADDING + (keys > 0 ? keys + PADDING : 0);
  const columns = nameAt + widest(rows.map(({ name }) => name)) + detailWidth(rows) + PADDING;
  // A title is bold, and some fonts are wider then.
  const words = widest([title, note, moreWords(more)]) * 1.05 + PADDING * 2;
  const width = Math.ceil(Math.max(columns, words));
  const own = (rows.length + (more > 0 ? 1 : 0)) * ROW + (rows.length > 0 ? 6 : 0);
  const height = headHeight({ note }) + own;
  return { box, title, note, rows, more, width, height, nameAt, beside };
}

/** How high the part of a box with its name is. */
export function headHeight({ note }: Pick<ShownBox, 'note'>): number {
  return HEADER + (note === '' ? 0 : NOTE);
}

function detailWidth(rows: readonly ShownRow[]): number {
  const width = Math.max(0, ...rows.map(({ detail }) => textWidth(detail)));
  return width === 0 ? 0 : width + GAP;
}

/** What stands for rows that are left out. */
export function moreWords(more: number): string {
  return more > 0 ? `… and ${more} more` : '';
}

function titleOf({ kind, name, mark }: Box): string {
  const words = kind === 'table' || kind === 'partitioned table' ? '' : ` (${kind})`;
  return `${mark ? `${SIGNS[mark]} ` : ''}${shortened(visible(name), NAME_LETTERS)}${words}`;
}

function shownRow(row: Row): ShownRow {
  const { keys, name, nullable, note, mark } = row;
  const type = shortType(row.detail);
  return {
    row,
    keys: keys.join(' '),
    name: `${mark ? `${SIGNS[mark]} ` : ''}${shortened(visible(name), NAME_LETTERS)}`,
    detail: shortened(
      visible(`${type}${nullable && type !== '' ? '?' : ''}${note === undefined ? '' : ` ${note}`}`.trim()),
      DETAIL_LETTERS,
    ),
  };
}

/** What is written beside a line. */
export function lineWords({ label, mark }: Line): string {
  return [...(mark ? [SIGNS[mark]] : []), ...(label === '' ? [] : [label])].join(' ');
}

/** From the top of a box to the middle of its row of that name; to the middle of the header without one. */
export function rowMiddle(shown: ShownBox, name: string | undefined): number {
  const at = shown.rows.findIndex(({ row }) => row.name === name);
  return at < 0 ? HEADER / 2 : headHeight(shown) + 3 + at * ROW + ROW / 2;
}
