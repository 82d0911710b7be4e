import type { QueryRunner } from 'typeorm';
import { Interceptors, type Intercept } from './interceptors.js';

type Query = (...args: readonly unknown[]) => Promise<unknown>;

/** What intercepts the statements of one query runner. */
interface Interception {
  readonly interceptors: Interceptors;
  readonly query: Query;
  /** Puts back what `query` was. */
  readonly restore: () => void;
}

const INTERCEPTED = new WeakMap<QueryRunner, Interception>();

/**
 * Lets a function see every statement of a query runner, from any sender. The newest function sees it first.
 * `query` is replaced once, for all of them, and put back when the last one is gone.
 *
 * @returns takes it away again, in any order and any number of times
 */
export function watchStatements(queryRunner: QueryRunner, intercept: Intercept): () => void {
  const interception = INTERCEPTED.get(queryRunner) ?? intercepted(queryRunner);
  const remove = interception.interceptors.add(intercept);
  return () => {
    if (!remove() || !interception.interceptors.isEmpty) return;
    INTERCEPTED.delete(queryRunner);
    interception.restore();
  };
}

/** Sends statements past all later interceptors. */
export function queryBelow(queryRunner: QueryRunner): Query {
  const interception = INTERCEPTED.get(queryRunner);
  if (!interception) return queryRunner.query.bind(queryRunner) as Query;
  return interception.interceptors.below(interception.query);
}

function intercepted(queryRunner: QueryRunner): Interception {
  const former = Object.getOwnPropertyDescriptor(queryRunner, 'query');
  const query = queryRunner.query.bind(queryRunner) as Query;
  const interceptors = new Interceptors();
  const interception: Interception = {
    interceptors,
    query,
    restore: () => {
      if (former) Object.defineProperty(queryRunner, 'query', former);
      else Reflect.deleteProperty(queryRunner, 'query');
    },
  };
  INTERCEPTED.set(queryRunner, interception);
  Object.assign(queryRunner, { query: (...args: unknown[]) => interceptors.pass(query, args) });
  return interception;
}
