/** Expressions that are never sent to the server, since planning them may run foreign code: the parser reads them. */

import { PackageMissingError } from '../../../errors/package.js';
import type { ColumnModel } from '../../../schema/model.js';
import type { ReadAll } from '../../live-schema.js';
import type { PostgresExpression } from './expression.js';
import {
  FOREIGN_CODE,
  foreignCodeOf,
  foreignColumnsIn,
  foreignNameIn,
  hasText,
  namesIn,
  typeName,
  type ForeignCode,
  type ForeignRow,
} from './foreign-code.js';
import { meaningsFrom, meaningsOf, type MeaningRow, type Meanings } from './meanings.js';
import { parsedCanonicalizer, type ParsedCanonicalizer } from './parsed-expression.js';

/** An expression and the object that it belongs to. */
export type Owned = PostgresExpression & { readonly owner: string };

/** Expressions of one table, with the columns that they may name. */
interface Asked {
  readonly table: string;
  readonly columns: readonly ColumnModel[];
  readonly expressions: readonly Owned[];
}

/**
 * Why the server is not asked, and the spelling that the parser gives.
 *
 * `isCertain`: the expression uses nothing foreign, so that it means something else than another one that does.
 */
type UnplannedAnswer =
  | { readonly refused: string }
  | { readonly parsed: string; readonly reason: string; readonly isCertain: boolean };

interface Unplanned {
  readonly table: string;
  readonly expression: PostgresExpression;
  readonly answer: UnplannedAnswer;
}

/** An expression, and the name of what it uses that is foreign, or that the other side uses. */
interface Found {
  readonly asked: Asked;
  readonly expression: Owned;
  readonly name: string;
  /** Whether only the other side uses it. */
  readonly isPartner?: boolean;
}

/** The expressions that may run foreign code when they are planned, each with its answer. */
export async function unplannedAnswers(
  questions: readonly Asked[],
  readAll: ReadAll,
): Promise<readonly Unplanned[]> {
  if (questions.length === 0) return [];
  const [rows = []] = await readAll([FOREIGN_CODE]);
  const foreign = foreignCodeOf(rows as readonly ForeignRow[]);
  const found = withPartners(
    questions,
    questions.flatMap((asked) => foundIn(asked, foreign)),
  );
  if (found.length === 0) return [];
  const meanings = await readMeanings(found, foreign, readAll);
  const canonicalize = await parsedCanonicalizer({ foreign, meanings }).catch(withoutParser);
  return found.map((one) => ({
    table: one.asked.table,
    expression: one.expression,
    answer: answerOf(one, meanings, canonicalize),
  }));
}

async function readMeanings(
  found: readonly Found[],
  { constants, domains }: ForeignCode,
  readAll: ReadAll,
): Promise<Meanings> {
  const names = new Set(found.flatMap(({ expression: { sql, type } }) => namesIn(`${sql} ${type ?? ''}`)));
  const [rows = []] = await readAll([meaningsOf([...names])]);
  const isDomain = (type: string) => constants.has(type) || domains.has(type);
  return meaningsFrom(rows as readonly MeaningRow[], isDomain);
}

/**
 * Two sides of an object are read in one way, so that both are parsed where one is: the server writes an operator
 * where an entity has a word, for example. What several objects share is read in one way for all of them.
 */
function withPartners(questions: readonly Asked[], found: readonly Found[]): readonly Found[] {
  const every = questions.flatMap((asked) => asked.expressions.map((expression) => ({ asked, expression })));
  const known = new Map(found.map((one) => [keyOf(one), one.name]));
  const names = new Map(
    every.flatMap((one) => {
      const name = known.get(keyOf(one));
      return name === undefined ? [] : [[ownerOf(one), name] as const];
    }),
  );
  const partners = every.flatMap((one) => {
    const name = names.get(ownerOf(one));
    return name === undefined || known.has(keyOf(one)) ? [] : { ...one, name, isPartner: true };
  });
  return partners.length === 0 ? found : withPartners(questions, [...found, ...partners]);
}

type OneAsked = Pick<Found, 'asked' | 'expression'>;

function keyOf({ asked: { table }, expression: { sql, type } }: OneAsked): string {
  return JSON.stringify([table, type, sql]);
}

function ownerOf({ asked: { table }, expression: { owner } }: OneAsked): string {
  return JSON.stringify([table, owner]);
}

/**
 * What names foreign code; and what compares a column with a constant that is read as a type of foreign code. The
 * latter is asked for on neither side, since the server writes the type and an entity does not.
 */
function foundIn(asked: Asked, foreign: ForeignCode): readonly Found[] {
  const { expressions, columns } = asked;
  const named = (sql: string) => foreignColumnsIn(foreign, sql, columns);
  const withConstants = new Set(
    expressions.filter(({ sql }) => hasText(sql) && named(sql).length > 0).map(({ owner }) => owner),
  );
  return expressions.flatMap((expression) => {
    const { sql, type, owner } = expression;
    const [column] = withConstants.has(owner) ? named(sql) : [];
    const name = foreignNameIn(foreign, { sql, type }, columns) ?? (column && typeName(column.type));
    return name === undefined ? [] : { asked, expression, name };
  });
}

/** A check works without the parser, which only such expressions need: it reports what it could not compare. */
function withoutParser(error: unknown): string {
  if (error instanceof PackageMissingError) return error.needed;
  throw error;
}

function answerOf(
  { asked, expression, name, isPartner }: Found,
  meanings: Meanings,
  canonicalize: ParsedCanonicalizer | string,
): UnplannedAnswer {
  const why = `it uses ${name}, which is not PostgreSQL's own, so the check does not evaluate it`;
  if (typeof canonicalize === 'string')
    return { refused: `${why}. To compare it as text, install ${canonicalize}` };
  const columns = new Map(asked.columns.map((column) => [column.name, column.type]));
  const parsed = canonicalize(expression, columns);
  const reason = `${why}. Write it in the entity as the database shows it`;
  if (parsed === null) return { refused: reason };
  return { parsed, reason, isCertain: isPartner === true && !meanings.hasNamesake(name) };
}
