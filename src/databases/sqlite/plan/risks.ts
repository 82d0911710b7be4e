import type { Change } from '../../../schema/change.js';
import type { Confirmations, DestructiveChange } from '../../planning.js';
import { familyOf } from './convert.js';

/** What a conversion of convert.ts takes from a value. A text of another kind makes the revision fail instead. */
const LOSSES: Readonly<Record<string, string>> = {
  'fraction to whole': 'values are rounded',
  'fraction to boolean': 'every value but 0 becomes true',
  'whole to boolean': 'every value but 0 becomes true',
  'instant to date': 'the time of day is lost',
};

/** A floating number has 53 bits. */
function lossOf(from: string, to: string): string | undefined {
  if (BIG.test(from) && FLOATING.test(to)) return 'values above 2^53 are rounded';
  return LOSSES[`${familyOf(from)} to ${familyOf(to)}`];
}

const BIG = /^(?:(?:unsigned )?big ?int|int8)/;
const FLOATING = /^(?:real|double|float)/;

/** What SQLite asks about a change: whether values may be rounded or cut. */
export function risksOf(change: Change, confirmations: Confirmations): readonly DestructiveChange[] {
  if (change.kind !== 'alter-column' || !change.aspects.includes('type')) return [];
  const { table, object: column, live, desired } = change;
  const loses = lossOf(live.type, desired.type);
  const isConfirmed = confirmations.allowRewrite || confirmations.usings.has(`${table}.${column}`);
  if (loses === undefined || isConfirmed || desired.generated !== null) return [];
  const problem = `type ${live.type} becomes ${desired.type}: ${loses}`;
  return [{ kind: 'rewrite', table, column, problem, remedies: ['--allow-rewrite'] }];
}
