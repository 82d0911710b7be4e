import type { QueryRunner } from 'typeorm';

/** Sends a statement on, with its parameters. */
type Send = (...args: unknown[]) => Promise<unknown>;

/** Stands between a body and its connection: may look at a statement, and do something before and after it. */
type Intercept = (sql: string, send: () => Promise<unknown>) => Promise<unknown>;

/**
 * Lets a function see every statement of a query runner, whoever sends it.
 *
 * @returns takes it away again
 */
export function watchStatements(queryRunner: QueryRunner, intercept: Intercept): () => void {
  const own = Object.getOwnPropertyDescriptor(queryRunner, 'query');
  const send = queryRunner.query.bind(queryRunner) as Send;
  const query = (...args: unknown[]) => intercept(String(args[0]), () => send(...args));
  Object.assign(queryRunner, { query });
  return () => {
    if (own) Object.defineProperty(queryRunner, 'query', own);
    else Reflect.deleteProperty(queryRunner, 'query');
  };
}
