import { actionRule, BOTH } from '../rule.js';
import type { Catalog, CatalogConstraint } from '../catalog/catalog.js';
import { isPartitioned, partsOf } from '../catalog/parts.js';
import type { ConstraintFact } from '../sql/action.js';
import { foreignKeySteps } from '../advice/parted.js';
import { addedColumn, namedText, notValidThenValidate, script } from '../advice/replacements.js';
import { quotePath } from '../../sql/quote.js';

/** A foreign key that checks every row while both tables are locked against writing. */
export const addForeignKeyValidated = actionRule({
  id: 'add-foreign-key-validated',
  directions: BOTH,
  on: ['add-constraint', 'add-column'],
  check: (action, { before, isNew }) => {
    // On a new column without default there is nothing to check, and PostgreSQL knows it.
    if (action.kind === 'add-column' && action.column.default === null) return null;
    const written = action.kind === 'add-constraint' ? [action.constraint] : action.column.constraints;
    const key = written.find(({ kind, validated }) => kind === 'foreign-key' && validated);
    if (!key || isNew(action.table) || isOnEveryPart(before, action.table, key)) return null;
    const constraint =
      action.kind === 'add-constraint' ? key : { ...key, text: tableForm(key.columns, key.text) };
    return {
      message:
        `Adding the foreign key ${quotePath(key.name)} checks every row of ${quotePath(action.table)} while nobody can write to ` +
        `${quotePath(action.table)} or ${quotePath(key.references ?? '')}.`,
      replacement: isPartitioned(before, action.table)
        ? script(
            ...addedColumn(action.table, constraint),
            ...foreignKeySteps(
              { catalog: before, table: action.table, name: constraint.name },
              namedText(constraint),
            ),
          )
        : notValidThenValidate(action.table, constraint),
    };
  },
});

/** Whether each partition has such a key, and its rows are checked: the key of the table takes them over. */
function isOnEveryPart(catalog: Catalog, table: string, key: ConstraintFact): boolean {
  if (!isPartitioned(catalog, table)) return false;
  const leaves = partsOf(catalog, table).filter((part) => !part.isPartitioned);
  const isSame = ({ kind, validated, columns, references }: CatalogConstraint) =>
    kind === 'foreign-key' &&
    validated &&
    references === key.references &&
    columns.join() === key.columns.join();
  const isChecked = (name: string) =>
    [...(catalog.tables.get(name)?.constraints.values() ?? [])].some(isSame);
  return leaves.length > 0 && leaves.every(({ name }) => isChecked(name));
}

/** REFERENCES of a column as a constraint of the table. */
function tableForm(columns: readonly string[], text: string): string {
  const [, name = '', references = ''] = /^(CONSTRAINT\s+\S+\s+)?(REFERENCES\b[^]*)$/i.exec(text) ?? [];
  return `${name}FOREIGN KEY (${columns.map(quotePath).join(', ')}) ${references}`;
}
