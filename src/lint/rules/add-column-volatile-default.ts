import { actionRule, BOTH } from '../rule.js';
import { domainIn, type KnownSchema } from '../replay/known-schema.js';
import type { ColumnFact } from '../sql/action.js';
import { typeText } from '../sql/type.js';
import { batches } from '../advice/batches.js';
import { ALONE, NEXT_REVISION, notNullSteps, script } from '../advice/replacements.js';
import { quotePath } from '../../sql/quote.js';

/** A column whose values differ from row to row, so that PostgreSQL rewrites every row. */
export const addColumnVolatileDefault = actionRule({
  id: 'add-column-volatile-default',
  directions: BOTH,
  on: ['add-column'],
  check: ({ table, column }, { before, isNew }) => {
    const cause = causeOf(column) ?? domainCause(before, column);
    if (cause === null || isNew(table)) return null;
    return {
      message:
        `Adding ${quotePath(column.name)} rewrites every row of ${quotePath(table)} and its indexes, and blocks ` +
        `reads and writes of the table: ${cause}.`,
      replacement: replacement(table, column),
    };
  },
});

/** A null has to be checked as well. */
function domainCause(schema: KnownSchema, { type }: ColumnFact): string | null {
  const isChecked = domainIn(schema, type)?.isChecked === true;
  return isChecked ? `the domain ${quotePath(type.name)} checks the value of each row` : null;
}

function causeOf({ default: value, serial, generated }: ColumnFact): string | null {
  if (serial !== null) return `${serial} gives each row a number`;
  if (generated === 'always' || generated === 'by default') return 'an identity gives each row a number';
  if (generated === 'stored') return 'each row stores a computed value';
  const [name] = value?.volatile ?? [];
  return name === undefined ? null : `${name}() may give each row another value`;
}

/** What is stored or numbered has no default to be set later, and a domain would check each row then as well. */
function replacement(table: string, column: ColumnFact): string | null {
  if (column.default === null || causeOf(column) === null) return null;
  const { text: value } = column.default;
  const [name, whole] = [quotePath(column.name), quotePath(table)];
  return script(
    `ALTER TABLE ${whole} ADD COLUMN ${name} ${typeText(column.type)}`,
    `ALTER TABLE ${whole} ALTER COLUMN ${name} SET DEFAULT ${value}`,
    ALONE,
    batches({
      table,
      change: { verb: 'UPDATE', set: `${name} = ${value}`, isKey: false },
      left: `${name} IS NULL`,
    }),
    ...(column.notNull ? [NEXT_REVISION, ...notNullSteps(table, column.name)] : []),
  );
}
