/** What TypeORM does by itself before it runs a migration, and migrations that it has generated rely on. */

import type { DataSource, QueryRunner } from 'typeorm';
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
  const statements = await recordStatements(of, (runner) =>
    createMetadataTable(of.dataSource, Object.assign(runner, { hasTable: () => Promise.resolve(false) })),
  );
  return statements.map((sql) => sql.replace(/^CREATE TABLE (?!IF )/, 'CREATE TABLE IF NOT EXISTS '));
}

/** Creates that table where the entities need it and it is missing, as TypeORM does before it runs migrations. */
export async function createMetadataTable({ driver }: DataSource, runner: QueryRunner): Promise<void> {
  const builder = driver.createSchemaBuilder() as Partial<KeepsTexts>;
  await builder.createMetadataTableIfNecessary?.(runner);
}

/** A driver that installs extensions when it connects, unless an option forbids it. */
interface InstallsExtensions {
  readonly options: { readonly installExtensions?: boolean };
  checkMetadataForExtensions(): Promise<object>;
  enableExtensions(needed: object, connection: unknown): Promise<void>;
}

/** The statements that install the extensions which TypeORM installs when it connects; a script has no connection. */
export async function extensionsOnConnecting({ dataSource }: Recorded): Promise<readonly string[]> {
  const driver: object = dataSource.driver;
  if (!installsExtensions(driver) || driver.options.installExtensions === false) return [];
  const kept: string[] = [];
  const executeQuery = (_connection: unknown, sql: string) => Promise.resolve(kept.push(sql));
  const recorder = Object.assign(Object.create(driver) as InstallsExtensions, { executeQuery });
  await recorder.enableExtensions(await recorder.checkMetadataForExtensions(), undefined);
  return kept;
}

function installsExtensions(driver: object): driver is InstallsExtensions {
  return 'checkMetadataForExtensions' in driver && 'enableExtensions' in driver;
}
