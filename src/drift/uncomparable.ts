import { sidesOf, type AlterChange, type Change } from '../schema/change.js';
import type { Part, Uncomparable } from '../schema/model.js';

/**
 * Takes out of the changes what is no difference but a thing that the database would not spell: whoever cannot tell
 * says so, and neither "equal" nor "different".
 */
export function separateUncomparable(changes: readonly Change[]): {
  readonly changes: readonly Change[];
  readonly uncomparable: readonly Uncomparable[];
} {
  const uncomparable: Uncomparable[] = [];
  const kept = changes.flatMap((change): readonly Change[] => {
    if (!isAlter(change)) return [change];
    const reasons = new Map(change.aspects.map((aspect) => [aspect, refusalOf(change, aspect)]));
    const refused = change.aspects.filter((aspect) => reasons.get(aspect) !== undefined);
    for (const aspect of refused)
      uncomparable.push(uncomparableOf(change, aspect, reasons.get(aspect) ?? ''));
    const aspects = change.aspects.filter((aspect) => !refused.includes(aspect));
    return aspects.length === 0 ? [] : [{ ...change, aspects }];
  });
  return { changes: kept, uncomparable };
}

function isAlter(change: Change): change is AlterChange<Part> & Change {
  return change.kind.startsWith('alter-') && change.kind !== 'alter-table';
}

/** The reason may sit deep inside, in an element of an exclusion constraint for example. */
function refusalOf(change: AlterChange<Part>, aspect: string): string | undefined {
  const text = JSON.stringify([aspectOf(change.live, aspect), aspectOf(change.desired, aspect)]);
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

function uncomparableOf(change: AlterChange<Part> & Change, aspect: string, reason: string): Uncomparable {
  const { live, desired } = sidesOf({ ...change, aspects: [aspect] });
  return {
    kind: change.kind.slice('alter-'.length),
    table: change.table,
    object: change.object,
    live,
    desired,
    reason,
  };
}
