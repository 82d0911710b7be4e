import type { DataSource } from 'typeorm';
import { quoteLiteral } from '../../../../sql/quote.js';
import type { FactsAsked } from '../../../planner.js';
import type { Facts } from '../../../planning.js';
import { PostgresNames } from '../sql.js';
import { divisionsOf, unionsOf } from './division.js';
import { referringTo } from './obstacles.js';

/** What refers to the tables that become partitioned or plain, on a scratch database at head. */
export async function readReferring(
  dataSource: DataSource,
  asked: Pick<FactsAsked, 'changes' | 'defaultSchema'>,
): Promise<NonNullable<Facts['referring']>> {
  const tables = [...divisionsOf(asked), ...unionsOf(asked)].map(({ table }) => table);
  if (tables.length === 0) return [];
  const runner = dataSource.createQueryRunner();
  await runner.startTransaction();
  try {
    await runner.query('SET LOCAL search_path = pg_catalog, pg_temp');
    const names = new PostgresNames(asked.defaultSchema);
    const found = tables.map(async (table) => {
      const oid = `${quoteLiteral(names.fullPath(table, asked.defaultSchema))}::regclass`;
      const rows = (await runner.query(
        `SELECT words FROM (${referringTo(oid)}) AS o(words) ORDER BY 1`,
      )) as readonly {
        readonly words: string;
      }[];
      return rows.map(({ words }) => ({ table, words }));
    });
    return (await Promise.all(found)).flat();
  } finally {
    await runner.rollbackTransaction();
    await runner.release();
  }
}
