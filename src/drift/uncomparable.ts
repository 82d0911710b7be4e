import { sidesOf, type AlterChange, type Change } from '../schema/change.js';
import type { Part, Uncomparable } from '../schema/model.js';

/** Certain differences, and what cannot be compared. */
interface Separated {
  readonly changes: readonly Change[];
  readonly uncomparable: readonly Uncomparable[];
}

/**
 * Removes changes that the database could not spell, or that are unknown: they are reported as not comparable, neither
 * equal nor different.
 *
 * @param unknown what the database has and the model has no words for. An index stands for every change of it; a
 *   column, whose type is unknown, for a difference of type; anything else stands for itself, whatever the changes say.
 */
export function separateUncomparable(
  changes: readonly Change[],
  unknown: readonly Uncomparable[],
): Separated {
  const find = (kind: string, change: Change) =>
    unknown.find((one) => one.kind === kind && one.table === change.table && isNamed(change, one.object));
  const separated = changes
    .filter((change) => !change.kind.endsWith('-index') || !find('index', change))
    .map((change) => separate(change, find('column', change)));
  return {
    changes: separated.flatMap((one) => one.changes),
    uncomparable: [
      ...unknown.filter((one) => one.kind !== 'column' && !changes.some((change) => isSaidBy(change, one))),
      ...separated.flatMap((one) => one.uncomparable),
    ],
  };
}

/** A NOT NULL that is NOT VALID counts as none: where the entities declare it, the difference says so. */
function isSaidBy(change: Change, { kind, table, live }: Uncomparable): boolean {
  if (kind !== 'not-null' || change.kind !== 'alter-column' || change.table !== table) return false;
  const names = [change.object, `"${change.object.replaceAll('"', '""')}"`];
  return change.aspects.includes('nullable') && names.some((name) => live === `NOT NULL ${name} NOT VALID`);
}

function isNamed(change: Change, name: string): boolean {
  return change.object === name || ('live' in change && change.live.name === name);
}

function separate(change: Change, unknownType: Uncomparable | undefined): Separated {
  if (!isAlter(change)) return { changes: [change], uncomparable: [] };
  const ofType = (aspect: string) =>
    change.kind === 'alter-column' && aspect === 'type' ? unknownType : undefined;
  const found = change.aspects.flatMap((aspect) => {
    const unknown = ofType(aspect);
    const reason = unknown?.reason ?? refusalOf(change, aspect);
    return reason === undefined ? [] : [{ aspect, reason, live: unknown?.live }];
  });
  const aspects = change.aspects.filter((aspect) => !found.some((one) => one.aspect === aspect));
  return {
    changes: aspects.length === 0 ? [] : [{ ...change, aspects }],
    uncomparable: found.map(({ aspect, reason, live }) => uncomparableOf(change, aspect, { reason, live })),
  };
}

function isAlter(change: Change): change is AlterChange<Part> & Change {
  return change.kind.startsWith('alter-') && change.kind !== 'alter-table';
}

/**
 * The reason may sit deep inside, in an element of an exclusion constraint for example. What only one side has differs,
 * however it is spelled.
 */
function refusalOf(change: AlterChange<Part>, aspect: string): string | undefined {
  const sides = [aspectOf(change.live, aspect), aspectOf(change.desired, aspect)];
  if (sides.includes(null)) return undefined;
  const text = JSON.stringify(sides);
  let reason: string | undefined;
  JSON.parse(text, (key, value: unknown) => {
    if (key === 'refused' && typeof value === 'string') reason = value;
    return value;
  });
  return reason;
}

function aspectOf(model: object, aspect: string): unknown {
  return (model as Readonly<Record<string, unknown>>)[aspect] ?? null;
}

function uncomparableOf(
  change: AlterChange<Part> & Change,
  aspect: string,
  known: { readonly reason: string; readonly live: string | null | undefined },
): Uncomparable {
  const { live, desired } = sidesOf({ ...change, aspects: [aspect] });
  return {
    kind: change.kind.slice('alter-'.length),
    table: change.table,
    object: change.object,
    live: known.live ?? live,
    desired,
    reason: known.reason,
  };
}
