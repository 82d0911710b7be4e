import type { Session } from '../session.js';
import { codeOf, driverField } from '../driver-error.js';
import { RecordNumbersBehindError } from '../../errors/records.js';
import { postgresLiteral, quoteIdentifier } from '../../sql/quote.js';
import { GT } from '../../sql/postgres-operators.js';
import type { TableName } from '../records/tables.js';
import type { NumbersFound } from '../migration-dialect.js';
import { numbersGiven } from './lock-key.js';
import { readRows } from './read-rows.js';

const UNIQUE_VIOLATION = '23505';

/** What numbers a table of the records, as far as the role may look at it. */
interface Numbers {
  readonly table: string;
  /** Whether the role may read what numbers the table. */
  readonly known: boolean;
  readonly behind: boolean;
  readonly settable: boolean;
}

/**
 * Rows that were copied without the sequence that numbers them, by logical replication for example, would collide with
 * the next record. The lock is held, so that nothing else takes numbers: what is behind is set to the newest row.
 *
 * @param tables those that exist
 * @throws RecordNumbersBehindError where the role may not do that, before anything is run
 */
export async function catchUpNumbers(session: Session, tables: readonly TableName[]): Promise<NumbersFound> {
  if (tables.length === 0) return { known: true, repaired: [] };
  const rows = (await readRows(
    session,
    tables.map(numbersSql).join(' UNION ALL '),
  )) as unknown as readonly Numbers[];
  const behind = rows.filter((row) => row.behind);
  const stuck = behind.find(({ settable }) => !settable);
  if (stuck) throw new RecordNumbersBehindError(stuck.table, setvalSql(stuck.table), 'No revision was run.');
  if (behind.length > 0) await session.send(behind.map(({ table }) => setvalSql(table)));
  return { known: rows.every(({ known }) => known), repaired: behind.map(({ table }) => table) };
}

function numbersSql({ sql }: TableName): string {
  const sequence = `pg_catalog.pg_get_serial_sequence(${postgresLiteral(sql)}, 'id')`;
  const may = (rights: string) =>
    `coalesce(pg_catalog.has_sequence_privilege(${sequence}, '${rights}'), false)`;
  const newest = `(SELECT pg_catalog.max("id") FROM ${sql})`;
  return `SELECT ${postgresLiteral(sql)} AS "table", ${may('USAGE, SELECT')} AS "known", ${may('UPDATE')} AS "settable",
    CASE WHEN ${may('USAGE, SELECT')} THEN coalesce(${newest} ${GT} ${numbersGiven(`${sequence}::pg_catalog.regclass`)}, false) ELSE false END AS "behind"`;
}

/** SQL: has the numbers of a table go on behind its newest row. */
function setvalSql(table: string): string {
  return `SELECT pg_catalog.setval(pg_catalog.pg_get_serial_sequence(${postgresLiteral(table)}, 'id'), (SELECT pg_catalog.max("id") FROM ${table}));`;
}

/** The error for a record whose number another row has, if an error of the server reports that. */
export function numberUsed(
  error: unknown,
  tables: readonly TableName[],
  left: string,
): RecordNumbersBehindError | undefined {
  if (codeOf(error) !== UNIQUE_VIOLATION || !/\bid\)=\(/.test(String(driverField(error, 'detail'))))
    return undefined;
  const path = ['schema', 'table']
    .map((field) => quoteIdentifier(String(driverField(error, field))))
    .join('.');
  const table = tables.find(({ sql }) => sql === path);
  return table && new RecordNumbersBehindError(table.sql, setvalSql(table.sql), left);
}
