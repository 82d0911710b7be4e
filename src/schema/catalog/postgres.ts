import { messageOf } from '../../errors.js';
import { postgresColumns } from '../describe/describe-column.js';
import {
  explainStatement,
  outputOf,
  plainTokens,
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

/**
 * Asks the server for the one spelling of every expression, all tables in one message. A message with a refused
 * expression is asked again in parts, until it is known which one it is.
 */
async function spellPostgres({ live, desired }: BothSides, readAll: ReadAll): Promise<BothSides> {
  const desiredByName = new Map(desired.tables.map((table) => [table.name, table]));
  const questions = live.tables.flatMap((table) => questionsOf(table, desiredByName.get(table.name)));
  const answers: Answers = new Map();
  await ask(questions, readAll, answers);
  return { live: withAnswers(live, desired, answers), desired: withAnswers(desired, desired, answers) };
}

/** None for a table on one side only, or one whose expressions are written alike on both. */
function questionsOf(live: TableModel, desired: TableModel | undefined): readonly Question[] {
  if (!desired) return [];
  const key = ({ type, sql }: PostgresExpression) => `${type ?? ''} ${sql}`;
  const [ofLive, ofDesired] = [typed(live, desired), typed(desired, desired)].map(
    (list) => new Map(list.map((one) => [key(one), one])),
  );
  const all = new Map([...(ofLive ?? []), ...(ofDesired ?? [])]);
  if (all.size === ofLive?.size && all.size === ofDesired?.size) return [];
  return [{ table: live.name, columns: columnsOfBoth(live, desired), expressions: [...all.values()] }];
}

/** A default is read as the type that its column is to have, so that a changed type is no changed default. */
function typed(table: TableModel, desired: TableModel): readonly PostgresExpression[] {
  return expressionsOf(table).map(({ sql, column }) => ({ sql, type: column && typeToBe(column, desired) }));
}

function typeToBe(column: ColumnModel, desired: TableModel): string {
  return desired.columns.find(({ name }) => name === column.name)?.type ?? column.type;
}

function columnsOfBoth(live: TableModel, desired: TableModel): readonly ColumnModel[] {
  const names = new Set(live.columns.map((column) => column.name));
  return [...live.columns, ...desired.columns.filter((column) => !names.has(column.name))];
}

async function ask(questions: readonly Question[], readAll: ReadAll, answers: Answers): Promise<void> {
  if (questions.length === 0) return;
  try {
    const plans = await readAll(
      questions.map(({ columns, expressions }) => explainStatement(columns, expressions)),
    );
    questions.forEach((question, index) => note(question, plans[index] ?? [], answers));
  } catch (error) {
    if (!isRefusal(error)) throw error;
    await askInParts(questions, { readAll, answers, reason: messageOf(error) });
  }
}

async function askInParts(
  questions: readonly Question[],
  { readAll, answers, reason }: { readAll: ReadAll; answers: Answers; reason: string },
): Promise<void> {
  const [only] = questions;
  if (!only) return;
  const half = Math.ceil(questions.length / 2);
  if (questions.length > 1) {
    await ask(questions.slice(0, half), readAll, answers);
    await ask(questions.slice(half), readAll, answers);
  } else if (only.expressions.length > 1) {
    for (const expression of only.expressions)
      await ask([{ ...only, expressions: [expression] }], readAll, answers);
  } else {
    for (const expression of only.expressions)
      answers.set(keyOf(only.table, expression), { refused: reason });
  }
}

/** The expression itself is at fault: SQLSTATE classes 0A, 22 and 42. Anything else is a failure of the check. */
function isRefusal(error: unknown): boolean {
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string' && /^(0A|22|42)/.test(code) && code !== '42501';
}

function note(question: Question, rows: readonly unknown[], answers: Answers): void {
  const [row] = rows as readonly Readonly<Record<string, unknown>>[];
  const output = outputOf(row?.['QUERY PLAN']);
  question.expressions.forEach((expression, index) =>
    answers.set(keyOf(question.table, expression), { text: output[index] ?? '' }),
  );
}

function keyOf(table: string, { type, sql }: PostgresExpression): string {
  return [table, type ?? '', sql].join('\0');
}

/** DEFAULT NULL is no default. */
function withAnswers(schema: SchemaModel, desired: SchemaModel, answers: Answers): SchemaModel {
  const desiredByName = new Map(desired.tables.map((table) => [table.name, table]));
  const spelled = spellExpressions(schema, (expression, table, column) => {
    const type = column && typeToBe(column, desiredByName.get(table.name) ?? table);
    return answered(expression, answers.get(keyOf(table.name, { sql: expression.sql, type })));
  });
  const tables = spelled.tables.map((table) => ({
    ...table,
    columns: table.columns.map(withoutNullDefault),
  }));
  return { ...spelled, tables };
}

function answered(
  expression: Expression,
  answer: { readonly text: string } | { readonly refused: string } | undefined,
): Expression {
  if (!answer) return expression;
  if ('text' in answer) return { sql: expression.sql, canonical: answer.text };
  return { sql: expression.sql, canonical: plainTokens(expression.sql), refused: answer.refused };
}

function withoutNullDefault(column: ColumnModel): ColumnModel {
  return column.default && /^NULL(::.*)?$/i.test(column.default.canonical)
    ? { ...column, default: null }
    : column;
}
