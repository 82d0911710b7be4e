import { actionRule, BOTH } from '../rule.js';

/** A setting that outlives the revision. */
export const setWithoutLocal = actionRule({
  id: 'set-without-local',
  directions: BOTH,
  on: ['set'],
  check: ({ setting, text }) => ({
    message:
      `${setting === '' ? 'The setting' : `The setting ${setting}`} outlives its transaction. Only this migrator restores it: with ` +
      'another runner it applies to later revisions and to the next user of the connection.',
    replacement: localForm(text),
  }),
});

function localForm(text: string): string | null {
  if (/^(pg_catalog\.)?set_config\s*\(/i.test(text)) return localCall(text);
  return /^SET (SESSION )?(?!SESSION\b)/i.test(text)
    ? `${text.replace(/^SET (SESSION )?/i, 'SET LOCAL ')};`
    : null;
}

/** Only where the last argument is a literal. */
function localCall(text: string): string | null {
  const [, before] = /^([^]*,\s*)false\s*\)$/i.exec(text) ?? [];
  return before === undefined ? null : `SELECT ${before}true);`;
}
