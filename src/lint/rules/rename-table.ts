import { actionRule, UP } from '../rule.js';
import { moveTable, script, whenRetired } from '../advice/replacements.js';
import { quoteLiteral, quotePath } from '../../sql/quote.js';

/** A table that running code does not find any more. */
export const renameTable = actionRule({
  id: 'rename-table',
  directions: UP,
  on: ['rename-table'],
  check: ({ table, to }, { isNew, later }) => {
    const isKept = later.some(
      (action) => action.kind === 'create-object' && action.object === 'view' && action.name === table,
    );
    if (isNew(table) || isKept) return null;
    return {
      message:
        `Renaming ${quotePath(table)} to ${quotePath(to)} makes running code that uses ` +
        `${quotePath(table)} fail; new code fails until the rename.`,
      replacement: script(
        moveTable(table, to),
        `CREATE VIEW ${quotePath(table)} WITH (security_invoker = true) AS SELECT * FROM ${quotePath(to)}`,
        likeTable(table, to),
        whenRetired(quotePath(table)),
        `DROP VIEW ${quotePath(table)}`,
      ),
    };
  },
});

/**
 * Gives a view the defaults and the grants of its table. Without a default of its own, `SET updated_at = DEFAULT`
 * through the view writes NULL, which is what TypeORM's upsert sends.
 */
function likeTable(view: string, table: string): string {
  const of = quoteLiteral(quotePath(table));
  return [
    'DO $view$ DECLARE command text; BEGIN',
    '  FOR command IN',
    `    SELECT pg_catalog.format('ALTER VIEW ${inFormat(view)} ALTER COLUMN %I SET DEFAULT %s', attname, pg_catalog.pg_get_expr(adbin, adrelid))`,
    '      FROM pg_catalog.pg_attrdef JOIN pg_catalog.pg_attribute ON attrelid OPERATOR(pg_catalog.=) adrelid AND attnum OPERATOR(pg_catalog.=) adnum',
    `     WHERE adrelid OPERATOR(pg_catalog.=) ${of}::pg_catalog.regclass AND attgenerated OPERATOR(pg_catalog.=) ''`,
    '    UNION ALL',
    `    SELECT pg_catalog.format('GRANT %s%s ON ${inFormat(view)} TO %s%s', privilege_type, columns, CASE WHEN grantee OPERATOR(pg_catalog.=) 0 THEN 'PUBLIC' ELSE grantee::pg_catalog.regrole::text END, CASE WHEN is_grantable THEN ' WITH GRANT OPTION' END)`,
    `      FROM (SELECT '' AS columns, (pg_catalog.aclexplode(relacl)).* FROM pg_catalog.pg_class WHERE oid OPERATOR(pg_catalog.=) ${of}::pg_catalog.regclass`,
    `            UNION ALL SELECT pg_catalog.format('(%I)', attname), (pg_catalog.aclexplode(attacl)).* FROM pg_catalog.pg_attribute WHERE attrelid OPERATOR(pg_catalog.=) ${of}::pg_catalog.regclass) AS granted`,
    `     WHERE privilege_type OPERATOR(pg_catalog.=) ANY ('{SELECT,INSERT,UPDATE,DELETE}'::text[])`,
    '  LOOP EXECUTE command; END LOOP;',
    'END $view$',
  ].join('\n');
}

/** A name inside the text of a format. */
function inFormat(name: string): string {
  return quotePath(name).replaceAll("'", "''").replaceAll('%', '%%');
}
