import { objectKey, typeIn } from '../replay/known-schema.js';
import type { ActionContext, Report } from '../rule.js';
import { quotePaths } from '../../sql/quote.js';

/**
 * What a change of a domain checks in the tables that use it; null where the revisions contain the domain, and no table
 * with it. Not even VALIDATE lets writes go on, so there is no other way.
 *
 * @param words what is done, as the beginning of a sentence
 */
export function domainWork(
  name: string,
  words: string,
  { before, earlier, isNew }: ActionContext,
): Report | null {
  const tables = before.model.tables.filter(({ name: table, columns }) =>
    columns.some((column) => typeIn(before, { table, column: column.name })?.name === name),
  );
  const old = tables.map((table) => table.name).filter((table) => !isNew(table));
  const isKnown = before.objects.has(objectKey('domain', name, null));
  const isMade = earlier.some((one) => one.kind === 'create-object' && one.name === name);
  if (isMade || (isKnown && old.length === 0)) return null;
  const whole = old.length === 0 ? 'each table that uses it' : quotePaths(old);
  return { message: `${words} checks every row of ${whole} and blocks writes to it.`, replacement: null };
}
