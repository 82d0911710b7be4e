import { costOfTypeChange, type TypeChangeWork } from '../sql/postgres-type-change.js';
import { quotePath } from '../sql/quote.js';
import {
  columnIn,
  domainIn,
  isKnown,
  typeIn,
  type ColumnPath,
  type KnownSchema,
} from './replay/known-schema.js';
import type { ActionContext } from './rule.js';
import type { ActionOf, TypeFact } from './sql/action.js';
import { typeText } from './sql/type.js';
import { sessionZone } from './sql/time-zones.js';

/** What a change of a type rebuilds; null where the former type is unknown. */
export function workOfChange(
  { table, column, type, collation, using }: ActionOf<'change-type'>,
  { before, earlier }: ActionContext,
): TypeChangeWork | null {
  const path = { table, column };
  const former = typeIn(before, path);
  if (!former) return null;
  if (using.kind === 'computed' || domainIn(before, type)?.isChecked === true) return 'heap';
  const zone = using.kind === 'none' ? sessionZone(earlier) : null;
  const isCollationKnown = isKnown(before, path, 'collation');
  const recollated = isCollationKnown && collationIn(before, path) !== collation;
  const [from, to] = [former, type].map((one) => domainIn(before, one)?.type ?? one) as [TypeFact, TypeFact];
  return costOfTypeChange(from, to, { zone, recollated }).work;
}

/** The collation of a column; empty for that of the type. */
export function collationIn(schema: KnownSchema, { table, column }: ColumnPath): string {
  return columnIn(schema, table, column)?.collation ?? '';
}

/** A type with its collation; empty is that of the type. */
export function collatedText(type: TypeFact, collation: string): string {
  return `${typeText(type)}${collation === '' ? '' : ` COLLATE ${quotePath(collation)}`}`;
}
