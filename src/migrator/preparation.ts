/** What TypeORM does by itself before it runs a migration, and migrations that it has generated rely on. */

import type { QueryRunner } from 'typeorm';
import { recordStatements, type Recorded } from './offline-body.js';

/** A schema builder that keeps texts of views and of generated columns in a table. */
interface KeepsTexts {
  createMetadataTableIfNecessary(runner: QueryRunner): Promise<void>;
}

/**
 * The statements that create TypeORM's table for views and generated columns, where the entities have any. They change
 * nothing where it exists.
 */
export async function preparation(of: Recorded): Promise<readonly string[]> {
  const builder: object = of.dataSource.driver.createSchemaBuilder();
  if (!keepsTexts(builder)) return [];
  const statements = await recordStatements(of, (runner) => {
    const onEmptyDatabase = Object.assign(runner, { hasTable: () => Promise.resolve(false) });
    return builder.createMetadataTableIfNecessary(onEmptyDatabase);
  });
  return statements.map((sql) => sql.replace(/^CREATE TABLE (?!IF )/, 'CREATE TABLE IF NOT EXISTS '));
}

function keepsTexts(builder: object): builder is KeepsTexts {
  return 'createMetadataTableIfNecessary' in builder;
}
