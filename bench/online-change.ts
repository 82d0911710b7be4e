import type { DataSource } from 'typeorm';
import { messageOf } from '../src/errors/base.js';
import { migrateDown, migrateUp } from '../src/migrator/migrate.js';
import type { Traffic } from './online-traffic.js';
import type { Kind } from './online-kinds.js';

/** One way to change a database. */
export interface Change {
  /** How many revisions, or statements where they are all in one transaction. */
  readonly steps: number;
  /** What comes before, while nobody else is connected. */
  prepare(): Promise<void>;
  /** Changes it. */
  apply(traffic: Traffic): Promise<Applied>;
}

/** How a change went. */
export interface Applied {
  /** How often a revision gave way and was tried again. */
  readonly retries: number;
  /** Why it did not happen. */
  readonly error: string | undefined;
}

/** Ours: the generated revisions, applied by the migrator, each in a transaction of its own. */
export function ourChange(
  dataSource: DataSource,
  { direction, written, writtenAfterFirst }: Pick<Kind, 'direction' | 'written' | 'writtenAfterFirst'>,
  steps: number,
): Change {
  const back = `-${steps}`;
  return {
    steps,
    prepare: async () => {
      if (direction === 'down') await migrateUp(dataSource);
    },
    apply: async (traffic) => {
      if (steps === 0) return { retries: 0, error: undefined };
      if (direction === 'down') return counted(() => migrateDown(dataSource, { target: back }));
      if (written === undefined || !writtenAfterFirst) return counted(() => migrateUp(dataSource));
      const first = await counted(() => migrateUp(dataSource, { target: '+1' }));
      traffic.write(written);
      const rest = await counted(() => migrateUp(dataSource));
      return { retries: first.retries + rest.retries, error: first.error ?? rest.error };
    },
  };
}

type Report = Awaited<ReturnType<typeof migrateUp>>;

async function counted(migrate: () => Promise<Report>): Promise<Applied> {
  try {
    const { done } = await migrate();
    return { retries: done.reduce((sum, { tries }) => sum + tries - 1, 0), error: undefined };
  } catch (error) {
    return { retries: 0, error: messageOf(error) };
  }
}

/** TypeORM's: what its generator writes into one migration, in one transaction, which is how it is run. */
export async function typeormChange(dataSource: DataSource, { direction }: Kind): Promise<Change> {
  const { upQueries, downQueries } = await dataSource.driver.createSchemaBuilder().log();
  const up = upQueries.map(({ query }) => query);
  const down = downQueries.map(({ query }) => query).reverse();
  return {
    steps: up.length,
    prepare: () => (direction === 'down' ? inTransaction(dataSource, up) : Promise.resolve()),
    apply: async () => {
      try {
        await inTransaction(dataSource, direction === 'down' ? down : up);
        return { retries: 0, error: undefined };
      } catch (error) {
        return { retries: 0, error: messageOf(error) };
      }
    },
  };
}

async function inTransaction(dataSource: DataSource, statements: readonly string[]): Promise<void> {
  await dataSource.transaction(async ({ queryRunner }) => {
    for (const statement of statements) await queryRunner?.query(statement);
  });
}
