import { plainColumn } from '../replay/parts.js';
import { typeFactOf } from '../replay/types.js';
import { actionRule, UP, type ActionContext } from '../rule.js';
import type { ActionOf } from '../sql/action.js';
import { typeText } from '../sql/type.js';
import { heirsOf } from '../advice/parted.js';
import { batches, differs } from '../advice/batches.js';
import {
  ALONE,
  mirrorDropped,
  mirrored,
  NEXT_REVISION,
  notNullSteps,
  script,
  whenRetired,
} from '../advice/replacements.js';
import { quotePath } from '../../sql/quote.js';

/** A name that running code still uses. */
export const renameColumn = actionRule({
  id: 'rename-column',
  directions: UP,
  on: ['rename-column'],
  check: (action, context) => {
    const { table, column, to } = action;
    if (context.isNew(table) || context.newColumns.has(`${table}.${column}`)) return null;
    const [whole, old, fresh] = [quotePath(table), quotePath(column), quotePath(to)];
    return {
      message:
        `Renaming ${old} of ${whole} to ${fresh} makes running code that uses ${old} fail; ` +
        `new code fails until the rename.`,
      replacement: replacement(action, context),
    };
  },
});

/**
 * Both columns, each of which may be written, until the former is gone. Keys, indexes and checks would be lost with it.
 */
function replacement(
  { table, column, to }: ActionOf<'rename-column'>,
  { before }: ActionContext,
): string | null {
  const plain = plainColumn(before, { table, column });
  if (!plain) return null;
  const [whole, old, fresh] = [quotePath(table), quotePath(column), quotePath(to)];
  const mirror = { table, former: column, fresh: to, heirs: heirsOf(before, table) };
  return script(
    `ALTER TABLE ${whole} ADD COLUMN ${fresh} ${typeText(typeFactOf(plain.type))}`,
    ...mirrored(mirror, eitherWay(old, fresh)),
    ALONE,
    batches({
      table,
      change: { verb: 'UPDATE', set: `${fresh} = ${old}`, isKey: false },
      left: differs(fresh, old),
    }),
    ...(!plain.nullable ? [NEXT_REVISION, ...notNullSteps(table, to)] : []),
    whenRetired(old),
    ...mirrorDropped(mirror),
    `ALTER TABLE ${whole} DROP COLUMN ${old}`,
  );
}

/** What was written wins; a new row has one of them. */
function eitherWay(old: string, fresh: string): readonly string[] {
  return [
    `IF TG_OP OPERATOR(pg_catalog.=) 'INSERT' THEN NEW.${fresh} := coalesce(NEW.${fresh}, NEW.${old}); NEW.${old} := NEW.${fresh};`,
    `ELSIF ${differs(`NEW.${old}`, `OLD.${old}`)} THEN NEW.${fresh} := NEW.${old};`,
    `ELSIF ${differs(`NEW.${fresh}`, `OLD.${fresh}`)} THEN NEW.${old} := NEW.${fresh};`,
    'END IF;',
  ];
}
