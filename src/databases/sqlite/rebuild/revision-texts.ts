import { foldSqliteName } from '../../../sql/identifiers.js';
import { readSqliteStatement } from '../../../sql/sqlite-statement.js';
import { tokenise } from '../../../sql/tokens.js';
import type { Direction } from '../../direction.js';

/** The content of a revision, read without running it. */
interface RevisionTexts {
  /** Statements of both ways; of a class written by hand those that its source contains whole. */
  readonly statements: Readonly<Record<Direction, readonly string[]>>;
  /** Names in the source of a class written by hand which no whole statement contains, in lower case. */
  readonly names: ReadonlySet<string>;
  /**
   * Whether it may do more than its texts show: it calls other functions than `query`, or joins parts of statements.
   */
  readonly opaque: boolean;
}

type Lists = Readonly<Record<Direction, readonly string[]>>;

/**
 * What a revision specifies for tables. A class written by hand is read and not run, since it may do more than send
 * statements. A text of it is a statement, or may be a name that it passes to TypeORM or inserts into a statement.
 */
export function textsOf(migration: object): RevisionTexts {
  const { sqlite, up, down } = migration as Readonly<Record<'sqlite' | 'up' | 'down', unknown>>;
  if (sqlite !== undefined) return { statements: sqlite as Lists, names: new Set(), opaque: false };
  const source = [migration.constructor, up, down].map(String).join('\n');
  const literals = literalsIn(source);
  const isWhole = (text: string) => !text.includes('${') && readSqliteStatement(text) !== undefined;
  const statements = literals.filter(isWhole);
  const others = literals.filter((text) => !isWhole(text) && isName(text));
  return {
    statements: { up: statements, down: statements },
    names: new Set(others.flatMap((text) => wordsIn(text))),
    opaque: literals.some((text) => text.includes('${')) || callsMore(source),
  };
}

/** `if (...) {` and the head of a method are not calls. */
function callsMore(source: string): boolean {
  const code = source.replace(SPACE_OR_TEXT, ' ').replace(/(?<![.\w$])[\w$]+\s*\([^()]*\)\s*\{/g, ' ');
  return (code.match(/\.?\s*[\w$]+\s*\(/g) ?? []).some((call) => !/^(?:\.\s*query|\s*for)\s*\($/.test(call));
}

/** The 13 digits in the name of a revision, by which they follow each other. */
export function stampIn(migration: object): string {
  const { name } = migration as { readonly name?: unknown };
  const id = typeof name === 'string' ? name : migration.constructor.name;
  return /\d{13}$/.exec(id)?.[0] ?? '';
}

/** A single word, or a text whose rest is known only at run time. */
function isName(text: string): boolean {
  return text.includes('${') || /^\s*\S+\s*$/.test(text);
}

function wordsIn(text: string): readonly string[] {
  return tokenise(text, 'sqlite').flatMap((token) => foldSqliteName(token.text).match(/[^'"]+/g) ?? []);
}

const SPACE_OR_TEXT = /\/\/[^\n]*|\/\*[^]*?\*\/|(["'`])((?:(?!\1)[^\\]|\\[^])*)\1/g;

/** The strings and templates of a source, an expression inside a template as it is written; `+` joins two. */
function literalsIn(source: string): readonly string[] {
  const texts: string[] = [];
  let end = 0;
  for (const { 0: all, 1: quote, 2: text = '', index } of source.matchAll(SPACE_OR_TEXT)) {
    if (quote === undefined) continue;
    const isJoined = texts.length > 0 && /^\s*\+\s*$/.test(source.slice(end, index));
    texts.push(`${isJoined ? (texts.pop() ?? '') : ''}${unescaped(text)}`);
    end = index + all.length;
  }
  return texts;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '\n': '' };

function unescaped(text: string): string {
  return text.replace(/\\([^])/g, (_all, letter: string) => ESCAPES[letter] ?? letter);
}
