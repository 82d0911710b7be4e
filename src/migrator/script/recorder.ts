import type { DataSource, QueryRunner } from 'typeorm';
import { dialectOf, type DialectName } from '../../dialect/dialect.js';
import { literal } from '../records/sql.js';
import type { Direction, KnownRevision } from '../revision.js';

/** A revision wants to know something of the database, or sends what no script can hold. */
export class NotOffline extends Error {}

/** Statements that answer with rows; a body that needs the answer cannot be known without a database. */
const READS = /^\s*(SELECT|WITH|PRAGMA|SHOW|EXPLAIN|VALUES|TABLE)\b|\bRETURNING\b/i;

/** Text in quotes, comments and dollar quotes, in which a placeholder is none; then placeholders. */
const TOKENS =
  /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|\$([A-Za-z_]\w*)?\$[\s\S]*?\$\1\$|\$(\d+)|\?/g;

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
  const dialect = dialectOf(dataSource).name;
  const kept: string[] = [];
  await migration[direction](
    recordingRunner(dataSource, (sql, parameters) => kept.push(inlined(dialect, sql, parameters))),
  );
  return kept;
}

/** One of its own, since SQLite's driver hands out the same one again and again. */
function recordingRunner(
  dataSource: DataSource,
  keep: (sql: string, parameters: readonly unknown[]) => void,
): QueryRunner {
  const { constructor } = dataSource.createQueryRunner();
  const runner = Reflect.construct(constructor, [dataSource.driver, 'master']) as QueryRunner;
  const done = () => Promise.resolve();
  const refuse = () => Promise.reject(new NotOffline('it wants a connection'));
  return Object.assign(runner, {
    manager: dataSource.createEntityManager(runner),
    query: (sql: string, parameters: readonly unknown[] = []) => {
      if (READS.test(sql)) return Promise.reject(new NotOffline(`it reads the database: ${shortened(sql)}`));
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

/** A statement with its parameters written into it. */
export function inlined(dialect: DialectName, sql: string, parameters: readonly unknown[]): string {
  let next = 0;
  return sql.replace(TOKENS, (token: string, _tag: string | undefined, number: string | undefined) => {
    if (dialect === 'postgres' && number !== undefined)
      return valueOf(dialect, parameters[Number(number) - 1]);
    if (dialect !== 'sqlite' || token !== '?') return token;
    next += 1;
    return valueOf(dialect, parameters[next - 1]);
  });
}

function valueOf(dialect: DialectName, value: unknown): string {
  if (value === null || value === undefined) return 'NULL';
  if (typeof value === 'boolean')
    return dialect === 'postgres' ? String(value).toUpperCase() : String(Number(value));
  if (typeof value === 'string' || typeof value === 'number') return literal(value);
  if (typeof value === 'bigint') return String(value);
  if (value instanceof Date)
    return literal(
      value
        .toISOString()
        .replace('T', ' ')
        .replace('Z', dialect === 'postgres' ? '+00' : ''),
    );
  throw new NotOffline(`it has a parameter that cannot be written as text (${typeof value})`);
}

function shortened(sql: string): string {
  const line = sql.replace(/\s+/g, ' ').trim();
  return line.length > 80 ? `${line.slice(0, 80)}...` : line;
}
