import { NAME_BYTES, truncated } from '../sql/identifiers.js';

/**
 * The beginning of the names of triggers that serve two releases until contract: behind the names that people give, since
 * PostgreSQL runs triggers in the order of their names.
 */
export const BRIDGE_PREFIX = 'zz_odb_';

/** The name of a table while a view of its own name shows it with two names of a column. */
export function hiddenName(table: string): string {
  const at = table.lastIndexOf('.') + 1;
  return `${table.slice(0, at)}${truncated(`${BRIDGE_PREFIX}${table.slice(at)}`, NAME_BYTES)}`;
}
