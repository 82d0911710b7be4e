import type { TableLock } from '../../errors/table-locked.js';
import { EQ, NE } from '../../sql/postgres-operators.js';
import { postgresLiteral } from '../../sql/quote.js';
import type { RecordTables } from '../records/tables.js';
import type { Session } from '../session.js';
import { readRows } from './read-rows.js';
import { IN_ORDER, LOCKS } from './table-locks.js';

/** Modes of locks beside which nobody is kept from writing. */
const READING = `'{AccessShareLock,RowShareLock}'`;

/** Locks of other sessions on these tables that a run waits for before it writes there; the first few. */
export async function recordLocks(
  session: Session,
  { migrations, runs, attempts }: RecordTables,
): Promise<readonly TableLock[]> {
  const tables = [migrations, runs, attempts].map(
    ({ sql }) => `pg_catalog.to_regclass(${postgresLiteral(sql)})`,
  );
  const rows = await readRows(
    session,
    `${LOCKS} AND l.granted AND l.mode ${NE} ALL (${READING}) AND c.oid ${EQ} ANY (ARRAY[${tables.join(', ')}]::pg_catalog.oid[]) ${IN_ORDER} LIMIT 3`,
  );
  return rows as unknown as readonly TableLock[];
}
