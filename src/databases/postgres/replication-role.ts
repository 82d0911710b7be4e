import { messageOf } from '../../errors/base.js';
import { PrivilegeMissingError } from '../../errors/migration.js';
import { EQ } from '../../sql/postgres-operators.js';

const NAME = 'session_replication_role';

/**
 * SQL: has the server enforce foreign keys and run triggers, where another client of a pooler, the role or the database
 * has switched that off. Only a role with the right may set it, so it is set only where it is needed. A revision may set
 * it itself.
 *
 * @param lasting in the transaction, or in the session
 */
export function enforcing(lasting: 'transaction' | 'session'): string {
  const isLocal = String(lasting === 'transaction');
  return `SELECT CASE WHEN pg_catalog.current_setting('${NAME}') ${EQ} 'replica' THEN pg_catalog.set_config('${NAME}', 'origin', ${isLocal}) END AS "enforcing"`;
}

/** Throws the error of a message; another one where the role may not set it. */
export function rejectReplica(error: unknown): never {
  if (!messageOf(error).includes(`"${NAME}"`)) throw error;
  throw new PrivilegeMissingError(
    `${NAME} is replica in this session, so PostgreSQL enforces no foreign key and runs no trigger, and the role may not change it.`,
    `GRANT SET ON PARAMETER ${NAME} TO <role>; or reset it where it is set (ALTER ROLE <role> RESET ${NAME};)`,
    { left: 'This revision was not run.', cause: error },
  );
}
