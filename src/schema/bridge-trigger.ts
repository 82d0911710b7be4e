/**
 * The beginning of the names of triggers that serve two releases until contract: behind the names that people give, since
 * PostgreSQL runs triggers in the order of their names.
 */
export const BRIDGE_PREFIX = 'zz_odb_';
