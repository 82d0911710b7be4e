/** A token of JavaScript or TypeScript; `text` is a string or a part of a template, with its quotes. */
export interface SourceToken {
  readonly kind: 'word' | 'text' | 'other';
  readonly text: string;
}

interface Piece {
  readonly kind: SourceToken['kind'] | 'space';
  readonly text: string;
}

const SPACE = /(?:\s|\/\/[^\n]*|\/\*[^]*?\*\/)+/y;
const WORD = /[\p{ID_Start}$_][\p{ID_Continue}$]*/uy;
const QUOTED = /'(?:[^'\\\n]|\\[^])*'|"(?:[^"\\\n]|\\[^])*"/y;
const REGEXP = /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/\w*/y;
const NUMBER = /\d[\w.]*/y;
/** What follows the start of a template, or the end of an expression in it. */
const TEMPLATE = /(?:[^\\`$]|\\[^]|\$(?!\{))*(?:`|\$\{)?/y;

/** After these a slash divides. */
const ENDS_VALUE = /^[)\]}]$/;
const BEFORE_VALUE = /^(?:return|typeof|case|void|delete|in|of)$/;

/** The tokens of a source, without comments. A source with errors is read as far as it has tokens. */
export function sourceTokens(source: string): readonly SourceToken[] {
  const tokens: SourceToken[] = [];
  const braces: ('block' | 'template')[] = [];
  for (let at = 0; at < source.length;) {
    const { kind, text } = pieceAt(source, at, tokens.at(-1));
    at += text.length;
    if (kind === 'space') continue;
    if (text === '{') braces.push('block');
    const isTemplate = text === '`' || (text === '}' && braces.pop() === 'template');
    const rest = isTemplate ? (matchAt(TEMPLATE, source, at) ?? '') : '';
    at += rest.length;
    if (rest.endsWith('${')) braces.push('template');
    tokens.push({ kind: isTemplate ? 'text' : kind, text: `${text}${rest}` });
  }
  return tokens;
}

function pieceAt(source: string, at: number, before: SourceToken | undefined): Piece {
  const space = matchAt(SPACE, source, at);
  if (space !== undefined) return { kind: 'space', text: space };
  const word = matchAt(WORD, source, at);
  if (word !== undefined) return { kind: 'word', text: word };
  const quoted = matchAt(QUOTED, source, at);
  if (quoted !== undefined) return { kind: 'text', text: quoted };
  const regexp = endsValue(before) ? undefined : matchAt(REGEXP, source, at);
  return { kind: 'other', text: regexp ?? matchAt(NUMBER, source, at) ?? source.charAt(at) };
}

function endsValue(token: SourceToken | undefined): boolean {
  if (token === undefined) return false;
  if (token.kind === 'word') return !BEFORE_VALUE.test(token.text);
  return token.kind === 'text' || ENDS_VALUE.test(token.text) || /^\d/.test(token.text);
}

function matchAt(pattern: RegExp, source: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(source)?.[0];
}
