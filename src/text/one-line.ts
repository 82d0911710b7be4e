/** Control characters, line ends of all kinds, what turns the direction of a text, and halves of a character. */
const INVISIBLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/** A text in one line: white space is one blank, every other character that cannot be seen is shown as `\x1b`. */
export function oneLine(text: string): string {
  return text
    .replace(/[ \t\r\n]+/g, ' ')
    .replace(INVISIBLE, escaped)
    .trim();
}

/** A text in one line, cut behind so many characters. */
export function shortLine(text: string, length: number): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > length ? `${line.slice(0, length)}...` : line;
}

/** The same characters as escapes of JavaScript; what can be seen, and line feed and tab, stay as they are. */
export function withEscapes(text: string): string {
  return text.replace(INVISIBLE, (character) => (/[\n\t]/.test(character) ? character : escaped(character)));
}

function escaped(character: string): string {
  const code = character.charCodeAt(0).toString(16);
  return code.length <= 2 ? `\\x${code.padStart(2, '0')}` : `\\u${code.padStart(4, '0')}`;
}
