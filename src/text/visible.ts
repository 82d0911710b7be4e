/**
 * Characters that a terminal obeys instead of showing them (control characters), that end a line (U+2028, U+2029), that
 * turn the direction of a text (U+202A to U+202E, U+2066 to U+2069), or that are not seen at all (U+200B, U+FEFF).
 */
const UNSAFE = String.raw`[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]`;

/**
 * Emoji and several scripts need joiners and variation selectors inside of a word: they stay behind other than ASCII.
 */
const JOINED = String.raw`(?!${UNSAFE}|[\0-\x7f])[\p{L}\p{M}\p{N}\p{P}\p{S}][\u200c\u200d\ufe0e\ufe0f]+`;

const PARTS = new RegExp(`(${JOINED})|${UNSAFE}`, 'gu');

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * A text in one line, each character that could forge another line written as an escape: `\n`, `\x1b`, `\u202e`. What
 * is visible already stays as it is. The text of a JSON document stays the same document: JSON itself escapes what
 * would be written with `\x` here.
 */
export function visible(text: string): string {
  return text.replace(
    PARTS,
    (character, joined: string | undefined) => joined ?? SHORT[character] ?? escaped(character),
  );
}

/** The same of a text of several lines, which keeps its line breaks and tabulators. */
export function visibleLines(text: string): string {
  return text.replace(/[^\n\t]+/g, visible);
}

const COLOUR = /(\u001b\[[\d;]*m)/;

/** The same of a text that is painted, which keeps its colours. */
export function visiblePainted(text: string): string {
  return text
    .split(COLOUR)
    .map((part) => (COLOUR.test(part) ? part : visibleLines(part)))
    .join('');
}

function escaped(character: string): string {
  if (character < ' ') return `\\x${hex(character.charCodeAt(0), 2)}`;
  return Array.from({ length: character.length }, (_none, index) => character.charCodeAt(index))
    .map((unit) => `\\u${hex(unit, 4)}`)
    .join('');
}

function hex(number: number, digits: number): string {
  return number.toString(16).padStart(digits, '0');
}
