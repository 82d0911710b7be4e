import { visible, visibleLines } from '../text/visible.js';

class Raw {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  get text(): string {
    return this.#text;
  }
}

/**
 * A text whose control characters are our own: colours and line breaks. Only this module creates one, so that no name,
 * comment or log row of a database can act on a terminal.
 */
export type Line = Raw;

/** The output of a command. A string may have any origin: it is one line, with control characters made visible. */
export type Text = string | Line;

/** The characters to write. */
export function rawOf(text: Text): string {
  return typeof text === 'string' ? visible(text) : text.text;
}

/** Our own words around texts of any origin, or around painted ones. */
export function line(words: TemplateStringsArray, ...values: readonly (Text | number)[]): Line {
  const texts = values.map((value) => rawOf(typeof value === 'number' ? String(value) : value));
  return new Raw(words.map((word, index) => `${word}${texts[index] ?? ''}`).join(''));
}

/** Several lines as one text, of a question for example. */
export function joinedLines(list: readonly Text[]): Line {
  return new Raw(list.map(rawOf).join('\n'));
}

const CODES = { good: 32, bad: 31, faint: 2 } as const;

/** What a colour means. */
export type Style = keyof typeof CODES;

/** Green, red or faint. */
export function painted(style: Style, text: Text): Line {
  return new Raw(`\u001b[${CODES[style]}m${rawOf(text)}\u001b[0m`);
}

/** A document of several lines on a terminal: line breaks and tabs act, other control characters are made visible. */
export function documentLines(text: string): Line {
  return new Raw(visibleLines(text));
}

/** A document that is written exactly: the help, a script in a file. */
export function verbatim(text: string): Line {
  return new Raw(text);
}
