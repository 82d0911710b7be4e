import { actionRule, UP } from '../rule.js';
import { literalText, quote } from '../sql/names.js';
import { NEXT_REVISION, script } from './replacements.js';

/** A value that running code still writes and compares with. */
export const renameEnumValue = actionRule({
  id: 'rename-enum-value',
  directions: UP,
  on: ['rename-enum-value'],
  check: ({ name, value, to }, { newTypes }) => {
    if (newTypes.has(name)) return null;
    const [old, fresh] = [literalText(value), literalText(to)];
    return {
      message:
        `From the moment that ${old} of ${quote(name)} is called ${fresh}, code that is still running and says ${old} ` +
        `fails, and reads ${fresh}, which it does not know.`,
      replacement: script(
        `ALTER TYPE ${quote(name)} ADD VALUE ${fresh} AFTER ${old}`,
        '-- let all code understand both, then let it write the new one',
        NEXT_REVISION,
        `-- UPDATE the columns of this type from ${old} to ${fresh}, in batches (docs/rules/write-without-where.md)`,
      ),
    };
  },
});
