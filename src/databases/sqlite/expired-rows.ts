import type { DeleteExpired } from '../expired-rows.js';
import { NOW } from './records.js';

/** There is one writer at a time, and it waits for no row. */
export const deleteExpired: DeleteExpired = async (session, { path, keys, column }, most) => {
  const list = keys.join(', ');
  const batch = `SELECT ${list} FROM ${path} WHERE ${column} <= ${NOW} ORDER BY ${column} LIMIT ${most}`;
  const [row] = await session.query(`SELECT count(*) AS "rows" FROM (${batch}) AS batch`);
  const rows = Number(row?.['rows'] ?? 0);
  if (rows > 0) await session.send([`DELETE FROM ${path} WHERE (${list}) IN (${batch})`]);
  return rows;
};
