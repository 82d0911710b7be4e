import type { Session } from '../session.js';
import { DatabaseReadOnlyError } from '../../errors/connection.js';
import { codeOf } from '../driver-error.js';

const READ_ONLY_TRANSACTION = '25006';

interface Row {
  readonly source: string;
  readonly sourcefile: string | null;
  readonly role: string;
  readonly database: string;
  readonly isStandby: boolean;
}

/**
 * Which setting makes every transaction read-only, if that is what an error says. The run does not lift it, though any
 * role may: an administrator who sets it for a database does not want writes. A standby is another matter.
 */
export async function readOnly(
  error: unknown,
  session: Session,
  left?: string,
): Promise<DatabaseReadOnlyError | undefined> {
  if (codeOf(error) !== READ_ONLY_TRANSACTION) return undefined;
  const [row] = (await session.query(
    `SELECT s.source, s.sourcefile, pg_catalog.quote_ident(session_user) AS role,
        pg_catalog.quote_ident(pg_catalog.current_database()) AS database, pg_catalog.pg_is_in_recovery() AS "isStandby"
       FROM pg_catalog.pg_show_all_settings() s
      WHERE s.name OPERATOR(pg_catalog.=) 'default_transaction_read_only' AND s.setting OPERATOR(pg_catalog.=) 'on'`,
  )) as unknown as readonly Row[];
  if (!row || row.isStandby) return undefined;
  const setting = { ...settingOf(row), ...(left === undefined ? {} : { left }) };
  return new DatabaseReadOnlyError(session.place.shown, setting, error);
}

const OPTIONS =
  'remove default_transaction_read_only from the options of the database URL and from PGOPTIONS';

/** https://www.postgresql.org/docs/current/view-pg-settings.html, `source` */
function settingOf({ source, sourcefile, role, database }: Row): {
  readonly origin: string;
  readonly remedy: string;
} {
  const reset = (of: string) => `ALTER ${of} RESET default_transaction_read_only;`;
  switch (source) {
    case 'database':
      return { origin: `set for the database ${database}`, remedy: reset(`DATABASE ${database}`) };
    case 'user':
      return { origin: `set for the role ${role}`, remedy: reset(`ROLE ${role}`) };
    case 'database user':
      return {
        origin: `set for the role ${role} in the database ${database}`,
        remedy: reset(`ROLE ${role} IN DATABASE ${database}`),
      };
    case 'global':
      return { origin: 'set for all roles', remedy: reset('ROLE ALL') };
    case 'client':
      return { origin: 'set by this client when it connected', remedy: `${OPTIONS}.` };
    case 'session':
      return {
        origin: 'set in this session, by this client or behind a connection pooler by another one',
        remedy: `${OPTIONS}. Behind a connection pooler, set DATABASE_DIRECT_URL to the server itself.`,
      };
    default:
      return {
        origin: `set for the whole server (${sourcefile ?? source})`,
        remedy: 'ALTER SYSTEM RESET default_transaction_read_only; SELECT pg_reload_conf();',
      };
  }
}
