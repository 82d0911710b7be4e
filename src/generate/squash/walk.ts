/** Takes a scratch database through a range of revisions, up, down and up again, and keeps what its catalog reports. */

import type { DataSource, QueryRunner } from 'typeorm';
import { databaseOf } from '../../databases/registry.js';
import { describeEntities } from '../../metadata/describe.js';
import { migrateDown, migrateUp } from '../../migrator/migrate.js';
import type { SchemaModel } from '../../schema/model.js';
import { readSchema } from '../compare/read-schema.js';
import { withParents } from '../verify/external-parents.js';
import { fillTables } from '../verify/fixtures/fill-tables.js';
import { compareCatalogs, readRawCatalog } from '../verify/raw-catalog.js';

/** From where to where. */
interface WalkedRange {
  /** The revision before the range; null for base. */
  readonly before: string | null;
  readonly last: string;
  /** Whether the tables before it are filled with rows first. */
  readonly isFilled: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** A step that failed, and the statement in which it did. */
interface FailedWalk {
  readonly error: unknown;
  /** Counted from 1 in its revision; 0 before the first. */
  readonly statement: number;
}

/** What the catalog reports after each step, one line an object; the last two are missing where down failed. */
export interface Walk {
  readonly up?: readonly string[];
  readonly down?: readonly string[];
  readonly again?: readonly string[];
  readonly failed?: FailedWalk & { readonly step: 'up' | 'down' | 'again' };
}

/** Never throws for a revision that fails: it says so in `failed`. */
export async function walk(dataSource: DataSource, range: WalkedRange): Promise<Walk> {
  const { before, last, isFilled, signal } = range;
  const options = signal ? { signal } : {};
  const queryRunner = dataSource.createQueryRunner();
  let statement = 0;
  const onEvent = (event: { readonly kind: string; readonly number?: number }) => {
    if (event.kind === 'started') statement = 0;
    if (event.kind === 'statement') statement = event.number ?? 0;
  };
  const steps = {
    up: () => migrateUp(dataSource, { ...options, target: last, onEvent }),
    down: () => migrateDown(dataSource, { ...options, target: before ?? 'base', onEvent }),
    again: () => migrateUp(dataSource, { ...options, target: last, onEvent }),
  };
  try {
    if (before !== null) await migrateUp(dataSource, { ...options, target: before });
    if (before !== null && isFilled) await fillTables(queryRunner, await everything(dataSource));
    let found: Walk = {};
    for (const step of ['up', 'down', 'again'] as const) {
      const failed = await failureOf(steps[step]);
      if (failed) return { ...found, failed: { step, error: failed.error, statement } };
      found = {
        ...found,
        [step]: [...(await readRawCatalog(queryRunner)), ...(await rowCounts(queryRunner))],
      };
    }
    return found;
  } finally {
    await queryRunner.release();
  }
}

/** The differences after each step, in words; none where both lead to the same. */
export function compareWalks(former: Walk, one: Walk): readonly string[] {
  return (['up', 'down', 'again'] as const).flatMap((step) => {
    const [was, is] = [former[step], one[step]];
    return was && is ? compareCatalogs(was, is).map((words) => `${STEPS[step]}: ${words}`) : [];
  });
}

const STEPS = { up: 'after up', down: 'after down', again: 'after the second up' } as const;

async function failureOf(step: () => Promise<unknown>): Promise<{ readonly error: unknown } | undefined> {
  try {
    await step();
    return undefined;
  } catch (error) {
    return { error };
  }
}

/** Tables that no entity has any more included. */
async function everything(dataSource: DataSource): Promise<SchemaModel> {
  const description = describeEntities(dataSource);
  const { leftAlone } = await readSchema(dataSource, description, new Set());
  const { schema } = await readSchema(dataSource, description, new Set(leftAlone));
  return (await withParents(dataSource, { schema })).schema;
}

async function rowCounts({ connection }: QueryRunner): Promise<readonly string[]> {
  const database = databaseOf(connection);
  const { tables } = await everything(connection);
  const counts: string[] = [];
  for (const { name } of tables) {
    const table = database.fixtures.table(name, database.defaultSchema(connection));
    const [row] = await connection.query<readonly { readonly n: unknown }[]>(
      `SELECT count(*) AS "n" FROM ${table}`,
    );
    counts.push(`rows of ${name}: ${Number(row?.n)}`);
  }
  return counts;
}
