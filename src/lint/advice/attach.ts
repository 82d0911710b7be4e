import type { IndexModel } from '../../schema/model.js';
import type { Bounded } from '../replay/bound.js';
import type { ActionOf } from '../sql/action.js';
import type { BoundValue } from '../sql/bound.js';
import { unqualified } from '../../databases/postgres/parse/names.js';
import { keptName } from '../../sql/identifiers.js';
import { quoteLiteral, quotePath } from '../../sql/quote.js';
import { ALONE, NEXT_REVISION, script } from './replacements.js';

/** What has to be there before a partition can be attached without a look at its rows. */
interface Missing {
  readonly bounded: Bounded | null;
  /** Tables whose rows would be read: the partition, and the default one. */
  readonly read: readonly string[];
  readonly missing: readonly IndexModel[];
}

/** A check that proves the bound, the indexes, and then the partition; null where the bound is no check. */
export function attachSteps(
  { table, parent, text }: ActionOf<'add-parent'>,
  { bounded, read, missing }: Missing,
): string | null {
  const condition = bounded && conditionOf(bounded);
  const indexes = missing.map((index) => indexOn(table, index));
  if ((read.length > 0 && condition === null) || indexes.includes(null)) return null;
  const checks = read.map((one) => ({
    on: quotePath(one),
    name: quotePath(keptName(`ck_${unqualified(one)}_in_${unqualified(parent)}`)),
    condition: one === table ? (condition ?? '') : `NOT (${condition ?? ''})`,
  }));
  return script(
    ...checks.map(
      ({ on, name, condition: of }) => `ALTER TABLE ${on} ADD CONSTRAINT ${name} CHECK (${of}) NOT VALID`,
    ),
    ...(checks.length > 0 ? [NEXT_REVISION] : []),
    ...checks.map(({ on, name }) => `ALTER TABLE ${on} VALIDATE CONSTRAINT ${name}`),
    ...indexes.flatMap((index) => [ALONE, index ?? '']),
    NEXT_REVISION,
    text,
    ...checks.map(({ on, name }) => `ALTER TABLE ${on} DROP CONSTRAINT ${name}`),
  );
}

function conditionOf({ column, bound }: Bounded): string | null {
  const name = quotePath(column);
  const isPresent = `${name} IS NOT NULL`;
  if (bound.kind === 'list') {
    const values = bound.values.map(literal);
    const isPlain = values.every((value) => value !== null);
    return isPlain ? `${isPresent} AND ${name} IN (${values.join(', ')})` : null;
  }
  if (bound.kind !== 'range') return null;
  const ends = [...ended(name, '>=', bound.lower), ...ended(name, '<', bound.upper)];
  return ends.includes(null) ? null : [isPresent, ...ends].join(' AND ');
}

/** Nothing where the bound is open. */
function ended(name: string, operator: string, values: readonly BoundValue[]): readonly (string | null)[] {
  const [value] = values;
  if (value === null) return [];
  const end = literal(value);
  return [end === null ? null : `${name} ${operator} ${end}`];
}

function literal(value: BoundValue): string | null {
  if (value === undefined || value === null) return null;
  return typeof value === 'string' ? quoteLiteral(value) : String(value);
}

/** The name is that which PostgreSQL gives. */
function indexOn(table: string, { keys, include, unique, method, where }: IndexModel): string | null {
  const isPlain = keys.every(
    ({ column, order, opclass, collation, nulls }) =>
      column !== null && order === 'ASC' && nulls === 'LAST' && opclass === null && collation === null,
  );
  if (!isPlain || include.length > 0 || where !== null || method !== 'btree') return null;
  const columns = keys.map(({ column }) => column ?? '');
  const name = keptName([unqualified(table), ...columns, 'idx'].join('_'));
  const create = `CREATE ${unique ? 'UNIQUE ' : ''}INDEX CONCURRENTLY IF NOT EXISTS ${quotePath(name)}`;
  return `${create} ON ${quotePath(table)} (${columns.map(quotePath).join(', ')})`;
}
