import type { ForeignKeyModel } from '../../schema/model.js';
import { actionRule, BOTH, type Report } from '../rule.js';
import { tableIn, type KnownSchema } from '../replay/known-schema.js';
import { isPartitioned, partitionsOf } from '../replay/parts.js';
import type { ActionOf, ConstraintFact } from '../sql/action.js';
import { foreignKeySteps } from '../advice/parted.js';
import {
  addedColumn,
  namedText,
  NEXT_REVISION,
  notValidThenValidate,
  script,
} from '../advice/replacements.js';
import { quotePath } from '../../sql/quote.js';

/** A foreign key that checks every row while both tables are locked against writing. */
export const addForeignKeyValidated = actionRule({
  id: 'add-foreign-key-validated',
  directions: BOTH,
  on: ['add-constraint', 'add-column', 'enforce-constraint'],
  check: (action, { before, isNew }) => {
    if (action.kind === 'enforce-constraint') return isNew(action.table) ? null : enforced(action, before);
    // On a new column without default there is nothing to check, and PostgreSQL knows it.
    if (action.kind === 'add-column' && action.column.default === null) return null;
    const written = action.kind === 'add-constraint' ? [action.constraint] : action.column.constraints;
    const key = written.find(({ kind, validated }) => kind === 'foreign-key' && validated);
    if (!key || isNew(action.table) || isOnEveryPart(before, action.table, key)) return null;
    const constraint =
      action.kind === 'add-constraint' ? key : { ...key, text: tableForm(key.columns, key.text) };
    return {
      message:
        `Adding the foreign key ${quotePath(key.name)} checks every row of ${quotePath(action.table)} and blocks writes to ` +
        `${quotePath(action.table)} and ${quotePath(key.references ?? '')}.`,
      replacement: isPartitioned(before, action.table)
        ? script(
            ...addedColumn(action.table, constraint),
            ...foreignKeySteps(
              { schema: before, table: action.table, name: constraint.name },
              namedText(constraint),
            ),
          )
        : notValidThenValidate(action.table, constraint),
    };
  },
});

/** PostgreSQL has no NOT VALID for it, so the key is made anew. */
function enforced({ table, name }: ActionOf<'enforce-constraint'>, before: KnownSchema): Report {
  const [whole, key] = [quotePath(table), quotePath(name)];
  const other = tableIn(before, table)?.foreignKeys.find((one) => one.name === name)?.table;
  const both = [table, ...(other === undefined ? [] : [other])].map(quotePath).join(' and ');
  return {
    message: `Enforcing the foreign key ${key} checks every row of ${whole} and blocks writes to ${both}.`,
    replacement: script(
      `ALTER TABLE ${whole} DROP CONSTRAINT ${key}`,
      `ALTER TABLE ${whole} ADD CONSTRAINT ${key} <its definition> NOT VALID`,
      NEXT_REVISION,
      `ALTER TABLE ${whole} VALIDATE CONSTRAINT ${key}`,
    ),
  };
}

/** Whether each partition has such a key, and its rows are checked: the key of the table takes them over. */
function isOnEveryPart(schema: KnownSchema, table: string, key: ConstraintFact): boolean {
  if (!isPartitioned(schema, table)) return false;
  const leaves = partitionsOf(schema, table).filter((part) => !part.isPartitioned);
  const isSame = (own: ForeignKeyModel) =>
    own.validated && own.table === key.references && own.columns.join() === key.columns.join();
  return leaves.length > 0 && leaves.every(({ name }) => tableIn(schema, name)?.foreignKeys.some(isSame));
}

/** REFERENCES of a column as a constraint of the table. */
function tableForm(columns: readonly string[], text: string): string {
  const [, name = '', references = ''] = /^(CONSTRAINT\s+\S+\s+)?(REFERENCES\b[^]*)$/i.exec(text) ?? [];
  return `${name}FOREIGN KEY (${columns.map(quotePath).join(', ')}) ${references}`;
}
