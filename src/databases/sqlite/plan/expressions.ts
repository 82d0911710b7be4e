import type { DataSource } from 'typeorm';
import { databaseWords } from '../../../errors/base.js';
import type { RefusedExpression } from '../../planning.js';
import { quoteIdentifier } from '../../../sql/quote.js';

type Given = Readonly<Record<RefusedExpression['option'], readonly (readonly [string, string])[]>>;

/** Tries expressions on a scratch database, without a row: SQLite refuses what only PostgreSQL knows. */
export async function refusedExpressions(
  dataSource: DataSource,
  given: Given,
): Promise<readonly RefusedExpression[]> {
  const refused: RefusedExpression[] = [];
  for (const option of ['--using', '--using-down'] as const)
    for (const [place, expression] of given[option]) {
      const reason = await refusalOf(dataSource, place, expression);
      if (reason !== undefined) refused.push({ option, place, reason });
    }
  return refused;
}

async function refusalOf(
  dataSource: DataSource,
  place: string,
  expression: string,
): Promise<string | undefined> {
  const table = place.slice(0, place.indexOf('.'));
  try {
    await dataSource.query(`SELECT (${expression}) FROM ${quoteIdentifier(table)} LIMIT 0`);
    return undefined;
  } catch (error) {
    return databaseWords(error);
  }
}
