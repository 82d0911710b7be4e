import { isProvenNotNull, type Catalog } from '../catalog/catalog.js';
import { filterMap, withKey } from '../catalog/maps.js';
import { actionRule, BOTH, type ActionContext } from '../rule.js';
import { notNullSteps, script } from '../advice/replacements.js';
import { quotePath } from '../../sql/quote.js';

/** SET NOT NULL that has to look at every row, since no check has been validated that says it. */
export const setNotNullUnproven = actionRule({
  id: 'set-not-null-unproven',
  directions: BOTH,
  on: ['set-not-null'],
  check: ({ table, column }, context) => {
    if (context.isNew(table) || isProvenNotNull(known(context, table), table, column)) return null;
    return {
      message:
        `SET NOT NULL looks at every row of ${quotePath(table)} for a null in ${quotePath(column)} while nobody can read or write ` +
        'the table.',
      replacement: script(...notNullSteps(table, column)),
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
