import { GE } from '../../../sql/postgres-operators.js';
import type { Partitioning, RefusedBy, PartitionWork } from '../../partitioning.js';
import { codeOf } from '../../driver-error.js';
import { inTransaction, type Session } from '../../session.js';
import { rangePartitionName } from '../plan/range-partitions.js';
import { readRows } from '../read-rows.js';
import { setForSession, setLocal, settingsFor } from '../set-statements.js';
import { aloneIn } from './alone.js';
import { moveRows, planMove } from './move.js';
import { clearMove } from './move-works.js';
import { readTables } from './read.js';
import { detach, drop, isIn, keyColumn, make, moment } from './statements.js';

/** Partitions of PostgreSQL. */
export const postgresPartitioning: Partitioning = Object.freeze<Partitioning>({
  read: readTables,
  nameOf: ({ name }, every, lower) => rangePartitionName(name, every, lower),
  countRest: async (session, table, { most, period }) => {
    if (!table.rest) return 0;
    const where = period ? ` WHERE ${isIn(period, keyColumn(table))}` : '';
    const found = `SELECT FROM ${table.rest.path}${where} LIMIT ${most + 1}`;
    const [row] = await readRows(session, `SELECT pg_catalog.count(*) AS "count" FROM (${found}) AS found`);
    return Number(row?.['count'] ?? 0);
  },
  earliest: async (session, table, { partition, from }) => {
    const key = keyColumn(table);
    const since = Math.max(from, EARLIEST);
    const [row] = await readRows(
      session,
      `SELECT pg_catalog.date_part('epoch', pg_catalog.min(${key}))::pg_catalog.text AS "seconds" FROM ${partition.path} WHERE ${key} ${GE} ${moment(since)}`,
    );
    const seconds = row?.['seconds'] ?? null;
    return seconds === null ? undefined : Number(seconds) * 1000;
  },
  make,
  drop,
  detach,
  aloneIn,
  clearMove,
  move: moveRows,
  planMove,
  run,
  mayPass: (error) => codeOf(error) === FOREIGN_KEY,
  refusedBy,
});

/** The first day of the first year. */
const EARLIEST = Date.parse('0001-01-01T00:00:00Z');

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
const FOREIGN_KEY = '23503';

const REFUSALS: Readonly<Record<string, RefusedBy>> = {
  [FOREIGN_KEY]: 'referenced',
  '2BP01': 'needed',
  '42P07': 'name-taken',
  '23514': 'default-rows',
  '42P17': 'overlap',
};

function refusedBy(error: unknown): RefusedBy {
  return REFUSALS[codeOf(error)];
}

/** How long what runs outside a transaction may take, milliseconds. It waits for old transactions, without a lock that others wait for. */
const OUTSIDE_MS = 20 * 60_000;

/** A policy that would hide rows from a move is an error. */
const ALL_ROWS = ['row_security', 'off'] as const;

async function run(session: Session, work: PartitionWork, lockTimeoutMs: number): Promise<void> {
  if (!work.transaction) return outside(session, work.statements);
  const limits = settingsFor({ generated: true, lockTimeoutMs, statementTimeoutMs: 0 }, []);
  const settings = [...limits, ALL_ROWS].map(setLocal);
  // The level of a transaction can be set before its first query alone.
  const [first, ...others] = work.statements;
  const [before, statements] = first?.startsWith('SET TRANSACTION ')
    ? [[first, ...settings], others]
    : [settings, work.statements];
  const body = async () => {
    for (const sql of statements) await session.send([sql]);
  };
  await inTransaction(session, { begin: () => session.begin(before), commit: () => session.commit() }, body);
}

/** One statement a message: several would be a transaction. */
async function outside(session: Session, statements: readonly string[]): Promise<void> {
  const limits = settingsFor({ generated: true, lockTimeoutMs: 0, statementTimeoutMs: OUTSIDE_MS }, []);
  await session.send(limits.map(setForSession));
  try {
    for (const sql of statements) await session.send([sql]);
  } finally {
    await session.send(limits.map(([name]) => `RESET ${name}`)).catch(() => undefined);
  }
}
