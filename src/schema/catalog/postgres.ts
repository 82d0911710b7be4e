import { messageOf } from '../../errors.js';
import { postgresColumns } from '../describe/describe-column.js';
import {
  explainStatement,
  isOneExpression,
  outputOf,
  type PostgresExpression,
} from '../expression/postgres-expression.js';
import { expressionsOf, spellExpressions } from '../expressions-of.js';
import type { ReadAll } from '../introspect/live.js';
import { introspectPostgres } from '../introspect/postgres.js';
import type { ColumnModel, Expression, SchemaModel, TableModel } from '../model.js';
import type { BothSides, Catalog } from './catalog.js';

export const postgresCatalog: Catalog = {
  columns: postgresColumns,
  introspect: introspectPostgres,
  spell: spellPostgres,
};

/** What to ask about one table. */
interface Question {
  readonly table: string;
  readonly columns: readonly ColumnModel[];
  readonly expressions: readonly PostgresExpression[];
}

/** By table, type and SQL: the server's spelling, or why it refused. */
type Answers = Map<string, { readonly text: string } | { readonly refused: string }>;

/** What asking needs besides the questions. */
interface Asking {
  readonly readAll: ReadAll;
  readonly defaultSchema: string;
  readonly answers: Answers;
}

const NO_ANSWER = { refused: 'the database does not take it for one expression' };

/** PostgreSQL selects at most 1664 expressions at once: https://www.postgresql.org/docs/current/limits.html */
const AT_ONCE = 1000;

/**
 * Asks the server for the one spelling of every expression, all tables in one message. A message with a refused
 * expression is asked again in parts, until it is known which one it is.
 */
async function spellPostgres(
  { live, desired }: BothSides,
  readAll: ReadAll,
  defaultSchema: string,
): Promise<BothSides> {
  const desiredByName = new Map(desired.tables.map((table) => [table.name, table]));
  const questions = live.tables.flatMap((table) => questionsOf(table, desiredByName.get(table.name)));
  const answers: Answers = new Map();
  await ask(withoutStrangers(questions, answers), { readAll, defaultSchema, answers });
  return { live: withAnswers(live, desired, answers), desired: withAnswers(desired, desired, answers) };
}

/**
 * None for a table on one side only. What the same object says on both sides in the same words means the same and is
 * not asked for; it is paired by its name before anything is paired by its meaning.
 */
function questionsOf(live: TableModel, desired: TableModel | undefined): readonly Question[] {
  if (!desired) return [];
  const typeToBe = typesOf(desired);
  const [ofLive, ofDesired] = [typed(live, typeToBe), typed(desired, typeToBe)];
  const ownedBy = (one: Owned) => keyOf(one.owner, one);
  const [saidLive, saidDesired] = [new Set(ofLive.map(ownedBy)), new Set(ofDesired.map(ownedBy))];
  const asked = [
    ...ofLive.filter((one) => !saidDesired.has(ownedBy(one))),
    ...ofDesired.filter((one) => !saidLive.has(ownedBy(one))),
  ];
  if (asked.length === 0) return [];
  const expressions = [...new Map(asked.map((one) => [keyOf(live.name, one), one])).values()];
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

/** An expression and the object that it belongs to. */
type Owned = PostgresExpression & { readonly owner: string };

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
 * The expression itself is at fault, or names what we have no right on: SQLSTATE classes 0A, 22 and 42. Anything else is
 * a failure of the check.
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
    answers.set(keyOf(question.table, expression), text === undefined ? NO_ANSWER : { text });
  });
}

function keyOf(place: string, { type, sql }: PostgresExpression): string {
  return [place, type ?? '', sql].join('\0');
}

function withAnswers(schema: SchemaModel, desired: SchemaModel, answers: Answers): SchemaModel {
  const types = new Map(desired.tables.map((table) => [table.name, typesOf(table)]));
  const asIs = typesOf(undefined);
  return spellExpressions(schema, (expression, { table, column }) => {
    const type = column && (types.get(table.name) ?? asIs)(column);
    return answered(expression, answers.get(keyOf(table.name, { sql: expression.sql, type })));
  });
}

function answered(
  expression: Expression,
  answer: { readonly text: string } | { readonly refused: string } | undefined,
): Expression {
  if (!answer) return expression;
  if ('text' in answer) return { sql: expression.sql, canonical: answer.text };
  return { sql: expression.sql, canonical: expression.sql.trim(), refused: answer.refused };
}
