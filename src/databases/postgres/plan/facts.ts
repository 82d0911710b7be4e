import type { DataSource, QueryRunner } from 'typeorm';
import { EQ, GE, NE } from '../../../sql/postgres-operators.js';
import type { FactsAsked } from '../../planner.js';
import type { ConversionNeeded, Facts } from '../../planning.js';
import { readAttached, readUntried } from './attached/read.js';
import { readDeclaredParts } from './declared-parts.js';
import { VOLATILE_OF_UUID_OSSP } from './extensions.js';
import { knownTimeZones, missingCasts } from './conversions.js';
import { undeclaredObjects } from './undeclared-dependents.js';
import { readingPlainly } from '../plain-reading.js';
import { settingConversions } from './setting-conversions.js';
import { settingProblem } from './setting-words.js';
import { spatialConversions } from './spatial-conversions.js';
import { readDivided } from './divide/read-tables.js';
import { readTableFacts } from './phases/table-facts.js';
import { readBridgeFacts } from './phases/bridge-facts.js';
import { readSequences, type Queryable } from './sequences.js';
import { PostgresNames } from './sql.js';

/** Asks a scratch server about the changes; it runs every expression, or the revisions fail on it. */
export async function readFacts(dataSource: DataSource, asked: FactsAsked): Promise<Facts> {
  return {
    volatileFunctions: await volatileFunctions(dataSource),
    dependents: await undeclaredObjects(dataSource),
    ...(await readAttached(dataSource, asked)),
    conversions: await conversionsNeeded(dataSource, asked),
    timeZones: await knownTimeZones(dataSource, asked.timeZones),
    refused: [],
    sequences: await readSequences(dataSource, asked.defaultSchema),
    ...{ views: asked.views, installed: asked.installed },
    takesUnvalidated: await takesUnvalidated(dataSource),
    around: await readTableFacts(dataSource, asked.defaultSchema),
    bridged: await readBridgeFacts(dataSource, asked),
    ...(await readDivided(dataSource, asked)),
    ...(await readDeclaredParts(dataSource, asked)),
  };
}

/** The extensions that a database has. */
export async function readExtensions(dataSource: DataSource): Promise<readonly string[]> {
  const rows = await dataSource.query<readonly { readonly name: string }[]>(
    'SELECT extname AS name FROM pg_catalog.pg_extension',
  );
  return rows.map(({ name }) => name);
}

/** Whatever the search path leads to, only objects of pg_catalog have a part in it. */
export async function readLiveFacts(dataSource: DataSource, asked: FactsAsked): Promise<Facts> {
  const runner = dataSource.createQueryRunner();
  try {
    return await readingPlainly(transacting(runner), async () => ({
      ...{ volatileFunctions: await volatileFunctions(runner), dependents: [], conversions: [], refused: [] },
      ...(await readUntried(runner, asked)),
      ...{ timeZones: new Map(), views: asked.views, installed: asked.installed },
      sequences: await readSequences(runner, asked.defaultSchema),
      takesUnvalidated: await takesUnvalidated(runner),
    }));
  } finally {
    await runner.release();
  }
}

/** Before version 18, ADD FOREIGN KEY NOT VALID fails on a partitioned table. */
async function takesUnvalidated(dataSource: Queryable): Promise<boolean> {
  const version = `pg_catalog.current_setting('server_version_num')::pg_catalog.int4`;
  const [row] = (await dataSource.query(`SELECT ${version} ${GE} 180000 AS takes`)) as readonly {
    readonly takes: boolean;
  }[];
  return row?.takes ?? true;
}

function transacting(runner: QueryRunner) {
  return {
    begin: () => runner.startTransaction(),
    query: (sql: string) => runner.query(sql) as Promise<unknown>,
    rollback: () => runner.rollbackTransaction(),
  };
}

async function volatileFunctions(dataSource: Queryable): Promise<ReadonlySet<string>> {
  const rows = (await dataSource.query(
    `SELECT DISTINCT proname AS name FROM pg_catalog.pg_proc WHERE provolatile ${EQ} 'v' AND prorettype ${NE} 'pg_catalog.void'::pg_catalog.regtype`,
  )) as readonly { readonly name: string }[];
  return new Set([...rows.map(({ name }) => name), ...VOLATILE_OF_UUID_OSSP]);
}

/** Changes of types for which PostgreSQL has no cast, or one that depends on a setting other than the time zone. */
async function conversionsNeeded(
  dataSource: DataSource,
  { changes, defaultSchema }: FactsAsked,
): Promise<readonly ConversionNeeded[]> {
  const names = new PostgresNames(defaultSchema);
  const withoutCast = await missingCasts(dataSource, changes, names);
  const ofSettings = await settingConversions(dataSource, changes, names);
  return [
    ...spatialConversions(changes),
    ...withoutCast.map(({ table, column, direction, from, to }) => ({
      ...{ table, column, direction },
      problem: `type ${from} becomes ${to}, for which PostgreSQL has no cast`,
      expressions: [],
    })),
    ...ofSettings.map(({ table, column, direction, expression, ...asked }) => ({
      ...{ table, column, direction },
      problem: settingProblem(asked),
      expressions: [expression],
    })),
  ];
}
