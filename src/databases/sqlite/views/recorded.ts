import { quoteIdentifier, quoteLiteral } from '../../../sql/quote.js';
import type { Session } from '../../session.js';
import type { Recorded } from '../../view-facts.js';

/** Undefined where TypeORM's table is missing. */
export async function readRecorded(session: Session, table: string): Promise<Recorded | undefined> {
  const there = await session.query(
    `SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ${quoteLiteral(table)}`,
  );
  if (there.length === 0) return undefined;
  const rows = (await session.query(
    `SELECT "type", "table", "name", "value" FROM ${quoteIdentifier(table)} WHERE "type" IN ('VIEW', 'GENERATED_COLUMN')`,
  )) as unknown as readonly Readonly<Record<'type' | 'table' | 'name' | 'value', string>>[];
  const [views, computed] = ['VIEW', 'GENERATED_COLUMN'].map((kind) =>
    rows.filter(({ type }) => type === kind),
  );
  return {
    views: new Map(views?.map(({ name, value }) => [name, value.trim()])),
    computed: new Map(computed?.map((row) => [`${row.table}.${row.name}`, row.value])),
  };
}
