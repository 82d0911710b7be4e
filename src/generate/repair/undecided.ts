import type { Confirmations, PlanReading } from '../../databases/planning.js';
import type { Planner } from '../../databases/planner.js';
import type { Change } from '../../schema/change.js';
import { isSameKey } from '../../schema/partition.js';
import { destructiveChanges } from '../confirm/destructive-changes.js';

/** A change that a person has to decide about. */
interface Undecided {
  readonly change: Change;
  /** Why, as a part of a sentence. */
  readonly problem: string;
}

const NONE = new Map<string, string>();
const NOTHING_CONFIRMED: Confirmations = {
  drops: [],
  backfills: NONE,
  timeZones: NONE,
  usings: NONE,
  usingsDown: NONE,
  allowRewrite: false,
};

/** Drops, what the generator asks about, and what uses a column or a table that one of them would create. */
export function undecidedIn(reading: PlanReading, planner: Planner): readonly Undecided[] {
  const found = new Map<Change, string>();
  for (const change of reading.changes) {
    const problem = problemOf(change, reading, planner);
    if (problem !== undefined) found.set(change, problem);
  }
  for (const change of reading.changes) {
    const used = found.has(change) ? undefined : usedBy(change, [...found.keys()]);
    if (used !== undefined) found.set(change, `it uses ${used}, which is missing`);
  }
  return reading.changes.flatMap((change) => {
    const problem = found.get(change);
    return problem === undefined ? [] : [{ change, problem }];
  });
}

function problemOf(change: Change, reading: PlanReading, planner: Planner): string | undefined {
  const asked = [
    ...destructiveChanges([change], NOTHING_CONFIRMED, planner),
    ...planner.blockingRebuilds({ ...reading, changes: [change] }, NOTHING_CONFIRMED),
  ].filter(({ kind }) => !kind.endsWith('-back'));
  if (asked[0]) return asked[0].problem;
  if (isDivided(change)) return 'its rows have to be in partitions. Do that in a revision';
  return change.kind.startsWith('drop-') ? 'only the database has it, so somebody may use it' : undefined;
}

/** Whether the strategy or the key changes, or the table has none; a default partition alone can be added. */
function isDivided(change: Change): boolean {
  if (change.kind !== 'alter-table' || !change.aspects.includes('partition')) return false;
  const [live, desired] = [change.live.partition, change.desired.partition];
  return !live || !desired || !isSameKey(live, desired);
}

/** The missing object that a change refers to: `jobs.depth`. */
function usedBy(change: Change, missing: readonly Change[]): string | undefined {
  if (!('desired' in change)) return undefined;
  const { desired, table } = change;
  const target = 'references' in desired ? [desired.table] : [];
  const gone = missing.find(
    (other) =>
      (other.kind === 'create-table' && target.includes(other.table)) ||
      (other.kind === 'add-column' && other.table === table && columnsOf(desired).includes(other.object)),
  );
  return gone && (gone.kind === 'add-column' ? `${gone.table}.${gone.object}` : gone.table);
}

function columnsOf(model: Extract<Change, { readonly desired: unknown }>['desired']): readonly string[] {
  if ('persistence' in model) return [];
  if ('keys' in model) return [...model.keys.flatMap(({ column }) => column ?? []), ...model.include];
  return 'columns' in model ? model.columns : [];
}
