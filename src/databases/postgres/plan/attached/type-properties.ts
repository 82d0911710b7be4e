import { statement, type Statement } from '../../../../sql/statement.js';
import type { TypeProperties } from '../../../planning.js';

const GRANTEE = `CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(g.grantee)) END`;
const OPTION = `CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END`;

/** Enumerated types with a comment or with rights, and the statements that give them again. `$1` is the schema of names without one. */
export const TYPE_PROPERTIES = `
  SELECT CASE WHEN n.nspname = $1 THEN t.typname::text ELSE n.nspname || '.' || t.typname END AS name,
         array_remove(ARRAY[CASE WHEN d.description IS NOT NULL THEN format('COMMENT ON TYPE %s IS %L', t.oid::regtype, d.description) END,
           CASE WHEN t.typacl IS NOT NULL THEN format('REVOKE ALL ON TYPE %s FROM PUBLIC', t.oid::regtype) END]
           || ARRAY(SELECT format('GRANT %s ON TYPE %s TO %s%s', g.privilege_type, t.oid::regtype, ${GRANTEE}, ${OPTION})
                      FROM aclexplode(t.typacl) g WHERE g.grantee <> t.typowner ORDER BY 1), NULL) AS again
    FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
    LEFT JOIN pg_description d ON d.classoid = 'pg_type'::regclass AND d.objoid = t.oid AND d.objsubid = 0
   WHERE t.typtype = 'e' AND (d.description IS NOT NULL OR t.typacl IS NOT NULL)`;

/** What a type that is created again has again. */
export function typePropertiesAgain(types: readonly TypeProperties[], type: string): readonly Statement[] {
  return types.filter(({ name }) => name === type).flatMap(({ again }) => again.map((sql) => statement(sql)));
}
