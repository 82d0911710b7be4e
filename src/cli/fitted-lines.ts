/** Lines with aligned columns that fit on a terminal. */

import { visible } from '../text/visible.js';

/** A part of a line. If the line is too long, words are cut at their end, names in the middle, and facts never. */
export interface Cell {
  readonly text: string;
  readonly as: 'fact' | 'name' | 'words';
}

const INDENT = '  ';
const GAP = '  ';
const CUT = '…';
/** Characters that are left at least. Words that would get fewer are left out. */
const LEAST = { name: 14, words: 12 } as const;

/** The cells of one column, as wide as the widest. */
interface Column {
  readonly as: Cell['as'];
  readonly texts: readonly string[];
  readonly width: number;
}

/**
 * The rows as indented lines. Every row has the same kinds of cells; a column without text is left out.
 *
 * @param columns of the terminal, in characters; undefined for no limit
 */
export function fittedLines(
  rows: readonly (readonly Cell[])[],
  columns: number | undefined,
): readonly string[] {
  const all = (rows[0] ?? []).map(({ as }, column): Column => {
    const texts = rows.map((row) => visible(row[column]?.text ?? ''));
    return { as, texts, width: Math.max(...texts.map(lengthOf)) };
  });
  const fitted = fit(all.filter(hasText), columns ?? Infinity);
  return rows.map((_row, index) => lineOf(fitted, index));
}

function fit(all: readonly Column[], room: number): readonly Column[] {
  const shorter = narrowed(all, 'words', room).filter(hasText);
  return narrowed(shorter, 'name', room);
}

function narrowed(all: readonly Column[], as: 'name' | 'words', room: number): readonly Column[] {
  const over = INDENT.length + all.reduce((sum, { width }) => sum + width + GAP.length, -GAP.length) - room;
  if (over <= 0) return all;
  return all.map((column) => (column.as === as ? narrower(column, column.width - over) : column));
}

function narrower({ as, texts, width }: Column, wanted: number): Column {
  if (as === 'words' && wanted < LEAST.words) return { as, texts, width: 0 };
  const most = Math.min(width, Math.max(wanted, LEAST.name));
  return { as, texts: texts.map((text) => cut(text, as === 'words' ? wanted : most, as)), width: most };
}

function cut(text: string, most: number, as: Cell['as']): string {
  const characters = Array.from(text);
  if (characters.length <= most) return text;
  const end = as === 'name' ? Math.floor((most - 1) / 2) : 0;
  const begin = characters.slice(0, most - 1 - end).join('');
  return `${begin}${CUT}${end === 0 ? '' : characters.slice(-end).join('')}`;
}

function lineOf(columns: readonly Column[], row: number): string {
  const cells = columns.map(({ texts, width }) => {
    const text = texts[row] ?? '';
    return text + ' '.repeat(Math.max(0, width - lengthOf(text)));
  });
  return `${INDENT}${cells.join(GAP)}`.trimEnd();
}

function hasText({ width }: Column): boolean {
  return width > 0;
}

function lengthOf(text: string): number {
  return Array.from(text).length;
}
