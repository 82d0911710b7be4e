/** What a run of this package sends besides revisions stays out of the log that an application keeps of its statements. */

import type { DataSource, Logger, QueryRunner } from 'typeorm';
import { LineLogger } from '../logger.js';

/** The statements that sessions of this package have under way, of one DataSource. */
interface Quiet {
  readonly underWay: Map<QueryRunner, string[]>;
  /** Puts the logger back. */
  readonly restore: () => void;
}

const QUIET = new WeakMap<DataSource, Quiet>();

/**
 * Sends a statement that TypeORM's logger does not report, whether it succeeds or fails. The logger of this package
 * does: DB_LOG sets which statements it shows.
 */
export async function quietly<T>(queryRunner: QueryRunner, sql: string, send: () => Promise<T>): Promise<T> {
  const { connection } = queryRunner;
  if (connection.logger instanceof LineLogger && !QUIET.has(connection)) return send();
  const { underWay, restore } = QUIET.get(connection) ?? quiet(connection);
  underWay.set(queryRunner, [...(underWay.get(queryRunner) ?? []), sql]);
  try {
    return await send();
  } finally {
    const rest = underWay.get(queryRunner) ?? [];
    underWay.set(queryRunner, rest.toSpliced(rest.indexOf(sql), 1));
    if (rest.length === 1) underWay.delete(queryRunner);
    if (underWay.size === 0) restore();
  }
}

/** The logger of a user may be anything, so its other methods are reached as before. */
function quiet(dataSource: DataSource): Quiet {
  const { logger } = dataSource;
  const underWay: Quiet['underWay'] = new Map();
  const isOwn = (sql: unknown, queryRunner: unknown) =>
    underWay.get(queryRunner as QueryRunner)?.includes(sql as string) === true;
  const filter = { logQuery: 0, logQueryError: 1, logQuerySlow: 1 };
  const filtered = new Proxy(logger, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      const at = name in filter ? filter[name as keyof typeof filter] : undefined;
      return (...args: unknown[]): unknown =>
        at !== undefined && isOwn(args[at], args[at + 2]) ? undefined : Reflect.apply(value, target, args);
    },
  });
  const found: Quiet = {
    underWay,
    restore: () => {
      QUIET.delete(dataSource);
      if (dataSource.logger === filtered) Object.assign(dataSource, { logger });
    },
  };
  Object.assign(dataSource, { logger: filtered satisfies Logger });
  QUIET.set(dataSource, found);
  return found;
}
