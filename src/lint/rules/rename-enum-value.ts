import type { KnownSchema } from '../replay/known-schema.js';
import { isPartitionKey, isUniqueKey } from '../replay/parts.js';
import { isText } from '../replay/meaning.js';
import { typeFactOf } from '../replay/types.js';
import { actionRule, UP } from '../rule.js';
import type { ActionOf } from '../sql/action.js';
import { batches } from '../advice/batches.js';
import { ALONE, NEXT_REVISION, script } from '../advice/replacements.js';
import { EQ } from '../../sql/postgres-operators.js';
import { quoteLiteral, quotePath } from '../../sql/quote.js';

/** A value that running code still writes and compares with. */
export const renameEnumValue = actionRule({
  id: 'rename-enum-value',
  directions: UP,
  on: ['rename-enum-value'],
  check: (action, { before, newTypes }) => {
    const { name, value, to } = action;
    if (newTypes.has(name)) return null;
    const [old, fresh] = [quoteLiteral(value), quoteLiteral(to)];
    return {
      message:
        `Renaming ${old} of ${quotePath(name)} to ${fresh} makes running code that uses ${old} ` +
        `fail; that code also reads ${fresh}, which it does not know.`,
      replacement: replacement(action, before),
    };
  },
});

/** Both values, until no code writes the former one and no row has it. */
function replacement({ name, value, to }: ActionOf<'rename-enum-value'>, before: KnownSchema): string {
  const [old, fresh] = [quoteLiteral(value), quoteLiteral(to)];
  const columns = columnsOf(before, name);
  const defaults = columns.filter(({ isDefault }) => isDefault(value));
  return script(
    `ALTER TYPE ${quotePath(name)} ADD VALUE ${fresh} AFTER ${old}`,
    `-- when all running code understands ${fresh}:`,
    ...defaults.map(
      ({ table, column }) =>
        `ALTER TABLE ${quotePath(table)} ALTER COLUMN ${quotePath(column)} SET DEFAULT ${fresh}`,
    ),
    ...columns.flatMap(({ table, column }) => {
      const set = `${quotePath(column)} = ${fresh}`;
      const left = `${quotePath(column)} ${EQ} ${old}`;
      // A row that moves to another partition is moved by the table alone.
      return isPartitionKey(before, { table, column })
        ? [NEXT_REVISION, `UPDATE ${quotePath(table)} SET ${set} WHERE ${left}`]
        : [
            ALONE,
            batches({
              table,
              change: { verb: 'UPDATE', set, isKey: isUniqueKey(before, { table, column }) },
              left,
            }),
          ];
    }),
  );
}

interface EnumColumn {
  readonly table: string;
  readonly column: string;
  readonly isDefault: (value: string) => boolean;
}

function columnsOf({ model }: KnownSchema, enumName: string): readonly EnumColumn[] {
  return model.tables.flatMap((table) =>
    table.columns.flatMap((column) => {
      const { name, array } = typeFactOf(column.type);
      if (name !== enumName || array) return [];
      return [
        { table: table.name, column: column.name, isDefault: (value: string) => isText(column, value) },
      ];
    }),
  );
}
