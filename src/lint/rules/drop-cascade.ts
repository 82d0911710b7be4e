import { script } from '../advice/replacements.js';
import { typeIn, type ColumnPath } from '../replay/known-schema.js';
import { actionRule, UP, type ActionContext } from '../rule.js';
import type { ActionOf } from '../sql/action.js';
import { quotePath } from '../../sql/quote.js';

/** CASCADE of an object that tables use. */
export const dropCascade = actionRule({
  id: 'drop-cascade',
  directions: UP,
  on: ['drop-cascade'],
  check: (action, context) => {
    const { object, name } = action;
    if (isNewObject(action, context)) return null;
    const columns = columnsOf(action, context);
    const words = columns.map(({ table, column }) => `${quotePath(column)} of ${quotePath(table)}`);
    const known = words.length === 0 ? '' : `; as far as the revisions show: ${words.join(', ')}`;
    return {
      message:
        `DROP ... CASCADE of the ${object} ${quotePath(name)} drops all that depends on it: columns with their values, ` +
        `indexes, constraints, defaults, triggers and views. The statement does not name them${known}.`,
      replacement: script(
        ...(columns.length === 0 ? ['<the drops of what depends on it>'] : columns.map(dropOf)),
        action.text.replace(/\s+CASCADE$/i, ''),
      ),
    };
  },
});

function isNewObject(
  { object, name }: ActionOf<'drop-cascade'>,
  { earlier, newTypes }: ActionContext,
): boolean {
  const isMade = earlier.some(
    (one) => one.kind === 'create-object' && one.object === object && one.name === name,
  );
  return isMade || newTypes.has(name);
}

function dropOf({ table, column }: ColumnPath): string {
  return `ALTER TABLE ${quotePath(table)} DROP COLUMN ${quotePath(column)}`;
}

/** The columns of a type. */
function columnsOf({ name }: ActionOf<'drop-cascade'>, { before }: ActionContext): readonly ColumnPath[] {
  return before.model.tables.flatMap(({ name: table, columns }) =>
    columns
      .map((column) => ({ table, column: column.name }))
      .filter((path) => typeIn(before, path)?.name === name),
  );
}
