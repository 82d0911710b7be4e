import { statement, type Statement } from '../../../sql/statement.js';

/** Far less than `deadlock_timeout`, one second by default, after which the server ends somebody's transaction. */
const FURTHER_LOCK_TIMEOUT = '300ms';

const SHORT_WAIT = statement(`SET LOCAL lock_timeout = '${FURTHER_LOCK_TIMEOUT}'`, {
  note: "One table is locked: a long wait for the next one could end others' transactions as deadlocks.",
});

/**
 * The statements of one transaction, with a short wait for every lock but the first. While a revision holds one table
 * and waits for another one, an application that holds that and waits for the first is in a deadlock with it, and the
 * server ends whichever has waited for a second. So the revision gives way before, and is tried again. Nor do the
 * waits for several tables add up for those who queue behind the first.
 *
 * A vacuum in the background gives way to whoever waits for a second, so all tables are taken from it before, in a mode
 * that keeps out nothing else.
 * https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-DEADLOCKS
 */
export function withShortFurtherWaits(statements: readonly Statement[]): readonly Statement[] {
  const created = statements.flatMap(({ creates }) => creates);
  const locked = statements.map((one) => lockedBy(one).filter((table) => !created.includes(table)));
  const tables = [...new Set(locked.flat())];
  if (tables.length < 2) return statements;
  const first = locked.findIndex((names) => names.length > 0) + 1;
  // A name that comes to be on the way cannot be locked before.
  const isRenamed = statements.some(({ renamesTable }) => renamesTable);
  return [
    ...(isRenamed ? [] : [withoutVacuum(tables)]),
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

/** The tables that it keeps others out of. */
function lockedBy({ locks }: Statement): readonly string[] {
  return locks.filter(({ mode }) => mode !== 'SHARE UPDATE EXCLUSIVE').map(({ table }) => table);
}
