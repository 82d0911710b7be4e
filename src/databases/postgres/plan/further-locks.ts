import { statement, type Statement } from '../../../sql/statement.js';

/** Far less than `deadlock_timeout`, one second by default, after which the server ends one of the transactions. */
const FURTHER_LOCK_TIMEOUT = '300ms';

const SHORT_WAIT = statement(`SET LOCAL lock_timeout = '${FURTHER_LOCK_TIMEOUT}'`, {
  note: "One table is locked: a long wait for the next one could end others' transactions as deadlocks.",
});

/**
 * Gives the statements of one transaction a short wait for every lock but the first. While a revision holds one table
 * and waits for another one, an application that holds that one and waits for the first is in a deadlock with it. The
 * server then ends the transaction that has waited for a second. So the revision fails before that, and is retried. The
 * waits for several tables do not add up either for the queries that queue behind the first.
 *
 * A vacuum in the background ends itself when another session waits for a second. So the revision takes all tables from
 * it first, in a mode that blocks nothing else.
 * https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-DEADLOCKS
 *
 * @param foreign foreign tables, as SQL: PostgreSQL refuses to lock them by name, and no vacuum runs on them
 */
export function withShortFurtherWaits(
  statements: readonly Statement[],
  foreign: readonly string[] = [],
): readonly Statement[] {
  const created = statements.flatMap(({ creates }) => creates);
  const locked = statements.map((one) => lockedBy(one).filter((table) => !created.includes(table)));
  const tables = [...new Set(locked.flat())];
  if (tables.length < 2) return statements;
  const first = locked.findIndex((names) => names.length > 0) + 1;
  // A name that does not exist yet cannot be locked before.
  const isRenamed = statements.some(({ renamesTable }) => renamesTable);
  const external = statements.flatMap(({ locks }) => locks.filter((lock) => lock.external));
  const own = tables.filter(
    (table) => !foreign.includes(table) && !external.some((lock) => lock.table === table),
  );
  return [
    ...(isRenamed || own.length < 2 ? [] : [withoutVacuum(own)]),
    ...statements.slice(0, first),
    SHORT_WAIT,
    ...statements.slice(first),
  ];
}

function withoutVacuum(tables: readonly string[]): Statement {
  const mode = 'SHARE UPDATE EXCLUSIVE';
  return statement(`LOCK TABLE ${tables.join(', ')} IN ${mode} MODE`, {
    note: 'Keeps vacuum away from these tables; blocks no reads or writes.',
    locks: tables.map((table) => ({ table, mode })),
  });
}

/** The tables that it locks against other sessions. */
function lockedBy({ locks }: Statement): readonly string[] {
  return locks.filter(({ mode }) => mode !== 'SHARE UPDATE EXCLUSIVE').map(({ table }) => table);
}
