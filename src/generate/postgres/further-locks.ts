import { NEXT_LINE } from '../move.js';

/** Far less than `deadlock_timeout`, one second by default, after which the server ends somebody's transaction. */
const FURTHER_LOCK_TIMEOUT = '300ms';

const SHORT_WAIT = `-- One table is locked: a long wait for the next one could end others' transactions as deadlocks.${NEXT_LINE}SET LOCAL lock_timeout = '${FURTHER_LOCK_TIMEOUT}'`;

/** Takes a lock by itself, so that the statement behind it waits for no more than one. */
export function lockTable(path: string, mode: 'SHARE ROW EXCLUSIVE' | 'ACCESS EXCLUSIVE'): string {
  return `LOCK TABLE ${path} IN ${mode} MODE`;
}

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
export function withShortFurtherWaits(statements: readonly string[]): readonly string[] {
  const made = statements.flatMap((sql) => namesIn(sql, CREATED));
  const locked = statements.map((sql) => lockedIn(sql).filter((name) => !made.includes(name)));
  const tables = [...new Set(locked.flat())];
  if (tables.length < 2) return statements;
  const first = locked.findIndex((names) => names.length > 0) + 1;
  // A name that comes to be on the way cannot be locked before.
  const isRenamed = statements.some((sql) => sql.includes(' RENAME TO '));
  return [
    ...(isRenamed ? [] : [`${ALONE}LOCK TABLE ${tables.join(', ')} IN SHARE UPDATE EXCLUSIVE MODE`]),
    ...statements.slice(0, first),
    SHORT_WAIT,
    ...statements.slice(first),
  ];
}

const ALONE = `-- Keeps vacuum away from these tables, and nobody else.${NEXT_LINE}`;
const NAME = '((?:"(?:[^"]|"")*"|[^\\s"(;]+)+)';
const CREATED = new RegExp(`^CREATE (?:UNLOGGED )?TABLE ${NAME}`, 'g');
const LOCKED = new RegExp(`(?:^|\\n\\s*)(?:ALTER|LOCK|DROP) TABLE ${NAME}| REFERENCES ${NAME}`, 'g');

/** The tables that it keeps others out of. */
function lockedIn(sql: string): readonly string[] {
  return sql.includes(' VALIDATE CONSTRAINT ') ? [] : namesIn(sql, LOCKED);
}

function namesIn(sql: string, pattern: RegExp): readonly string[] {
  const isThere = (name: string | undefined) => name !== undefined;
  return [...sql.matchAll(pattern)].flatMap(([, ...names]) => names.filter(isThere));
}
