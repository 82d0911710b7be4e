import type { DataSource } from 'typeorm';
import { located } from '../broken-script.js';
import type { Database } from '../databases/database.js';
import { withUnchangedArguments } from '../databases/unchanged-arguments.js';
import { GenerateError, isOwnError, messageOf } from '../errors/base.js';
import { sourceProblem } from '../source-problem.js';
import { quoteIdentifier } from '../sql/quote.js';

/**
 * Connects a DataSource to a scratch database, until `use` is done.
 *
 * @throws GenerateError where its entities cannot be used
 */
export async function connected<T>(
  dataSource: DataSource,
  database: Database,
  use: () => Promise<T>,
): Promise<T> {
  await initialized(dataSource, database.title);
  try {
    const schema = database.defaultSchema(dataSource);
    // The list of applied revisions is in this schema, so no revision can create it.
    if (schema !== '' && schema !== 'public')
      await dataSource.query(`CREATE SCHEMA IF NOT EXISTS ${quoteIdentifier(schema)}`);
    return await use();
  } finally {
    await dataSource.destroy();
  }
}

/** TypeORM looks at the entities when it connects. */
async function initialized(dataSource: DataSource, title: string): Promise<void> {
  try {
    await alone(() => withUnchangedArguments(() => dataSource.initialize()));
  } catch (error) {
    if (isOwnError(error)) throw error;
    throw new GenerateError(
      `The DataSource cannot be initialized on a scratch database (${title}): ${(sourceProblem(located(error, dataSource)) ?? messageOf(error)).replace(/\.$/, '')}. Correct the entity or the option that it names, then run the command again.`,
      { cause: error },
    );
  }
}

let before: Promise<unknown> = Promise.resolve();

/** Two builds of metadata at once would see what TypeORM writes into the decorators of the other. */
function alone<T>(initialize: () => Promise<T>): Promise<T> {
  const own = before.then(initialize);
  before = own.catch(() => undefined);
  return own;
}
