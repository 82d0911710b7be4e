/** How wide a text is in the font of a diagram, in which all letters are equally wide. */

/** Size of the letters, pixels. */
export const FONT_SIZE = 12;
/** Families with letters that are 0.6 of their size wide. */
export const FONT_FAMILY = "ui-monospace, 'DejaVu Sans Mono', 'Liberation Mono', Menlo, Consolas, monospace";

/** A little more than the widest of the families needs. */
const CELL = FONT_SIZE * 0.61;
/** Of a letter in a font that has to stand in: Han, Hangul, emoji. */
const WIDE = FONT_SIZE * 1.4;
const WIDE_LETTERS =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Extended_Pictographic}\uff00-\uffef]/u;

/** Pixels. */
export function textWidth(text: string): number {
  return Array.from(text).reduce((sum, letter) => sum + (letter > '\u02ff' ? otherWidth(letter) : CELL), 0);
}

/** What no font has may be shown as a box with its number. */
function otherWidth(letter: string): number {
  return WIDE_LETTERS.test(letter) ? WIDE : FONT_SIZE;
}

/** A text cut in its middle, so that both of its ends are seen. */
export function shortened(text: string, letters: number): string {
  const all = Array.from(text);
  if (all.length <= letters) return text;
  const end = Math.floor((letters - 1) / 2);
  return `${all.slice(0, letters - 1 - end).join('')}…${all.slice(all.length - end).join('')}`;
}

const SHORT_TYPES: readonly (readonly [RegExp, string])[] = [
  [/^timestamp(\(\d\))? with time zone/, 'timestamptz$1'],
  [/^timestamp(\(\d\))? without time zone/, 'timestamp$1'],
  [/^time(\(\d\))? with time zone/, 'timetz$1'],
  [/^time(\(\d\))? without time zone/, 'time$1'],
  [/^character varying/, 'varchar'],
  [/^double precision/, 'float8'],
];

/** The other name of a type that PostgreSQL has for those with long ones. */
export function shortType(type: string): string {
  return SHORT_TYPES.reduce((text, [long, short]) => text.replace(long, short), type);
}
