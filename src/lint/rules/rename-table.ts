import { actionRule, UP } from '../rule.js';
import { quote, unqualified } from '../sql/names.js';
import { script } from './replacements.js';

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
        `From the moment that ${quote(table)} is called ${quote(to)}, code that is still running and names ` +
        `${quote(table)} fails; new code fails until then.`,
      replacement: script(
        moveTable(table, to),
        `CREATE VIEW ${quote(table)} AS SELECT * FROM ${quote(to)}`,
        `-- when no code names ${quote(table)} any more:`,
        `DROP VIEW ${quote(table)}`,
      ),
    };
  },
});

/** The statement that gives a table another name, or another schema. */
export function moveTable(table: string, to: string): string {
  const name = unqualified(to);
  if (name !== unqualified(table)) return `ALTER TABLE ${quote(table)} RENAME TO ${quote(name)}`;
  const schema = to.slice(0, -name.length - 1) || 'public';
  return `ALTER TABLE ${quote(table)} SET SCHEMA ${quote(schema)}`;
}
