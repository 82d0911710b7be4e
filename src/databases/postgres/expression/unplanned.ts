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
  typeName,
  type ForeignCode,
  type ForeignRow,
} from './foreign-code.js';
import { parsedCanonicalizer, type ParsedCanonicalizer } from './parsed-expression.js';

/** An expression and the object that it belongs to. */
export type Owned = PostgresExpression & { readonly owner: string };

/** Expressions of one table, with the columns that they may name. */
interface Asked {
  readonly table: string;
  readonly columns: readonly ColumnModel[];
  readonly expressions: readonly Owned[];
}

/** Why the server is not asked, and the spelling that the parser gives. */
type UnplannedAnswer = { readonly refused: string } | { readonly parsed: string; readonly reason: string };

interface Unplanned {
  readonly table: string;
  readonly expression: PostgresExpression;
  readonly answer: UnplannedAnswer;
}

/** An expression, and what it uses that is foreign. */
interface Found {
  readonly asked: Asked;
  readonly expression: Owned;
  readonly name: string;
}

/** The expressions that may run foreign code when they are planned, each with its answer. */
export async function unplannedAnswers(
  questions: readonly Asked[],
  readAll: ReadAll,
  defaultSchema: string,
): Promise<readonly Unplanned[]> {
  if (questions.length === 0) return [];
  const [rows = []] = await readAll([FOREIGN_CODE]);
  const foreign = foreignCodeOf(rows as readonly ForeignRow[]);
  const found = questions.flatMap((asked) => foundIn(asked, foreign));
  if (found.length === 0) return [];
  const canonicalize = await parsedCanonicalizer({ foreign, defaultSchema }).catch(withoutParser);
  return found.map(({ asked, expression, name }) => ({
    table: asked.table,
    expression,
    answer: answerOf({ asked, expression, name }, foreign, canonicalize),
  }));
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
  { asked, expression, name }: Found,
  foreign: ForeignCode,
  canonicalize: ParsedCanonicalizer | string,
): UnplannedAnswer {
  const why = `it uses ${name}, which is not PostgreSQL's own, so the check does not evaluate it`;
  if (typeof canonicalize === 'string')
    return { refused: `${why}. To compare it as text, install ${canonicalize}` };
  const columns = new Map(foreignColumnsIn(foreign, expression.sql, asked.columns).map(typeOfColumn));
  const parsed = canonicalize(expression, columns);
  const reason = `${why}. Write it in the entity as the database shows it`;
  return parsed === null ? { refused: reason } : { parsed, reason };
}

function typeOfColumn({ name, type }: Pick<ColumnModel, 'name' | 'type'>): readonly [string, string] {
  return [name, typeName(type)];
}
