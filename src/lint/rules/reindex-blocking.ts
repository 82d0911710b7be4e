import { ALONE, script } from '../advice/replacements.js';
import { indexIn } from '../replay/known-schema.js';
import { actionRule, BOTH, type ActionContext } from '../rule.js';
import type { ActionOf } from '../sql/action.js';
import { quotePath } from '../../sql/quote.js';

/** Indexes that are built again while writes are blocked. */
export const reindexBlocking = actionRule({
  id: 'reindex-blocking',
  directions: BOTH,
  on: ['reindex'],
  check: (action, context) => {
    const { object, name } = action;
    if (context.isNew(tableOf(action, context))) return null;
    return {
      message:
        `REINDEX of the ${object} ${quotePath(name)} blocks writes to its table until each index is built, and ` +
        'reads that use the index.',
      replacement: object === 'system' ? null : script(ALONE, concurrentForm(action.text)),
    };
  },
});

function tableOf({ object, name }: ActionOf<'reindex'>, { before }: ActionContext): string | null {
  if (object === 'table') return name;
  return object === 'index' ? (indexIn(before, name)?.table.name ?? null) : null;
}

function concurrentForm(sql: string): string {
  return sql.replace(
    /^REINDEX\s*(\([^)]*\)\s*)?(INDEX|TABLE|SCHEMA|DATABASE)\b/i,
    (all) => `${all} CONCURRENTLY`,
  );
}
