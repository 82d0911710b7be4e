import { LE } from '../../sql/postgres-operators.js';
import type { DeleteExpired } from '../expired-rows.js';

/** One statement. The batch is materialized, so that a plan cannot read it twice. */
export const deleteExpired: DeleteExpired = async (session, { path, keys, column }, most) => {
  const list = keys.join(', ');
  const [row] = await session.query(
    `WITH batch AS MATERIALIZED (SELECT ${list} FROM ${path} WHERE ${column} ${LE} pg_catalog.now() ORDER BY ${column} LIMIT ${most} FOR UPDATE SKIP LOCKED),
       gone AS (DELETE FROM ${path} WHERE (${list}) IN (SELECT ${list} FROM batch) RETURNING 1)
     SELECT pg_catalog.count(*) AS "rows" FROM gone`,
  );
  return Number(row?.['rows'] ?? 0);
};
