import { typeIn, type KnownSchema } from '../replay/known-schema.js';
import { plainColumn } from '../replay/parts.js';
import { actionRule, BOTH } from '../rule.js';
import type { ActionOf } from '../sql/action.js';
import { typeText } from '../sql/type.js';
import { collatedText, workOfChange } from '../type-work.js';
import { heirsOf } from '../advice/parted.js';
import { batches } from '../advice/batches.js';
import {
  ALONE,
  mirrorDropped,
  mirrored,
  NEXT_REVISION,
  notNullSteps,
  script,
} from '../advice/replacements.js';
import { quotePath } from '../../sql/quote.js';

/** A change of a type that rewrites every row, or at least checks it. */
export const changeTypeRewrite = actionRule({
  id: 'change-type-rewrite',
  directions: BOTH,
  on: ['change-type'],
  check: (action, context) => {
    const { table, column, type } = action;
    const { before, isNew } = context;
    const former = typeIn(before, { table, column });
    const work = workOfChange(action, context);
    if ((work !== null && work !== 'heap') || isNew(table)) return null;
    return {
      message:
        `Changing ${quotePath(column)} of ${quotePath(table)} ${former === null ? '' : `from ${typeText(former)} `}to ` +
        `${typeText(type)} rewrites every row and every index of the table, and blocks reads and writes ` +
        `meanwhile${former === null ? '; the revisions do not contain its present type, so the worst is assumed' : ''}.`,
      replacement: replacement(action, before),
    };
  },
});

/** Only for a column that carries nothing: what is over the column, or belongs to it, would be lost with it. */
function replacement(
  { table, column, type, collation, using }: ActionOf<'change-type'>,
  before: KnownSchema,
): string | null {
  const plain = plainColumn(before, { table, column });
  if (!plain || using.kind === 'computed') return null;
  const [whole, old, fresh] = [quotePath(table), quotePath(column), quotePath(`${column}_new`)];
  const cast = using.kind === 'same' && using.cast ? `::${typeText(type)}` : '';
  const mirror = { table, former: column, fresh: `${column}_new`, heirs: heirsOf(before, table) };
  return script(
    `ALTER TABLE ${whole} ADD COLUMN ${fresh} ${collatedText(type, collation)}`,
    ...mirrored(mirror, [`NEW.${fresh} := NEW.${old}${cast};`]),
    ALONE,
    batches({
      table,
      change: { verb: 'UPDATE', set: `${fresh} = ${old}${cast}`, isKey: false },
      left: `${fresh} IS NULL AND ${old} IS NOT NULL`,
    }),
    ...(!plain.nullable ? [NEXT_REVISION, ...notNullSteps(table, `${column}_new`)] : []),
    NEXT_REVISION,
    ...mirrorDropped(mirror),
    `ALTER TABLE ${whole} DROP COLUMN ${old}`,
    `ALTER TABLE ${whole} RENAME COLUMN ${fresh} TO ${old}`,
  );
}
