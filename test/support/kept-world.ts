import pg from 'pg';
import type { PostgresTarget } from '../../src/database-url.js';
import { clientConfig } from '../../src/databases/postgres/scratch/embedded-postgres.js';
import { EVENT_DEFAULT, EVENT_TABLE, eventMonth } from './kept-event.js';

/** The month that is so many months after the present one: `2026-11`. */
export function month(after: number): string {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + after)).toISOString().slice(0, 7);
}

/** The name of its partition. */
export function partOf(after: number): string {
  return `event_p${month(after).replace('-', '_')}`;
}

/**
 * A table whose keeper has not run for a month: a partition that is too old with 10 rows, one that is not with 10, and
 * 600 rows of the former, the present and the next month in the default partition, with a row that no month has.
 */
export function neglected(): readonly string[] {
  const rows = (first: number, count: number, after: number) =>
    `INSERT INTO "event" SELECT n, '${month(after)}-02'::timestamptz + n * interval '1 minute' FROM generate_series(${first}, ${first + count - 1}) AS n`;
  return [
    EVENT_TABLE,
    'CREATE INDEX "ix_event_note" ON "event" ("note")',
    EVENT_DEFAULT,
    eventMonth(month(-12)),
    eventMonth(month(-2)),
    rows(1, 10, -12),
    rows(11, 10, -2),
    rows(101, 200, -1),
    rows(301, 200, 0),
    rows(501, 200, 1),
    `INSERT INTO "event" VALUES (999, '2190-01-01')`,
  ];
}

/** Numbers of rows by partition, once it is kept. */
export function cared(): Readonly<Record<string, number>> {
  return { [partOf(-2)]: 10, [partOf(-1)]: 200, [partOf(0)]: 200, [partOf(1)]: 200, event_default: 1 };
}

/** The rows that no keeper may lose, as a list of their ids. */
export const LASTING: readonly number[] = [
  ...Array.from({ length: 10 }, (_, at) => 11 + at),
  ...Array.from({ length: 600 }, (_, at) => 101 + at),
  999,
];

/** Provides a connection of the driver alone. */
export async function onClient<T>(
  target: PostgresTarget,
  use: (query: (sql: string) => Promise<readonly Record<string, unknown>[]>) => Promise<T>,
): Promise<T> {
  const client = new pg.Client(clientConfig(target));
  await client.connect();
  try {
    return await use(async (sql) => (await client.query<Record<string, unknown>>(sql)).rows);
  } finally {
    await client.end();
  }
}

/** The ids that a query of the table finds, those of the partition that is too old left out. */
export async function idsIn(target: PostgresTarget): Promise<readonly number[]> {
  return onClient(target, async (query) =>
    (await query('SELECT "id"::integer AS id FROM "event" WHERE "id" > 10 ORDER BY "id"')).map(({ id }) =>
      Number(id),
    ),
  );
}

/** How many rows each partition has that has some. */
export async function countsIn(target: PostgresTarget): Promise<Readonly<Record<string, number>>> {
  return onClient(target, async (query) => {
    const rows = await query(
      'SELECT tableoid::regclass::text AS part, count(*)::integer AS rows FROM "event" GROUP BY 1',
    );
    return Object.fromEntries(rows.map(({ part, rows: count }) => [String(part), Number(count)]));
  });
}

/** What a move makes and is to remove: tables, functions and triggers. */
export async function leftIn(target: PostgresTarget): Promise<readonly string[]> {
  return onClient(target, async (query) => {
    const rows = await query(
      `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind <> 'i' AND relname ~ '_mov|_new$'
       UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace UNION ALL SELECT tgname FROM pg_trigger WHERE NOT tgisinternal`,
    );
    return rows.map(({ name }) => String(name));
  });
}
