/** Which changes of a type go by way of a second column, and which ones two releases cannot use at all. */

import type { AlterChange, Change } from '../../../../../schema/change.js';
import type { ConfirmedValues, PlanReading } from '../../../../planning.js';
import { altersGenerated } from '../../generated-column.js';
import { recreatesEnum } from '../../enum-ways.js';
import { costOfRetyping, readsZone } from '../../type-cost.js';
import { isRetyped } from '../../type-dependents.js';
import { alikeTypes } from './alike.js';
import type { MovedColumn } from './moved.js';

/** What becomes of the changes of types in a group. */
interface Retypings {
  readonly moved: readonly MovedColumn[];
  /** Changes that neither rewrite a table nor concern an older release. */
  readonly plain: readonly Change[];
  /** Why two releases cannot use a column, and what to do, in sentences. */
  readonly problems: readonly string[];
}

/** Decides from the types and from what the application is known to read. */
export function retypingsOf(reading: PlanReading, confirmed: ConfirmedValues): Retypings {
  const found = reading.changes
    .filter(isRetyped)
    .map((change) => ({ change, ...fateOf(change, reading, confirmed) }));
  return {
    moved: found.flatMap(({ moved }) => moved ?? []),
    plain: found.filter(({ isPlain }) => isPlain).map(({ change }) => change),
    problems: found.flatMap(({ problem }) => problem ?? []),
  };
}

/** Columns as `table.column`, and types; what the user allows is not among the confirmations, which only answer questions. */
export function withoutRewrite(
  reading: PlanReading,
  confirmed: Pick<ConfirmedValues, 'usings' | 'timeZones'>,
): ReadonlySet<string> {
  const found = reading.changes.filter(isRetyped).filter((change) => {
    const { moved, problem } = fateOf(change, reading, confirmed);
    return moved !== undefined || problem !== undefined;
  });
  const types = reading.changes.filter(recreatesEnum).map(({ object }) => object);
  return new Set([...found.map(({ table, object }) => `${table}.${object}`), ...types]);
}

/** Whether the user allows that contract rewrites the tables of enumerated types that lose values. */
export function rewritesValues({ renames, changes }: PlanReading, { rewrites }: ConfirmedValues): boolean {
  const places = [
    ...renames.flatMap((one) => (one.kind === 'value' ? [`${one.table}.${one.column}`] : [])),
    ...changes.filter(recreatesEnum).map(({ table, object }) => `${table}.${object}`),
  ];
  return places.some((place) => rewrites?.has(place) === true);
}

type Given = Pick<ConfirmedValues, 'usings' | 'timeZones' | 'rewrites' | 'isUnread'>;

interface Fate {
  readonly moved?: MovedColumn;
  readonly isPlain?: true;
  readonly problem?: string;
}

function fateOf(change: AlterChange<'column'>, reading: PlanReading, confirmed: Given): Fate {
  const { table, object, live, desired } = change;
  const place = `${table}.${object}`;
  if (isOther(change)) return {};
  const isGiven = confirmed.usings.has(place);
  const zone = confirmed.timeZones.get(place);
  if (!isGiven && costOfRetyping({ from: live, to: desired }, zone).work !== 'heap') return { isPlain: true };
  if (readsZone(live.type, desired.type)) return {};
  const { readers } = reading;
  const parsesInt8 = readers?.parsesInt8 === true;
  const readsNumbers = parsesInt8 || readers?.columns.includes(place) === true;
  const types = isGiven ? undefined : alikeTypes(live.type, desired.type, { readsNumbers, parsesInt8 });
  if (isRewritten(confirmed, place) && (types || confirmed.isUnread)) return {};
  return types
    ? { moved: { table, change, live, desired, types, known: knownOf(reading, change) } }
    : { problem: problemOf(change) };
}

/** What uses a column at head, in words. */
export function knownOf(
  { facts }: Pick<PlanReading, 'facts'>,
  { table, object }: Pick<Change, 'table' | 'object'>,
): readonly string[] {
  return facts.bridged?.find((one) => one.table === table && one.column === object)?.dependents ?? [];
}

/** Columns that are computed, and enumerated types, change in ways of their own. */
function isOther(change: AlterChange<'column'>): boolean {
  const { live, desired } = change;
  return altersGenerated(change) || desired.generated !== null || [live, desired].some(isEnumerated);
}

function isEnumerated({ type }: { readonly type: string }): boolean {
  return type.startsWith('enum ');
}

/** Whether the user has allowed that the table is locked while its rows are rewritten. */
function isRewritten({ rewrites }: Given, place: string): boolean {
  return rewrites?.has(place) === true;
}

const WHOLE = /^(?:smallint|integer)(?:\[\])?$/;

function problemOf({ table, object, live, desired }: AlterChange<'column'>): string {
  const what = `${table}.${object}: type ${live.type} becomes ${desired.type}, and the application would read other values in both releases.`;
  const property = `Or add a property of type ${desired.type} with --backfill, and drop this one in a later release.`;
  if (WHOLE.test(live.type) && /^bigint(?:\[\])?$/.test(desired.type))
    return (
      `${what} The driver gives a bigint as text. Set parseInt8: true, or give the property a transformer that reads a text as a number; ` +
      `generate once, so that snapshot.json records it; deploy that release; then change the type. ${property}`
    );
  return `${what} Read both types alike first, with a transformer, and make the change with --one-step. ${property}`;
}
