import type { DataSource } from 'typeorm';
import { EQ, NE } from '../../../sql/postgres-operators.js';
import { quoteIdentifier } from '../../../sql/quote.js';
import { literalPattern } from '../../../text/pattern.js';
import type { UndeclaredDependent } from '../../planning.js';

/** Reads the publications, policies, rules and functions of a database, except those of extensions. */
export async function undeclaredObjects(dataSource: DataSource): Promise<readonly UndeclaredDependent[]> {
  return dataSource.query<readonly UndeclaredDependent[]>(
    `SELECT 'publication' AS kind, pubname AS name FROM pg_catalog.pg_publication
     UNION SELECT 'policy', polname FROM pg_catalog.pg_policy
     UNION SELECT 'rule', rulename FROM pg_catalog.pg_rewrite WHERE rulename ${NE} '_RETURN'
     UNION SELECT 'function', p.proname FROM pg_catalog.pg_proc p
       JOIN pg_catalog.pg_namespace n ON n.oid ${EQ} p.pronamespace
       WHERE n.nspname ${NE} 'pg_catalog' AND n.nspname ${NE} 'information_schema'
         AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid ${EQ} 'pg_catalog.pg_proc'::pg_catalog.regclass
           AND d.objid ${EQ} p.oid AND d.deptype ${EQ} 'e')`,
  );
}

/**
 * Whether a message of PostgreSQL names the object with its kind: `publication of table jobs in publication p depends
 * on`.
 */
export function isNamedIn(words: string, { kind, name }: UndeclaredDependent): boolean {
  const canonical = [name, quoteIdentifier(name)].map(literalPattern).join('|');
  const schema = kind === 'function' ? '(?:"[^"]+"\\.|[\\w$]+\\.)?' : '';
  return new RegExp(`\\b${kind} ${schema}(?:${canonical})(?![\\w$])`).test(words);
}
