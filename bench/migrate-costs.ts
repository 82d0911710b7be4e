import pg from 'pg';
import type { DataSource, QueryRunner } from 'typeorm';

/** Statements of one kind, how often they were sent, and how long they took in all. */
export interface StatementCost {
  readonly statement: string;
  readonly count: number;
  readonly ms: number;
}

type Query = (this: unknown, ...args: unknown[]) => unknown;

/** Longer ones are cut. */
const SHOWN_LENGTH = 70;

/** Adds up what statements cost. */
export class Costs {
  readonly #costs = new Map<string, { count: number; ms: number }>();

  /** The most expensive first. */
  get list(): readonly StatementCost[] {
    const list = [...this.#costs].map(([statement, cost]) => ({ statement, ...cost }));
    return list.sort((a, b) => b.ms - a.ms);
  }

  /** The same function, which tells when what it has promised is there. */
  counting(query: Query): Query {
    const add = (...of: [sql: unknown, started: number]) => this.#add(...of);
    return function (this: unknown, ...args: unknown[]) {
      const started = performance.now();
      const promised = query.apply(this, args);
      if (promised instanceof Promise) return promised.finally(() => add(args[0], started));
      return promised;
    };
  }

  clear(): void {
    this.#costs.clear();
  }

  #add(query: unknown, started: number): void {
    const sql = typeof query === 'string' ? query : (query as { readonly text: string }).text;
    const kind = kindOf(sql);
    const { count, ms } = this.#costs.get(kind) ?? { count: 0, ms: 0 };
    this.#costs.set(kind, { count: count + 1, ms: ms + performance.now() - started });
  }
}

/**
 * Counts what a DataSource sends: of PostgreSQL in node-postgres, on every connection; of SQLite, which has two drivers,
 * in TypeORM, whose own share is in the figures then.
 *
 * @returns ends it
 */
export function countStatements(dataSource: DataSource, costs: Costs): () => void {
  if (dataSource.options.type === 'postgres') {
    const query = Reflect.get(pg.Client.prototype, 'query') as Query;
    Reflect.set(pg.Client.prototype, 'query', costs.counting(query));
    return () => void Reflect.set(pg.Client.prototype, 'query', query);
  }
  const create = dataSource.createQueryRunner.bind(dataSource);
  dataSource.createQueryRunner = (mode) => countingRunner(create(mode), costs);
  return () => void Reflect.deleteProperty(dataSource, 'createQueryRunner');
}

function countingRunner(queryRunner: QueryRunner, costs: Costs): QueryRunner {
  return Object.assign(queryRunner, { query: costs.counting(queryRunner.query.bind(queryRunner) as Query) });
}

/** Statements that differ in numbers and literals only are of one kind. */
function kindOf(sql: string): string {
  const words = sql.replace(/'[^']*'/g, '?').replace(/(?<!\$)\d+/g, 'N');
  return words.replace(/\s+/g, ' ').trim().slice(0, SHOWN_LENGTH);
}
