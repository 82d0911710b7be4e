import type { DataSource } from 'typeorm';
import { quoteLiteral } from '../../../../sql/quote.js';
import type { FactsAsked } from '../../../planner.js';
import type { Facts } from '../../../planning.js';
import { PostgresNames } from '../sql.js';
import { divisionsOf, unionsOf } from './division.js';
import { referringTo } from './obstacles.js';

/** What is known of the tables that become partitioned or plain. */
type DividedFacts = Required<Pick<Facts, 'referring' | 'unbounded'>>;

/** Reads it on a scratch database at head. */
export async function readDivided(
  dataSource: DataSource,
  asked: Pick<FactsAsked, 'changes' | 'defaultSchema'>,
): Promise<DividedFacts> {
  const tables = [...divisionsOf(asked), ...unionsOf(asked)].map(({ table }) => table);
  if (tables.length === 0) return { referring: [], unbounded: [] };
  const runner = dataSource.createQueryRunner();
  await runner.startTransaction();
  try {
    await runner.query('SET LOCAL search_path = pg_catalog, pg_temp');
    const names = new PostgresNames(asked.defaultSchema);
    const referring: DividedFacts['referring'][number][] = [];
    const unbounded: string[] = [];
    for (const table of tables) {
      const oid = `${quoteLiteral(names.fullPath(table, asked.defaultSchema))}::regclass`;
      const words = `SELECT words FROM (${referringTo(oid)}) AS o(words) ORDER BY 1`;
      for (const row of (await runner.query(words)) as readonly { readonly words: string }[])
        referring.push({ table, words: row.words });
      const first = (await runner.query(firstOf(oid))) as readonly unknown[];
      if (first.length > 0) unbounded.push(table);
    }
    return { referring, unbounded };
  } finally {
    await runner.rollbackTransaction();
    await runner.release();
  }
}

/** A partition without a lower bound. */
function firstOf(oid: string): string {
  return `SELECT FROM pg_inherits h JOIN pg_class p ON p.oid = h.inhrelid WHERE h.inhparent = ${oid} AND pg_get_expr(p.relpartbound, p.oid) LIKE 'FOR VALUES FROM (MINVALUE)%'`;
}
