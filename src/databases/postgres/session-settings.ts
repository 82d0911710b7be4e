import { EQ, FIELD, NE } from '../../sql/postgres-operators.js';
import { postgresLiteral } from '../../sql/quote.js';

/** Settings of a session by name: who acts in it, where names are looked up, and all else that was set in it. */
export type SessionSettings = Readonly<Record<string, string>>;

/** What decides which object a name means and who acts. To set the first one resets the second one. */
const DECISIVE = ['session_authorization', 'role', 'search_path'] as const;

/** They belong to the transaction, which forbids to set them after its first statement. */
const OF_TRANSACTION = `'{transaction_isolation,transaction_read_only,transaction_deferrable}'`;

/** What is behind the view `pg_settings`, which an administrator may hide from roles. */
export const ALL_SETTINGS = 'pg_catalog.pg_show_all_settings()';

/** SQL: one row with what a session has set, as a text of JSON in the column `settings`. */
export const SESSION_SETTINGS = `SELECT pg_catalog.json_object_agg(s.name, s.setting)::pg_catalog.text AS "settings" FROM (
  SELECT name, setting FROM ${ALL_SETTINGS} WHERE source ${EQ} 'session' AND name ${NE} 'search_path'
  UNION ALL VALUES ${DECISIVE.map((name) => `('${name}', pg_catalog.current_setting('${name}'))`).join(', ')}) AS s(name, setting)`;

/** A word without which no statement sets anything, unless a function of the database does. */
const SETTING = /\b(?:SET|RESET|DISCARD|DO|CALL)\b|set_config/i;

/** Whether a statement may set something: false is certain for all that calls no function. */
export function maySet(sql: string): boolean {
  return SETTING.test(sql);
}

/** SQL: puts the role and the search path back where something has changed them. Costs next to nothing. */
export function putBackRole(settings: SessionSettings): string {
  return roleBack((name) => postgresLiteral(settings[name] ?? ''));
}

/**
 * SQL: puts all other settings back, to what they were or to what the session began with. Reads the view of all
 * settings.
 */
export function putBackRest(settings: SessionSettings): string {
  return restBack(postgresLiteral(JSON.stringify(settings)));
}

/** The same as two queries of one row each, for settings that an expression of SQL gives as JSON. */
export function putBackFrom(settings: string): { readonly role: string; readonly rest: string } {
  return {
    role: roleBack((name) => `(${settings}::pg_catalog.json ${FIELD} '${name}')`),
    rest: restBack(settings),
  };
}

function roleBack(valueOf: (name: string) => string): string {
  const items = DECISIVE.map((name) => {
    const value = valueOf(name);
    return `CASE WHEN pg_catalog.current_setting('${name}') ${NE} ${value} THEN pg_catalog.set_config('${name}', ${value}, false) END AS "${name}"`;
  });
  return `SELECT ${items.join(', ')}`;
}

function restBack(settings: string): string {
  const saved = `pg_catalog.json_each_text(${settings}) AS m(name, value)`;
  return `SELECT pg_catalog.count(pg_catalog.set_config(s.name, coalesce(m.value, s.reset_val), false)) AS "changed" FROM ${ALL_SETTINGS} s LEFT JOIN ${saved} ON m.name ${EQ} s.name
  WHERE (s.source ${EQ} 'session' OR m.name IS NOT NULL) AND s.setting ${NE} coalesce(m.value, s.reset_val) AND s.name ${NE} ALL (${OF_TRANSACTION})`;
}
