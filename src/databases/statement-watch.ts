import type { QueryRunner } from 'typeorm';

/** Sends a statement on, with its parameters; another statement in its place where one is given. */
type Send = (instead?: string) => Promise<unknown>;

/** Stands between a body and its connection: may look at a statement, and do something before and after it. */
type Intercept = (sql: string, send: Send) => Promise<unknown>;

type Query = (...args: readonly unknown[]) => Promise<unknown>;

/** What intercepts the statements of one query runner, the innermost first; a list is never changed, but replaced. */
interface Interception {
  list: readonly Intercept[];
  readonly query: Query;
  /** Puts back what `query` was. */
  readonly restore: () => void;
}

const INTERCEPTED = new WeakMap<QueryRunner, Interception>();

/**
 * Lets a function see every statement of a query runner, whoever sends it. The one that came last sees it first.
 * `query` is replaced once, for all of them, and put back when the last one is gone.
 *
 * @returns takes it away again, in any order and any number of times
 */
export function watchStatements(queryRunner: QueryRunner, intercept: Intercept): () => void {
  const interception = INTERCEPTED.get(queryRunner) ?? intercepted(queryRunner);
  // A function of its own each time, so that one that is there twice is taken away once.
  const own: Intercept = (sql, send) => intercept(sql, send);
  interception.list = [...interception.list, own];
  return () => {
    if (!interception.list.includes(own)) return;
    interception.list = interception.list.filter((one) => one !== own);
    if (interception.list.length > 0) return;
    INTERCEPTED.delete(queryRunner);
    interception.restore();
  };
}

/** Sends statements past all that comes to watch them later. */
export function queryBelow(queryRunner: QueryRunner): (sql: string) => Promise<unknown> {
  const interception = INTERCEPTED.get(queryRunner);
  if (!interception) return queryRunner.query.bind(queryRunner) as Query;
  const { list, query } = interception;
  return (sql) => through(list, query, [sql]);
}

function intercepted(queryRunner: QueryRunner): Interception {
  const former = Object.getOwnPropertyDescriptor(queryRunner, 'query');
  const query = queryRunner.query.bind(queryRunner) as Query;
  const interception: Interception = {
    list: [],
    query,
    restore: () => {
      if (former) Object.defineProperty(queryRunner, 'query', former);
      else Reflect.deleteProperty(queryRunner, 'query');
    },
  };
  INTERCEPTED.set(queryRunner, interception);
  Object.assign(queryRunner, { query: (...args: unknown[]) => through(interception.list, query, args) });
  return interception;
}

/** What changes the list while a statement is on its way concerns the next one. */
function through(list: readonly Intercept[], query: Query, args: readonly unknown[]): Promise<unknown> {
  const intercept = list.at(-1);
  if (!intercept) return query(...args);
  const [sql, ...rest] = args;
  return intercept(String(sql), (instead) => through(list.slice(0, -1), query, [instead ?? sql, ...rest]));
}
