import { expect } from 'chai';
import fc from 'fast-check';
import { visible, visibleLines, visiblePainted } from '../../../src/text/visible.js';

const CASES: readonly (readonly [title: string, text: string, shown: string])[] = [
  ['a sequence that clears the screen', 'a\u001b[2Jb', 'a\\x1b[2Jb'],
  ['a line break', 'jobs\nin sync (7 tables)', 'jobs\\nin sync (7 tables)'],
  ['a return to the start of the line', 'a\rb', 'a\\rb'],
  ['a tabulator', 'a\tb', 'a\\tb'],
  ['backspaces', 'bad\b\b\bok', 'bad\\x08\\x08\\x08ok'],
  ['NUL and the bell', '\0\u0007', '\\x00\\x07'],
  ['DEL', '\u007f', '\\u007f'],
  ['the control sequence of one byte', '\u009b2J', '\\u009b2J'],
  ['the next line of C1', 'a\u0085b', 'a\\u0085b'],
  ['line and paragraph separators', '\u2028\u2029', '\\u2028\\u2029'],
  ['an override of the direction', 'a\u202ecba\u202c', 'a\\u202ecba\\u202c'],
  ['isolates', '\u2066a\u2069', '\\u2066a\\u2069'],
  ['marks of a direction', '\u200e\u200f\u061c', '\\u200e\\u200f\\u061c'],
  ['a zero-width space and a byte order mark', 'us\u200bers\ufeff', 'us\\u200bers\\ufeff'],
  ['a joiner between ASCII letters', 'us\u200ders', 'us\\u200ders'],
  ['a soft hyphen', 'us\u00aders', 'us\\u00aders'],
  ['a letter that is not seen', 'a\u3164b', 'a\\u3164b'],
  ['tag characters', '\u{e0041}', '\\udb40\\udc41'],
  ['half of a surrogate pair', 'a\ud800b', 'a\\ud800b'],
  ['words in any script', 'größe таблица 表 جدول \u{1f600}', 'größe таблица 表 جدول \u{1f600}'],
  ['a joiner that a script needs', 'می\u200cخواهم', 'می\u200cخواهم'],
  ['a joiner and a variation selector in an emoji', '👩\u200d💻 ❤\ufe0f', '👩\u200d💻 ❤\ufe0f'],
  ['a backslash', 'a\\nb', 'a\\nb'],
];

/** Control characters, what orders the direction, and what ends a line. */
const FORGING = /[\p{Cc}\p{Cs}\u2028\u2029\u061c\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/u;

const anyText = fc.string({
  unit: fc.oneof(
    fc.constantFrom(...CASES.flatMap(([, text]) => Array.from(text))),
    fc.integer({ min: 0, max: 0x20ff }).map((code) => String.fromCharCode(code)),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  ),
});

describe('A text that is made visible', () => {
  for (const [title, text, shown] of CASES)
    it(`A visible text shows ${title}`, () => {
      expect(visible(text)).to.equal(shown);
    });

  it('A visible text contains nothing that acts on a terminal', () => {
    fc.assert(fc.property(anyText, (text) => !FORGING.test(visible(text))));
  });

  it('A visible text stays unchanged when it is made visible again', () => {
    fc.assert(fc.property(anyText, (text) => visible(visible(text)) === visible(text)));
  });

  it('A visible text keeps its lines, and its colours, where those are ours', () => {
    const text = '\u001b[32mDROP\u001b[39m TABLE\t"a\u001b[2J\r"\n';
    expect(visibleLines(text)).to.equal('\\x1b[32mDROP\\x1b[39m TABLE\t"a\\x1b[2J\\r"\n');
    expect(visiblePainted(text)).to.equal('\u001b[32mDROP\u001b[39m TABLE\t"a\\x1b[2J\\r"\n');
  });

  it('A visible JSON text stays the same document', () => {
    const same = (text: string) => JSON.parse(visible(JSON.stringify({ [text]: text }))) as object;
    fc.assert(
      fc.property(anyText, (text) => {
        expect(same(text)).to.deep.equal({ [text]: text });
      }),
    );
  });
});
