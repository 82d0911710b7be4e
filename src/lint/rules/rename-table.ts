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
        `ALTER TABLE ${quote(table)} RENAME TO ${quote(unqualified(to))}`,
        `CREATE VIEW ${quote(table)} AS SELECT * FROM ${quote(to)}`,
        `-- when no code names ${quote(table)} any more:`,
        `DROP VIEW ${quote(table)}`,
      ),
    };
  },
});
