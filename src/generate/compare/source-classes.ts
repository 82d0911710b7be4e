import { sourceTokens, type SourceToken } from './source-tokens.js';

/** A class of a source file that TypeORM could run as a migration. */
interface SourceClass {
  /**
   * Its id: the value of its `name`, or else the name of the class, or one that it is exported by; each ends in a
   * stamp.
   */
  readonly names: readonly string[];
  /** Whether it is a revision of this package. */
  readonly isOurs: boolean;
}

/** The classes whose name, or whose property `name`, ends in a stamp; comments and strings do not count. */
export function revisionClasses(source: string): readonly SourceClass[] {
  if (!/\d{13}/.test(source)) return [];
  const tokens = sourceTokens(source);
  const starts = [...tokens.keys()].filter((index) => isClass(tokens, index));
  return starts
    .map((start, index) => classAt(tokens, start, starts[index + 1] ?? tokens.length))
    .filter(({ names }) => names.length > 0);
}

/** Not a property named `class`, and no class that others extend only. */
function isClass(tokens: readonly SourceToken[], index: number): boolean {
  const [before, own, next] = [tokens[index - 1], tokens[index], tokens[index + 1]];
  const isKeyword = own?.text === 'class' && (next?.kind === 'word' || next?.text === '{');
  return isKeyword && !['.', 'abstract', 'declare'].includes(before?.text ?? '');
}

function classAt(tokens: readonly SourceToken[], start: number, end: number): SourceClass {
  const own = tokens.slice(start + 1, end);
  const open = own.findIndex(({ text }) => text === '{');
  const [head, body] = [own.slice(0, open), own.slice(open)];
  const declared = declaredName(tokens, start);
  const names = [...namesDeclared(body), declared, ...aliasesOf(tokens, declared)];
  return { names: names.filter((name) => STAMPED.test(name)), isOurs: isOurs(head, body) };
}

const STAMPED = /^[^\s\d]\S*\d{13}$/;

/** `class A`, or `A = class`. */
function declaredName(tokens: readonly SourceToken[], start: number): string {
  const next = tokens[start + 1];
  if (next?.kind === 'word' && !/^(?:extends|implements)$/.test(next.text)) return next.text;
  return tokens[start - 1]?.text === '=' ? (tokens[start - 2]?.text ?? '') : '';
}

/** `export { Hidden as A }`, `const A = Hidden`, and `exports.A = Hidden`. */
function aliasesOf(tokens: readonly SourceToken[], declared: string): readonly string[] {
  return tokens.flatMap(({ text }, index) => {
    if (text !== declared) return [];
    if (tokens[index + 1]?.text === 'as') return [contentOf(tokens[index + 2]?.text ?? '')];
    const isValue = tokens[index - 1]?.text === '=' && tokens[index + 1]?.text !== '.';
    return isValue ? [contentOf(tokens[index - 2]?.text ?? '')] : [];
  });
}

/** Longest way from `name` to its value, in tokens: compilers write `"name", { enumerable: true, ..., value: 'A' }`. */
const NAME_REACH = 20;

function namesDeclared(body: readonly SourceToken[]): readonly string[] {
  return body.flatMap(({ text }, index) => {
    if (contentOf(text) !== 'name') return [];
    const after = body.slice(index + 1, index + NAME_REACH);
    const end = after.findIndex((token) => token.text === ';');
    const value = after.slice(0, end < 0 ? undefined : end).find(({ kind }) => kind === 'text');
    return value ? [contentOf(value.text)] : [];
  });
}

function contentOf(text: string): string {
  return text.replace(/^(['"`])([^]*)\1$/, '$2');
}

/** By its base class, or where that has another name by the fields of a revision: `sqlite = {`, `postgres: Statements`. */
function isOurs(head: readonly SourceToken[], body: readonly SourceToken[]): boolean {
  const heritage = head.slice(head.findIndex(({ text }) => text === 'extends'));
  const isOneOf = (tokens: readonly SourceToken[], word: string) =>
    tokens.some(({ kind, text }) => kind === 'word' && text === word);
  if (!isOneOf(head, 'extends')) return false;
  return isOneOf(heritage, 'Revision') || hasStatements(body);
}

function hasStatements(body: readonly SourceToken[]): boolean {
  return body.some(
    ({ kind, text }, index) =>
      kind === 'word' &&
      ['postgres', 'sqlite'].includes(text) &&
      [':', '='].includes(body[index + 1]?.text ?? ''),
  );
}
