/**
 * Reads a schema, and asks the connected server for one spelling of each expression, by EXPLAIN. Creates
 * nothing.
 */

import { messageOf } from '../../errors/base.js';
import { postgresColumns } from './column-rules.js';
import {
  explainStatement,
  isOneExpression,
  outputOf,
  withoutSynonyms,
  type PostgresExpression,
} from './expression/expression.js';
import { foldedCalls } from './expression/calls.js';
import { unplannedAnswers, type Owned } from './expression/unplanned.js';
import { expressionsOf, canonicalizeExpressions, type Place } from '../../schema/expressions-of.js';
import type { ReadAll } from '../live-schema.js';
import { differingKeys, withLiveKeys } from './key-expressions.js';
import { withoutRepeatedKeys } from './repeated-keys.js';
import { definedPostgresViews } from './views/live-definitions.js';
import { introspectPostgres } from './introspect/introspect.js';
import type { ColumnModel, Expression, SchemaModel, TableModel } from '../../schema/model.js';
import type { BothSides, Catalog } from '../catalog.js';

export const postgresCatalog: Catalog = {
  columns: postgresColumns,
  introspect: introspectPostgres,
  views: definedPostgresViews,
  canonicalize: canonicalizePostgres,
};

/** What to ask about one table. */
interface Question {
  readonly table: string;
  readonly columns: readonly ColumnModel[];
  readonly expressions: readonly Owned[];
}

/**
 * The server's spelling; why it refused; or the spelling of what it is not asked for, why it is not, and whether a
 * difference is certain all the same.
 */
type Answer =
  | { readonly text: string }
  | { readonly refused: string }
  | { readonly parsed: string; readonly reason: string; readonly isCertain: boolean };

/** By table, type and SQL. */
type Answers = Map<string, Answer>;

/** What asking needs besides the questions. */
interface Asking {
  readonly readAll: ReadAll;
  readonly defaultSchema: string;
  readonly answers: Answers;
}

const NO_ANSWER = { refused: 'the database does not accept it as one expression' };

/** PostgreSQL selects at most 1664 expressions at once: https://www.postgresql.org/docs/current/limits.html */
const AT_ONCE = 1000;

/**
 * Asks the server for the one spelling of every expression, all tables in one message. A message with a refused
 * expression is asked again in parts, until it is known which one it is. What may call code that is not the server's
 * own is never planned, since planning runs it: it is compared as the parser reads it.
 */
async function canonicalizePostgres(
  { live, desired }: BothSides,
  readAll: ReadAll,
  defaultSchema: string,
): Promise<BothSides> {
  const desiredByName = new Map(desired.tables.map((table) => [table.name, table]));
  const questions = live.tables.flatMap((table) => questionsOf(table, desiredByName.get(table.name)));
  const answers: Answers = new Map();
  const asking = { readAll, defaultSchema, answers };
  await ask(await withoutForeign(withoutStrangers(questions, answers), asking), asking);
  const unplanned = unplannedOf({ live, desired }, answers);
  const canonicalize = (side: SchemaModel) => withAnswers(side, desired, { answers, unplanned });
  const spelled = withLiveKeys({ live, desired: canonicalize(desired) }, (table, expression) => {
    const answer = answers.get(keyOf(table, expression));
    return answer && 'text' in answer ? answer.text : undefined;
  });
  return { live: canonicalize(live), desired: withoutRepeatedKeys({ live, desired: spelled }) };
}

/** What may run foreign code is read here, and never sent. */
async function withoutForeign(
  questions: readonly Question[],
  { readAll, answers }: Asking,
): Promise<readonly Question[]> {
  const found = await unplannedAnswers(questions, readAll);
  if (found.length === 0) return questions;
  for (const { table, expression, answer } of found) answers.set(keyOf(table, expression), answer);
  return questions.flatMap((question) => {
    const expressions = question.expressions.filter((one) => !answers.has(keyOf(question.table, one)));
    return expressions.length === 0 ? [] : [{ ...question, expressions }];
  });
}

/**
 * None for a table on one side only. An object with the same text on both sides means the same and is not asked for; it
 * is paired by its name before anything is paired by its meaning.
 */
function questionsOf(live: TableModel, desired: TableModel | undefined): readonly Question[] {
  if (!desired) return [];
  const typeToBe = typesOf(desired);
  const [ofLive, ofDesired] = [typed(live, typeToBe), typed(desired, typeToBe)];
  const ownedBy = (one: Owned) => keyOf(one.owner, one);
  const [parsedLive, parsedDesired] = [new Set(ofLive.map(ownedBy)), new Set(ofDesired.map(ownedBy))];
  const asked = [
    ...ofLive.filter((one) => !parsedDesired.has(ownedBy(one))),
    ...ofDesired.filter((one) => !parsedLive.has(ownedBy(one))),
    ...differingKeys(live, desired),
  ];
  if (asked.length === 0) return [];
  const expressions = [...new Map(asked.map((one) => [ownedBy(one), one])).values()];
  const columns = columnsOfBoth(live, desired);
  return inGroups(expressions).map((group) => ({ table: live.name, columns, expressions: group }));
}

/** What is not one expression is refused here, and never sent. */
function withoutStrangers(questions: readonly Question[], answers: Answers): readonly Question[] {
  return questions.flatMap((question) => {
    const sent = question.expressions.filter(({ sql }) => isOneExpression(sql));
    const held = question.expressions.filter(({ sql }) => !isOneExpression(sql));
    for (const expression of held) answers.set(keyOf(question.table, expression), NO_ANSWER);
    return sent.length === 0 ? [] : [{ ...question, expressions: sent }];
  });
}

/** A default is read as the type that its column is to have, so that a changed type is no changed default. */
function typed(table: TableModel, typeToBe: TypeToBe): readonly Owned[] {
  return expressionsOf(table).map(({ sql, column, owner }) => ({
    sql,
    type: column && typeToBe(column),
    owner,
  }));
}

type TypeToBe = (column: ColumnModel) => string;

function typesOf(desired: TableModel | undefined): TypeToBe {
  const types = new Map(desired?.columns.map(({ name, type }) => [name, type]));
  return ({ name, type }) => types.get(name) ?? type;
}

function columnsOfBoth(live: TableModel, desired: TableModel): readonly ColumnModel[] {
  const names = new Set(live.columns.map((column) => column.name));
  return [...live.columns, ...desired.columns.filter((column) => !names.has(column.name))];
}

function inGroups<T>(list: readonly T[]): readonly (readonly T[])[] {
  const starts = Array.from({ length: Math.ceil(list.length / AT_ONCE) }, (_, index) => index * AT_ONCE);
  return starts.map((start) => list.slice(start, start + AT_ONCE));
}

async function ask(questions: readonly Question[], asking: Asking): Promise<void> {
  if (questions.length === 0) return;
  try {
    const plans = await asking.readAll(
      questions.map((question) => explainStatement(question, asking.defaultSchema)),
    );
    questions.forEach((question, index) => note(question, plans[index] ?? [], asking.answers));
  } catch (error) {
    if (!isRefusal(error)) throw error;
    await askInParts(questions, asking, messageOf(error));
  }
}

async function askInParts(questions: readonly Question[], asking: Asking, reason: string): Promise<void> {
  const [only] = questions;
  if (!only) return;
  const half = Math.ceil(questions.length / 2);
  if (questions.length > 1) {
    await ask(questions.slice(0, half), asking);
    await ask(questions.slice(half), asking);
  } else if (only.expressions.length > 1) {
    for (const expression of only.expressions) await ask([{ ...only, expressions: [expression] }], asking);
  } else {
    for (const expression of only.expressions)
      asking.answers.set(keyOf(only.table, expression), { refused: reason });
  }
}

/**
 * The expression itself is at fault, or names what we have no right on: SQLSTATE classes 0A, 22 and 42. Anything else
 * is a failure of the check.
 */
function isRefusal(error: unknown): boolean {
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string' && /^(0A|22|42)/.test(code);
}

function note(question: Question, rows: readonly unknown[], answers: Answers): void {
  const [row] = rows as readonly Readonly<Record<string, unknown>>[];
  const output = outputOf(row?.['QUERY PLAN']);
  question.expressions.forEach((expression, index) => {
    const text = output.length === question.expressions.length ? output[index] : undefined;
    answers.set(
      keyOf(question.table, expression),
      text === undefined ? NO_ANSWER : { text: withCalls(expression.sql, text) },
    );
  });
}

/** A call that the planner has replaced by its value is not that value: it may be another one tomorrow. */
function withCalls(sql: string, text: string): string {
  const folded = foldedCalls(withoutSynonyms(sql), text);
  return folded.length === 0 ? text : `${text} by ${folded.join(', ')}`;
}

function keyOf(place: string, { type, sql }: PostgresExpression): string {
  return [place, type ?? '', sql].join('\0');
}

/** Finds the answer for an expression of either side. */
function answerFinder(desired: SchemaModel, answers: Answers) {
  const types = new Map(desired.tables.map((table) => [table.name, typesOf(table)]));
  const asIs = typesOf(undefined);
  return ({ sql }: Pick<Expression, 'sql'>, { table, column }: Pick<Place, 'table' | 'column'>) => {
    const type = column && (types.get(table.name) ?? asIs)(column);
    return answers.get(keyOf(table.name, { sql, type }));
  };
}

/** Objects whose expression is not planned on either side: where the two differ, their meaning cannot be compared. */
function unplannedOf({ live, desired }: BothSides, answers: Answers): ReadonlySet<string> {
  const find = answerFinder(desired, answers);
  const of = (side: SchemaModel) =>
    side.tables.flatMap((table) =>
      expressionsOf(table)
        .filter((one) => isUnplanned(find(one, one)))
        .map(({ owner }) => `${table.name}\0${owner}`),
    );
  const ofDesired = new Set(of(desired));
  return new Set(of(live).filter((key) => ofDesired.has(key)));
}

function isUnplanned(answer: Answer | undefined): boolean {
  return answer !== undefined && 'parsed' in answer && !answer.isCertain;
}

interface Found {
  readonly answers: Answers;
  readonly unplanned: ReadonlySet<string>;
}

function withAnswers(schema: SchemaModel, desired: SchemaModel, { answers, unplanned }: Found): SchemaModel {
  const find = answerFinder(desired, answers);
  return canonicalizeExpressions(schema, (expression, place) =>
    answered(expression, find(expression, place), unplanned.has(`${place.table.name}\0${place.owner}`)),
  );
}

function answered(expression: Expression, answer: Answer | undefined, isUnplanned: boolean): Expression {
  // The same text on both sides; a part that is kept has the spelling of a former answer.
  if (!answer) return { ...expression, canonical: expression.sql };
  const { sql } = expression;
  if ('text' in answer) return { sql, canonical: answer.text };
  if ('refused' in answer) return { sql, canonical: sql.trim(), refused: answer.refused };
  return { sql, canonical: answer.parsed, ...(isUnplanned ? { refused: answer.reason } : {}) };
}
