/**
 * Tables of entities with `synchronize: false` on a scratch database. They exist before the first revision, unless a
 * revision creates them.
 */

import { NO_VIEWS } from '../databases/view-facts.js';
import type { DataSource, QueryRunner } from 'typeorm';
import type { Database } from '../databases/database.js';
import { NO_CONFIRMED_VALUES } from '../databases/planning.js';
import { databaseOf } from '../databases/registry.js';
import { queryBelow, watchStatements } from '../databases/statement-watch.js';
import { databaseWords } from '../errors/base.js';
import { ScratchSetupError } from '../errors/scratch.js';
import { describeEntities } from '../metadata/describe.js';
import { externalTables } from '../metadata/external-tables.js';
import { diff } from '../schema/diff.js';
import type { SchemaModel, TableModel } from '../schema/model.js';
import { quoteIdentifier } from '../sql/quote.js';
import { withoutComments } from '../sql/text.js';
import { oneLine } from '../text/one-line.js';
import { liveSchema } from './live-schema.js';

/** What was created for a DataSource. */
interface Standing {
  /** The tables that no revision has replaced yet, by their names in the model. */
  readonly tables: Set<string>;
  readonly schemas: readonly string[];
}

const STANDING = new WeakMap<DataSource, Standing>();

/**
 * Creates those tables that the database lacks, with their columns and keys. A table that cannot be created is missing:
 * a revision that needs it fails.
 *
 * @param dataSource connected to a scratch database, before its revisions run
 * @throws ScratchSetupError for a table to which an entity has a foreign key
 */
export async function createExternalTables(dataSource: DataSource): Promise<void> {
  const tables = externalTables(dataSource);
  if (tables.length === 0) return;
  const database = databaseOf(dataSource);
  const schemas = [database.defaultSchema(dataSource), ...tables.flatMap(({ name }) => schemaIn(name))];
  const { schema: live } = await liveSchema(dataSource, [...new Set(schemas)]);
  const present = new Set(live.tables.map(({ name }) => name));
  const missing = tables.filter(({ name }) => !present.has(name));
  const created = new Set<string>();
  for (const table of missing) if (await createTable(dataSource, database, table)) created.add(table.name);
  STANDING.set(dataSource, { tables: created, schemas: [...new Set([...created].flatMap(schemaIn))] });
  const createQueryRunner = dataSource.createQueryRunner.bind(dataSource);
  dataSource.createQueryRunner = (mode) => giveWay(createQueryRunner(mode), dataSource);
}

function schemaIn(name: string): readonly string[] {
  return name.includes('.') ? [name.slice(0, name.indexOf('.'))] : [];
}

async function createTable(dataSource: DataSource, database: Database, table: TableModel): Promise<boolean> {
  try {
    for (const sql of await statementsFor(dataSource, database, table)) await dataSource.query(sql);
    return true;
  } catch (error) {
    if (!isReferred(dataSource, table)) return false;
    const words = oneLine(databaseWords(error)).replace(/\.?$/, '.');
    throw new ScratchSetupError(`${table.name}, of an entity with synchronize: false`, words, error);
  }
}

function isReferred(dataSource: DataSource, { name }: TableModel): boolean {
  const { tables } = describeEntities(dataSource).schema;
  return tables.some(({ foreignKeys }) => foreignKeys.some((key) => key.table === name));
}

async function statementsFor(
  dataSource: DataSource,
  database: Database,
  table: TableModel,
): Promise<readonly string[]> {
  const empty: SchemaModel = { dialect: database.name, tables: [], enums: [] };
  const to: SchemaModel = { ...empty, tables: [table] };
  const facts = {
    volatileFunctions: new Set<string>(),
    ...{ attached: [], properties: [], types: [] },
    ...{ dependents: [], conversions: [], timeZones: new Map<string, string>(), refused: [], sequences: [] },
    ...{ views: NO_VIEWS, installed: [] },
  };
  const planner = await database.planner();
  const parts = planner.plan(
    {
      ...{ head: empty, from: empty, to, changes: diff(empty, to), renames: [], ownIndexes: [], facts },
      defaultSchema: database.defaultSchema(dataSource),
    },
    NO_CONFIRMED_VALUES,
  );
  return parts.flatMap(({ up }) => up.flatMap(({ statements }) => statements.map(({ sql }) => sql)));
}

/**
 * Lets revisions create these tables themselves: drops one before a statement that creates a table or a view with its
 * name, and lets CREATE SCHEMA find its schema.
 */
export function giveWay(queryRunner: QueryRunner, dataSource: DataSource): QueryRunner {
  const standing = STANDING.get(dataSource);
  if (!standing) return queryRunner;
  const { tables, schemas } = standing;
  const database = databaseOf(dataSource);
  const defaultSchema = database.defaultSchema(dataSource);
  watchStatements(queryRunner, async (sql, send) => {
    if (!/\b(?:CREATE|RENAME)\b/i.test(sql)) return send();
    const bare = withoutComments(sql, database.language);
    for (const name of [...tables].filter((table) => creates(bare, table, defaultSchema))) {
      tables.delete(name);
      await below(`DROP TABLE ${database.fixtures.table(name, defaultSchema)}`);
    }
    const schema = schemas.find((name) => new RegExp(`${SCHEMA}${anyOf(name)}\\s*;?$`, 'i').test(bare));
    return schema === undefined ? send() : send(`CREATE SCHEMA IF NOT EXISTS ${quoteIdentifier(schema)}`);
  });
  const below = queryBelow(queryRunner);
  return queryRunner;
}

const CREATE = String.raw`\bCREATE\s+(?:OR\s+REPLACE\s+)?(?:UNLOGGED\s+)?(?:TABLE|(?:MATERIALIZED\s+)?VIEW)\s+(?:IF\s+NOT\s+EXISTS\s+)?`;
const RENAME = String.raw`\bRENAME\s+TO\s+`;
const SCHEMA = String.raw`^CREATE\s+SCHEMA\s+`;

function creates(sql: string, name: string, defaultSchema: string): boolean {
  const at = name.indexOf('.');
  const [schema, table] = [at < 0 ? defaultSchema : name.slice(0, at), anyOf(name.slice(at + 1))];
  const before = schema === '' ? '' : `(?:${anyOf(schema)}\\s*\\.\\s*)${at < 0 ? '?' : ''}`;
  return new RegExp(`(?:${CREATE}${before}|${RENAME})${table}(?![\\w$.])`, 'i').test(sql);
}

/** With quotes of either database, or without. */
function anyOf(name: string): string {
  const plain = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return `(?:"${plain}"|\`${plain}\`|${plain})`;
}
