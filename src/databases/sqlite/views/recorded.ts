import { quoteIdentifier, quoteLiteral } from '../../../sql/quote.js';
import type { Session } from '../../session.js';

/** The texts that TypeORM has recorded, by the name of the view; undefined where the table is missing. */
export async function readRecorded(
  session: Session,
  table: string,
): Promise<ReadonlyMap<string, string> | undefined> {
  const there = await session.query(
    `SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ${quoteLiteral(table)}`,
  );
  if (there.length === 0) return undefined;
  const rows = (await session.query(
    `SELECT "name", "value" FROM ${quoteIdentifier(table)} WHERE "type" = 'VIEW'`,
  )) as unknown as readonly Readonly<Record<'name' | 'value', string>>[];
  return new Map(rows.map(({ name, value }) => [name, value.trim()]));
}
