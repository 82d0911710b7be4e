import 'reflect-metadata';
import type { DataSource, EntitySchema } from 'typeorm';
import { checkDrift } from '../src/drift/check-drift.js';
import { entity } from '../test/integration/drift/no-false-alarm-database.js';
import {
  NEUTRAL_DEFAULTS,
  POSTGRES_DEFAULTS,
  SQLITE_DEFAULTS,
  type Cases,
} from '../test/integration/drift/no-false-alarm-defaults.js';
import { postgresColumnCases } from '../test/integration/drift/sensitivity/postgres-columns.js';
import { postgresConstraintCases } from '../test/integration/drift/sensitivity/postgres-constraints.js';
import { postgresIndexCases } from '../test/integration/drift/sensitivity/postgres-indexes.js';
import { postgresModel } from '../test/integration/drift/sensitivity/postgres-model.js';
import { postgresTableCases } from '../test/integration/drift/sensitivity/postgres-tables.js';
import { sqliteColumnCases } from '../test/integration/drift/sensitivity/sqlite-columns.js';
import { sqliteConstraintCases } from '../test/integration/drift/sensitivity/sqlite-constraints.js';
import { sqliteIndexCases } from '../test/integration/drift/sensitivity/sqlite-indexes.js';
import { sqliteModel } from '../test/integration/drift/sensitivity/sqlite-model.js';
import { lendPlainPostgres } from '../test/support/plain-postgres.js';
import { lendPlainFiles, onFile } from '../test/support/plain-sqlite.js';
import { startServers, stopServers } from '../test/support/servers.js';
import { printTable } from './table.js';

/** What one comparison got wrong, beside how many cases there were. */
interface Score {
  readonly subject: string;
  readonly cases: number;
  /** Titles of cases. */
  readonly typeorm: readonly string[];
  readonly ours: readonly string[];
}

/** What either comparison says of a database. */
interface Verdict {
  /** What TypeORM would run. */
  readonly typeorm: readonly string[];
  /** What we report, in short. */
  readonly ours: readonly string[];
}

const HEADING = ['', 'cases', 'wrong: TypeORM log()', 'wrong: checkDrift()'];

/**
 * Prints how often TypeORM's own comparison and ours are wrong over the cases of the tests: a change that is missed,
 * and an alarm where entities and database mean the same.
 */
export async function driftAccuracy(): Promise<void> {
  await startServers();
  try {
    const scores = [
      await missedOnPostgres(),
      await alarmsOnPostgres(),
      await missedOnSqlite(),
      await alarmsOnSqlite(),
    ];
    printScores(scores);
  } finally {
    await stopServers();
  }
}

async function missedOnPostgres(): Promise<Score> {
  const cases = [
    ...postgresTableCases,
    ...postgresColumnCases,
    ...postgresConstraintCases,
    ...postgresIndexCases,
  ];
  const prepare = ['CREATE EXTENSION btree_gist', 'CREATE SCHEMA audit', 'CREATE SCHEMA hidden'];
  const database = await lendPlainPostgres(prepare);
  try {
    const dataSource = await database.connect(postgresModel);
    await dataSource.synchronize();
    const before = await verdictOn(dataSource);
    const verdicts = new Map<string, Verdict>();
    for (const { title, sql, since = 0 } of cases)
      await database.rolledBackSince(since, sql, async () => {
        verdicts.set(title, await verdictOn(dataSource));
      });
    return missed('changes, PostgreSQL', before, verdicts);
  } finally {
    await database.takeBack();
  }
}

async function missedOnSqlite(): Promise<Score> {
  const files = await lendPlainFiles();
  try {
    const path = await files.create('before.db', sqliteModel);
    const options = { entities: sqliteModel };
    const before = await onFile(path, options, verdictOn);
    const verdicts = new Map<string, Verdict>();
    for (const { title, steps } of [...sqliteColumnCases, ...sqliteConstraintCases, ...sqliteIndexCases])
      verdicts.set(title, await onFile(await files.changed(path, steps), options, verdictOn));
    return missed('changes, SQLite', before, verdicts);
  } finally {
    await files.takeBack();
  }
}

/** A change is missed by whoever says the same as before it. */
function missed(subject: string, before: Verdict, verdicts: ReadonlyMap<string, Verdict>): Score {
  const missedBy = (who: keyof Verdict) =>
    [...verdicts]
      .filter(([, after]) => after[who].join('\n') === before[who].join('\n'))
      .map(([title]) => title);
  return { subject, cases: verdicts.size, typeorm: missedBy('typeorm'), ours: missedBy('ours') };
}

async function alarmsOnPostgres(): Promise<Score> {
  const database = await lendPlainPostgres();
  try {
    const cases = { ...NEUTRAL_DEFAULTS, ...POSTGRES_DEFAULTS };
    const dataSource = await database.connect([], { entities: tablesOf(cases) });
    await dataSource.synchronize();
    return alarms('defaults and enums, PostgreSQL', cases, await verdictOn(dataSource));
  } finally {
    await database.takeBack();
  }
}

async function alarmsOnSqlite(): Promise<Score> {
  const files = await lendPlainFiles();
  try {
    const cases = { ...NEUTRAL_DEFAULTS, ...SQLITE_DEFAULTS };
    const options = { entities: tablesOf(cases), synchronize: true };
    const verdict = await onFile(`${files.folder}/defaults.db`, options, verdictOn);
    return alarms('defaults and enums, SQLite', cases, verdict);
  } finally {
    await files.takeBack();
  }
}

/** A table for each case, by its number. */
function tablesOf(cases: Cases): readonly EntitySchema[] {
  return Object.values(cases).map((column, number) => entity(tableOf(number), { value: column }));
}

function tableOf(number: number): string {
  return `case_${number}_`;
}

function alarms(subject: string, cases: Cases, { typeorm, ours }: Verdict): Score {
  const titles = Object.keys(cases);
  return {
    subject,
    cases: titles.length,
    typeorm: titles.filter((_, number) => typeorm.some((sql) => sql.includes(tableOf(number)))),
    ours: titles.filter((_, number) => ours.some((line) => line.includes(tableOf(number)))),
  };
}

async function verdictOn(dataSource: DataSource): Promise<Verdict> {
  const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
  const { changes, uncomparable } = await checkDrift(dataSource);
  return {
    typeorm: upQueries.map(({ query }) => query),
    ours: [...changes, ...uncomparable].map(({ kind, table, object }) => `${kind} ${table}.${object}`),
  };
}

function printScores(scores: readonly Score[]): void {
  const counts = (list: readonly Score[]) => [
    list.reduce((sum, { cases }) => sum + cases, 0),
    list.reduce((sum, { typeorm }) => sum + typeorm.length, 0),
    list.reduce((sum, { ours }) => sum + ours.length, 0),
  ];
  const rows = scores.map((score) => [score.subject, ...counts([score]).map(String)]);
  printTable(HEADING, [...rows, ['total', ...counts(scores).map(String)]]);
  for (const { subject, typeorm, ours } of scores) {
    process.stdout.write(`\n${subject}\n`);
    process.stdout.write(`  wrong: TypeORM log(): ${typeorm.join('; ') || 'none'}\n`);
    process.stdout.write(`  wrong: checkDrift(): ${ours.join('; ') || 'none'}\n`);
  }
}
