import type { DataSource, QueryRunner } from 'typeorm';
import { dialectOf, type DialectName } from '../databases/registry.js';
import type { Direction, KnownRevision } from './revision.js';
import { plainWords, stretchesOf } from '../sql/text.js';
import { valueLiteral } from '../sql/quote.js';

/** How a driver understands parameters. */
type Syntax = DialectName | 'better-sqlite3';

/** A revision wants to know something of the database, or sends what no script can hold. */
export class NotOffline extends Error {}

/** Statements that answer with rows; a body that needs the answer cannot be known without a database. */
const READS = /^[\s(]*(SELECT|WITH|PRAGMA|SHOW|EXPLAIN|VALUES|TABLE)\b|\bRETURNING\b/i;

/**
 * Runs the body of a revision written by hand against a query runner that keeps what it is sent and knows nothing.
 *
 * @throws NotOffline when the body reads, or anything that the body throws
 */
export async function recordBody(
  dataSource: DataSource,
  { migration }: KnownRevision,
  direction: Direction,
): Promise<readonly string[]> {
  const syntax = dataSource.options.type === 'better-sqlite3' ? 'better-sqlite3' : dialectOf(dataSource).name;
  const kept: string[] = [];
  await migration[direction](
    recordingRunner(dataSource, (sql, parameters) => kept.push(inlined(syntax, sql, parameters))),
  );
  return kept;
}

/** One of its own, since SQLite's driver hands out the same one again and again. */
function recordingRunner(
  dataSource: DataSource,
  keep: (sql: string, parameters: readonly unknown[]) => void,
): QueryRunner {
  const language = dialectOf(dataSource).name;
  const { constructor } = dataSource.createQueryRunner();
  const runner = Reflect.construct(constructor, [dataSource.driver, 'master']) as QueryRunner;
  const done = () => Promise.resolve();
  const refuse = () => Promise.reject(new NotOffline('it wants a connection'));
  return Object.assign(runner, {
    manager: dataSource.createEntityManager(runner),
    query: (sql: string, parameters: readonly unknown[] = []) => {
      if (READS.test(plainWords(sql, language)))
        return Promise.reject(new NotOffline(`it reads the database: ${shortened(sql)}`));
      keep(sql, parameters);
      return Promise.resolve([]);
    },
    connect: refuse,
    stream: refuse,
    startTransaction: done,
    commitTransaction: done,
    rollbackTransaction: refuse,
  });
}

/**
 * A statement with its parameters written into it.
 *
 * @throws NotOffline for a value, or a way to name one, that cannot be written as text
 */
export function inlined(syntax: Syntax, sql: string, parameters: readonly unknown[]): string {
  if (parameters.length === 0) return sql;
  let next = 0;
  const write = (number: string | undefined) => {
    next = number === undefined ? next + 1 : Number(number);
    return WRITERS[syntax](parameters[next - 1]);
  };
  return stretchesOf(sql, syntax === 'postgres' ? 'postgres' : 'sqlite')
    .map(({ text, kind }) => (kind === 'plain' ? PLACEHOLDERS[syntax](text, write) : text))
    .join('');
}

/** SQLite numbers names by where they stand first, whatever they say; that is too easily got wrong. */
const PLACEHOLDERS: Readonly<
  Record<Syntax, (text: string, write: (number: string | undefined) => string) => string>
> = {
  postgres: (text, write) => text.replace(/\$(\d+)/g, (_all, number: string) => write(number)),
  sqlite: questionMarks,
  'better-sqlite3': questionMarks,
};

function questionMarks(text: string, write: (number: string | undefined) => string): string {
  if (/[$:@]\w/.test(text))
    throw new NotOffline('it names its parameters; only ? can be written into a script');
  return text.replace(/\?(\d+)?/g, (_all, number: string | undefined) => write(number));
}

/** A number is quoted for PostgreSQL as its driver sends it: as text whose type the server finds out. */
const WRITERS: Readonly<Record<Syntax, (value: unknown) => string>> = {
  postgres: (value) => {
    if (typeof value === 'boolean') return String(value).toUpperCase();
    if (typeof value === 'number' || typeof value === 'bigint') return valueLiteral(String(value));
    if (value instanceof Date) return valueLiteral(value.toISOString().replace('T', ' ').replace('Z', '+00'));
    return textOf(value);
  },
  sqlite: (value) => {
    if (typeof value === 'boolean') return String(Number(value));
    if (typeof value === 'number' || typeof value === 'bigint')
      return value < 0 ? `(${value})` : String(value);
    return textOf(value);
  },
  // It binds every number as a real one.
  'better-sqlite3': (value) => {
    if (typeof value === 'number') return `CAST(${value} AS REAL)`;
    return WRITERS.sqlite(value);
  },
};

function textOf(value: unknown): string {
  if (value === null || value === undefined) return 'NULL';
  if (typeof value === 'string') return valueLiteral(value);
  const kind = value instanceof Date ? 'Date' : typeof value;
  throw new NotOffline(`it has a parameter that cannot be written as text (${kind})`);
}

function shortened(sql: string): string {
  const line = sql.replace(/\s+/g, ' ').trim();
  return line.length > 80 ? `${line.slice(0, 80)}...` : line;
}
