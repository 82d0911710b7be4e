import { restateSqlite } from '../restate.js';
import type { DataSource } from 'typeorm';
import type { FactsAsked, Planner } from '../../planner.js';
import type { Facts, PlannedPart, PlanReading, RefusedExpression, ConfirmedValues } from '../../planning.js';
import { readUsersOfDropped } from './dropped-columns.js';
import { readDropped, textsOfDropped, triggersAgain, usersLost } from './dropped-tables.js';
import { refusedExpressions } from './expressions.js';
import { sqliteRenames } from './renames.js';
import { quoteIdentifier, quoteLiteral } from '../../../sql/quote.js';
import { computedRecords, type ComputedWords } from '../../computed-records.js';
import { risksOf } from './risks.js';
import { renderSqlite } from './render.js';
import { readSqliteViews } from '../views/read-views.js';
import { strictConversions } from './strict-casts.js';
import { withSqliteViews } from './views.js';
import { sqliteSql } from './sql-reader.js';

/** Plans for SQLite, where a revision has the file to itself: one part does everything. */
export const sqlitePlanner: Planner = {
  renaming: ({ renames }) =>
    sqliteRenames(renames).up.flatMap(({ statements }) => statements.map(({ sql }) => sql)),
  readFacts,
  readExtensions: () => Promise.resolve([]),
  readLiveFacts: readFacts,
  readViews: readSqliteViews,
  risksOf,
  blockingRebuilds: () => [],
  plan,
  hasPhases: false,
  // One session at a time has the file, so the work is not in halves.
  planPhases: (reading, confirmed) => ({ parts: plan(reading, confirmed), inOneStep: [], limits: [] }),
  withoutRewrite: () => new Set(),
  builtIndexes: () => new Set(),
  objectsLost: usersLost,
  readableTexts: () => Promise.resolve(new Map()),
  restate: restateSqlite,
  sql: sqliteSql,
  isNamedIn: () => false,
};

async function readFacts(
  dataSource: DataSource,
  { changes, from, expressions, views, installed }: FactsAsked,
): Promise<Facts> {
  return {
    volatileFunctions: new Set(),
    attached: [
      ...(await readDropped(dataSource, changes)),
      ...(await readUsersOfDropped(dataSource, { changes, from })),
    ],
    properties: [],
    types: [],
    dependents: [],
    conversions: strictConversions(from, changes),
    timeZones: new Map(),
    refused: await refusedExpressions(dataSource, expressions),
    sequences: [],
    views,
    installed,
  };
}

function plan(reading: PlanReading, confirmed: ConfirmedValues): readonly PlannedPart[] {
  const { renames, changes, facts } = reading;
  const texts = textsOfDropped(reading);
  const tables = renderSqlite({ ...reading, texts }, withoutRefused(confirmed, facts.refused));
  const rendered = withSqliteViews({ ...tables, down: [...tables.down, ...triggersAgain(reading)] }, reading);
  const [renamed, records] = [sqliteRenames(renames), computedRecords(reading, recordWords(reading))];
  const up = [...renamed.up, ...rendered.up, ...records.up];
  const down = [...records.down, ...rendered.down, ...renamed.down];
  if (up.length === 0 && down.length === 0) return [];
  return [{ phase: 'main', transaction: true, subject: undefined, up, down, changes }];
}

function recordWords({ facts }: PlanReading): ComputedWords {
  return {
    ...{ literal: quoteLiteral, equals: '=', type: 'varchar', database: 'NULL' },
    path: quoteIdentifier(facts.views.records.table),
    place: (table) => ({ schema: null, table: quoteLiteral(table) }),
  };
}

/** SQLite's own rules convert the values whose expression it cannot run. */
function withoutRefused(confirmed: ConfirmedValues, refused: readonly RefusedExpression[]): ConfirmedValues {
  const without = (option: RefusedExpression['option'], given: ConfirmedValues['usings']) =>
    new Map(
      [...given].filter(([place]) => !refused.some((one) => one.option === option && one.place === place)),
    );
  return {
    ...confirmed,
    usings: without('--using', confirmed.usings),
    usingsDown: without('--using-down', confirmed.usingsDown),
  };
}
