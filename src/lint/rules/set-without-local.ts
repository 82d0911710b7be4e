import { withoutLeadingComments } from '../../migrator/sql-text.js';
import { actionRule, BOTH } from '../rule.js';
import { oneLine } from '../sql/clause.js';

/** A setting that outlives the revision. */
export const setWithoutLocal = actionRule({
  id: 'set-without-local',
  directions: BOTH,
  on: ['set'],
  check: ({ setting, text }) => ({
    message:
      `${setting === '' ? 'The setting' : `The setting ${setting}`} stays on the connection when the revision is over, and ` +
      'holds for later revisions and for whoever gets the connection next.',
    replacement: localForm(oneLine(withoutLeadingComments(text))),
  }),
});

function localForm(text: string): string | null {
  if (text.startsWith('set_config(')) return text.replace('false)', 'true)');
  return /^SET (SESSION )?(?!SESSION\b)/i.test(text)
    ? `${text.replace(/^SET (SESSION )?/i, 'SET LOCAL ')};`
    : null;
}
