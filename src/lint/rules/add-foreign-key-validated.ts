import { actionRule, BOTH } from '../rule.js';
import { notValidThenValidate } from './replacements.js';
import { quotePath } from '../../sql/quote.js';

/** A foreign key that checks every row while both tables are locked against writing. */
export const addForeignKeyValidated = actionRule({
  id: 'add-foreign-key-validated',
  directions: BOTH,
  on: ['add-constraint', 'add-column'],
  check: (action, { isNew }) => {
    // On a new column without default there is nothing to check, and PostgreSQL knows it.
    if (action.kind === 'add-column' && action.column.default === null) return null;
    const written = action.kind === 'add-constraint' ? [action.constraint] : action.column.constraints;
    const key = written.find(({ kind, validated }) => kind === 'foreign-key' && validated);
    if (!key || isNew(action.table)) return null;
    return {
      message:
        `Adding the foreign key ${quotePath(key.name)} checks every row of ${quotePath(action.table)} while nobody can write to ` +
        `${quotePath(action.table)} or ${quotePath(key.references ?? '')}.`,
      replacement: notValidThenValidate(
        action.table,
        action.kind === 'add-constraint' ? key : { ...key, text: tableForm(key.columns, key.text) },
      ),
    };
  },
});

/** REFERENCES of a column as a constraint of the table. */
function tableForm(columns: readonly string[], text: string): string {
  const [, name = '', references = ''] = /^(CONSTRAINT\s+\S+\s+)?(REFERENCES\b[^]*)$/i.exec(text) ?? [];
  return `${name}FOREIGN KEY (${columns.map(quotePath).join(', ')}) ${references}`;
}
