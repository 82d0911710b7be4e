import { actionRule, BOTH } from '../rule.js';
import { typeText } from '../sql/column.js';
import { quote, unqualified } from '../sql/names.js';
import { NEXT_REVISION, script } from './replacements.js';

/** A NOT NULL column for which the rows that are there have no value. */
export const addColumnRequired = actionRule({
  id: 'add-column-required',
  directions: BOTH,
  on: ['add-column'],
  check: ({ table, column }, { isNew }) => {
    const hasValue = column.default !== null || column.serial !== null || column.generated !== null;
    if (!column.notNull || hasValue || isNew(table)) return null;
    const [name, whole] = [quote(column.name), quote(table)];
    const check = quote(`ck_${unqualified(table)}_${column.name}_not_null`);
    return {
      message: `${name} is NOT NULL and has no default, so adding it fails as soon as ${whole} holds a row.`,
      replacement: script(
        `ALTER TABLE ${whole} ADD COLUMN ${name} ${typeText(column.type)}`,
        `ALTER TABLE ${whole} ADD CONSTRAINT ${check} CHECK (${name} IS NOT NULL) NOT VALID`,
        NEXT_REVISION,
        `-- UPDATE ${whole} SET ${name} = ... WHERE ${name} IS NULL, in batches (docs/rules/write-without-where.md)`,
        NEXT_REVISION,
        `ALTER TABLE ${whole} VALIDATE CONSTRAINT ${check}`,
        NEXT_REVISION,
        `ALTER TABLE ${whole} ALTER COLUMN ${name} SET NOT NULL`,
        `ALTER TABLE ${whole} DROP CONSTRAINT ${check}`,
      ),
    };
  },
});
