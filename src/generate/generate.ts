import type { DataSource, MigrationInterface } from 'typeorm';
import type { SqlInMemory } from 'typeorm/driver/SqlInMemory.js';
import { createDataSource } from '../data-source.js';
import type { DatabaseTarget } from '../database-url.js';
import { GenerateError } from '../errors.js';
import { LineLogger } from '../logger.js';
import { migrateUp } from '../migrator/migrator.js';
import type { DialectStatements } from '../migrator/revision.js';
import type { Settings } from '../settings.js';
import { scratchServer, withScratchDatabase } from './scratch.js';

/** What a revision is generated from: the entities, and the revisions that there are. */
export interface GenerateInput {
  readonly settings: Settings;
  readonly entities: readonly Function[];
  readonly migrations: readonly (new () => MigrationInterface)[];
}

/** The next revision, not written yet. */
export interface GeneratedRevision {
  readonly description: string;
  readonly postgres: DialectStatements;
  readonly sqlite: DialectStatements;
}

/**
 * Generates what leads from head to the entities, for both dialects, with TypeORM's schema builder. It connects to
 * scratch databases only: SQLite in memory, PostgreSQL on SCRATCH_DATABASE_URL or the embedded server.
 *
 * @returns undefined when the entities say nothing new
 * @throws ScratchDatabaseError, GenerateError
 */
export async function generateRevision(input: GenerateInput): Promise<GeneratedRevision | undefined> {
  const sqlite = await statementsFor(
    { dialect: 'sqlite', path: ':memory:', shown: 'sqlite::memory:' },
    input,
  );
  const postgres = await withPostgres(input.settings, (target) => statementsFor(target, input));
  if (sqlite.up.length === 0 && postgres.up.length === 0) return undefined;
  return { description: describeStatements(postgres.up), postgres, sqlite };
}

async function withPostgres<T>(settings: Settings, use: (target: DatabaseTarget) => Promise<T>): Promise<T> {
  const server = await scratchServer(settings);
  try {
    return await withScratchDatabase(server.target, use);
  } finally {
    await server.stop();
  }
}

async function statementsFor(database: DatabaseTarget, input: GenerateInput): Promise<DialectStatements> {
  const logger = new LineLogger('error', () => undefined);
  const dataSource = createDataSource({ ...input.settings, database }, { ...input, logger });
  await dataSource.initialize();
  try {
    await migrateUp(dataSource);
    return await schemaStatements(dataSource);
  } finally {
    await dataSource.destroy();
  }
}

async function schemaStatements(dataSource: DataSource): Promise<DialectStatements> {
  const { upQueries, downQueries } = await dataSource.driver.createSchemaBuilder().log();
  return { up: upQueries.map(plainSql), down: downQueries.map(plainSql).reverse() };
}

function plainSql({
  query,
  parameters,
}: {
  readonly query: string;
  readonly parameters?: SqlInMemory['upQueries'][number]['parameters'];
}): string {
  if (parameters && parameters.length > 0) {
    throw new GenerateError(
      `A generated statement has parameters, which a list of statements cannot hold: ${query}`,
    );
  }
  // TypeORM 1 leaves room for USING where there is none.
  return query.replace(/;?\s*$/, '').replace(/^(CREATE (?:UNIQUE )?INDEX "[^"]+" ON "[^"]+")\s+/, '$1 ');
}

function describeStatements(statements: readonly string[]): string {
  const created = statements.flatMap((sql) => /^CREATE TABLE "([^"]+)"/.exec(sql)?.[1] ?? []);
  if (created.length > 0) return `Creates ${created.sort().join(', ')}.`;
  const altered = new Set(statements.flatMap((sql) => /^ALTER TABLE "([^"]+)"/.exec(sql)?.[1] ?? []));
  return `Changes ${[...altered].sort().join(', ') || 'the schema'}.`;
}
