import { costOfTypeChange, type TypeChangeWork } from '../sql/postgres-type-change.js';
import { quotePath } from '../sql/quote.js';
import { columnIn } from './catalog/catalog.js';
import type { ActionContext } from './rule.js';
import type { ActionOf, TypeFact } from './sql/action.js';
import { typeText } from './sql/type.js';
import { sessionZone } from './sql/time-zones.js';

/** What a change of a type makes anew; null where the former type is not known. */
export function workOfChange(
  { table, column, type, collation, using }: ActionOf<'change-type'>,
  { before, earlier }: ActionContext,
): TypeChangeWork | null {
  const former = columnIn(before, table, column);
  if (!former?.type) return null;
  if (using.kind === 'computed') return 'heap';
  const zone = using.kind === 'none' ? sessionZone(earlier) : null;
  const recollated = former.collation !== null && former.collation !== collation;
  return costOfTypeChange(former.type, type, { zone, recollated }).work;
}

/** A type with its collation; empty is that of the type. */
export function collatedText(type: TypeFact, collation: string | null): string {
  return `${typeText(type)}${collation ? ` COLLATE ${quotePath(collation)}` : ''}`;
}
