import { quoteIdentifier } from '../../sql/quote.js';
import { factsOf, type DatabaseRefusal, type RefusalFacts } from './database-refusal.js';
import type { ErrorKind } from '../../databases/error-kind.js';
import type { WrittenExpression } from './written-expressions.js';

/** The expression that the database points at, by a place in the statement or by a word of it. */
export function pointedAt(
  written: readonly WrittenExpression[],
  refusal: DatabaseRefusal,
): WrittenExpression | undefined {
  const facts = factsOf(refusal);
  if (facts.kind === 'dependents') return undefined;
  const at = facts.places.flatMap(({ text, at: place }) => written.filter((one) => isAt(one, text, place)));
  const [longest] = [...at].sort((a, b) => b.sql.length - a.sql.length);
  if (longest) return longest;
  const [first, second] = written.filter((one) => isNamed(one, refusal, facts));
  // A wrong value has no place: of two options in one statement, either may be at fault.
  return facts.kind === 'value' && second?.isFromOption ? undefined : first;
}

/** For an expression in parentheses, a database may report the place of the closing one. */
function isAt({ sql }: WrittenExpression, text: string, place: number): boolean {
  return placesOf(sql, text).some(({ start, end }) => place >= start && place <= end + 1);
}

/** SQLite reports a word of it. A value may be at fault too. */
function isNamed(
  { sql }: WrittenExpression,
  { statement, reader }: DatabaseRefusal,
  { words, kind, places }: RefusalFacts,
): boolean {
  if (places.length > 0 || kind === 'constraint') return false;
  if (reader.expression(sql)?.isLiteral || !holds(statement, sql)) return false;
  if (kind === 'value') return true;
  const named = [...words.matchAll(NAMED)].flatMap(
    ([, quoted, bare, called]) => quoted ?? bare ?? called ?? [],
  );
  return named.some((word) => sql.includes(word) || /^[),;]/.test(word));
}

/**
 * `column "a" does not exist`, `function f(integer) does not exist`, `near ")": syntax error`, `no such column: a`; a
 * server that answers in another language has other quotes, and other words before a function.
 */
const NAMED =
  /["»«„“]\s*([^"»«„“”]+?)\s*["»«“”]|(?:no such (?:column|function|table): (?:main\.)?|function )(\w+)|(\w+)\(/g;

/**
 * The expressions of the failed statement that may be at fault, where no other cause is known: those of an option, or
 * those of the kind that the database reports, as few as can be distinguished.
 */
export function heldBy(
  written: readonly WrittenExpression[],
  refusal: DatabaseRefusal,
): readonly WrittenExpression[] {
  const facts = factsOf(refusal);
  if (NO_EXPRESSIONS.includes(facts.kind)) return [];
  const held = written.filter((one) => isHeld(one, refusal));
  const use = USES.find(({ pattern }) => pattern.test(facts.words))?.use ?? [];
  const ofUse = held.filter((one) => use.includes(one.use));
  if (ofUse.length > 0) return narrowed(ofUse, facts);
  const options = held.filter(({ isFromOption }) => isFromOption);
  if (options.length > 0) return narrowed(options, facts);
  return mayBeAny(facts) ? narrowed(held, facts) : [];
}

/** Objects, locks, rights and resources: no expression is at fault for these. */
const NO_EXPRESSIONS: readonly ErrorKind[] = ['dependents', 'surroundings', 'denied'];

/** The words of both databases for the place of an expression. */
const USES: readonly { readonly pattern: RegExp; readonly use: readonly WrittenExpression['use'][] }[] = [
  { pattern: /generation expression|generated column/i, use: ['generated'] },
  { pattern: /index (?:expression|predicate)|index WHERE clause/i, use: ['index', 'exclusion'] },
  { pattern: /check constraint/i, use: ['check'] },
  { pattern: /\bdefault\b/i, use: ['default'] },
];

function mayBeAny(facts: RefusalFacts): boolean {
  const { kind, places } = facts;
  return kind === 'value' || kind === 'expression' || (kind === 'syntax' && places.length === 0);
}

/** Those of the named column, those that could not be read, those that are never immutable; all where none is. */
function narrowed(
  written: readonly WrittenExpression[],
  { words }: RefusalFacts,
): readonly WrittenExpression[] {
  const tests: readonly ((one: WrittenExpression) => boolean)[] = [
    ({ column }) =>
      column !== null && [`column [${column}]`, `column "${column}"`].some((name) => words.includes(name)),
    ({ isRefused }) => isRefused,
    ({ sql }) => /immutable|non-deterministic/i.test(words) && NEVER_IMMUTABLE.test(sql),
  ];
  return tests.reduce((left, test) => {
    const fitting = left.filter(test);
    return fitting.length === 0 ? left : fitting;
  }, written);
}

const NEVER_IMMUTABLE = /\b(?:now|random|randomblob|clock_timestamp|gen_random_uuid)\s*\(|\bcurrent_/i;

/** A short option, such as 1, may be anywhere: its column has to be there as well. */
function isHeld({ sql, isFromOption, column }: WrittenExpression, refusal: DatabaseRefusal): boolean {
  return (
    holds(refusal.statement, sql) && (!isFromOption || column === null || mentionsInside(refusal, column))
  );
}

/** The generator quotes every column, in a block perhaps within a text. */
function mentionsInside({ statement }: DatabaseRefusal, name: string): boolean {
  const canonical = quoteIdentifier(name).slice(1, -1);
  return [canonical, canonical.replaceAll("'", "''")].some((one) => statement.includes(one));
}

function holds(statement: string, sql: string): boolean {
  return placesOf(sql, statement).length > 0;
}

/** The places of an expression as a whole in a text; in a text for `format` its percent signs are doubled. */
function placesOf(sql: string, text: string): readonly { readonly start: number; readonly end: number }[] {
  if (sql.trim() === '') return [];
  return [...new Set([sql, sql.replaceAll('%', '%%')])].flatMap((spelling) => {
    const found: { start: number; end: number }[] = [];
    for (let start = text.indexOf(spelling); start >= 0; start = text.indexOf(spelling, start + 1))
      if (isWhole(text, start, start + spelling.length)) found.push({ start, end: start + spelling.length });
    return found;
  });
}

/** Not a part of a longer name, number or text. */
function isWhole(text: string, start: number, end: number): boolean {
  const isSplit = (at: number) => /^[\w"'$]{2}$/.test(text.slice(Math.max(at - 1, 0), at + 1));
  return !isSplit(start) && !isSplit(end) && text[start - 1] !== '.';
}
