import { isProvenNotNull, type Catalog } from '../catalog/catalog.js';
import { filterMap, withKey } from '../catalog/maps.js';
import { actionRule, BOTH, type ActionContext } from '../rule.js';
import { quote, unqualified } from '../sql/names.js';
import { NEXT_REVISION, script } from './replacements.js';

/** SET NOT NULL that has to look at every row, since no check has been validated that says it. */
export const setNotNullUnproven = actionRule({
  id: 'set-not-null-unproven',
  directions: BOTH,
  on: ['set-not-null'],
  check: ({ table, column }, context) => {
    if (context.isNew(table) || isProvenNotNull(known(context, table), table, column)) return null;
    return {
      message:
        `SET NOT NULL looks at every row of ${quote(table)} for a null in ${quote(column)} while nobody can read or write ` +
        'the table.',
      replacement: replacement(table, column),
    };
  },
});

/** PostgreSQL drops constraints before it does anything else in one ALTER TABLE, and validates them last. */
function known({ beforeStatement, statement }: ActionContext, name: string): Catalog {
  const table = beforeStatement.tables.get(name);
  if (!table) return beforeStatement;
  const dropped = statement.facts.actions.flatMap((action) =>
    action.kind === 'drop-constraint' && action.table === name ? [action.name] : [],
  );
  const constraints = filterMap(
    table.constraints,
    (_constraint, constraint) => !dropped.includes(constraint),
  );
  return { ...beforeStatement, tables: withKey(beforeStatement.tables, name, { ...table, constraints }) };
}

function replacement(table: string, column: string): string {
  const check = quote(`ck_${unqualified(table)}_${column}_not_null`);
  return script(
    `ALTER TABLE ${quote(table)} ADD CONSTRAINT ${check} CHECK (${quote(column)} IS NOT NULL) NOT VALID`,
    NEXT_REVISION,
    `ALTER TABLE ${quote(table)} VALIDATE CONSTRAINT ${check}`,
    NEXT_REVISION,
    `ALTER TABLE ${quote(table)} ALTER COLUMN ${quote(column)} SET NOT NULL`,
    `ALTER TABLE ${quote(table)} DROP CONSTRAINT ${check}`,
  );
}
