/** Separates the differences that a person has accepted from the others. Pure. */

import type { DialectName } from '../../databases/registry.js';
import type { Difference } from '../../schema/change.js';
import type { SchemaModel, Uncomparable } from '../../schema/model.js';
import { describeChange } from '../../schema/describe-change.js';
import { differencesOf, isSameDifference, type AcceptedDifference } from './accepted-difference.js';

/** A difference that is accepted, and why. */
export interface AcceptedChange<D extends Difference = Difference> {
  readonly change: D;
  readonly reason: string;
}

/** An entry that matches no difference, and why. */
export interface StaleEntry {
  readonly entry: AcceptedDifference;
  /** The end of a sentence that begins with the entry. */
  readonly problem: string;
}

/** The result of a comparison. */
interface Compared<D extends Difference = Difference> {
  readonly dialect: DialectName;
  readonly changes: readonly D[];
  readonly uncomparable: readonly Uncomparable[];
  readonly pending: readonly string[];
}

/** The differences after the acceptance. */
interface Applied<D extends Difference> {
  /** The rest. */
  readonly changes: readonly D[];
  readonly accepted: readonly AcceptedChange<D>[];
  readonly stale: readonly StaleEntry[];
}

/**
 * Applies the entries for the compared database. Entries for another kind of database are passed over.
 *
 * @param desired what the entities declare: an entry for anything else belongs to another project
 */
export function applyAccepted<D extends Difference>(
  compared: Compared<D>,
  entries: readonly AcceptedDifference[],
  desired: SchemaModel,
): Applied<D> {
  const own = entries.filter(({ dialect }) => dialect === compared.dialect);
  const judged = compared.changes.map((change) => judge(change, own, compared.dialect));
  const matches = judged.flatMap((one) => one.matches);
  const used = new Set(matches.map(({ entry }) => entry));
  const changes = judged.flatMap(({ rest }) => rest);
  return {
    changes,
    accepted: matches.map(({ change, entry: { reason } }) => ({ change, reason })),
    stale: own
      .filter((entry) => !used.has(entry))
      .flatMap((entry) => staleOf(entry, { ...compared, changes }, desired)),
  };
}

/** A change, or one aspect of it, and the entry that accepts it. */
interface Match<D extends Difference> {
  readonly change: D;
  readonly entry: AcceptedDifference;
}

interface Judged<D extends Difference> {
  /** The change without its accepted aspects; none where all of it is accepted. */
  readonly rest: readonly D[];
  readonly matches: readonly Match<D>[];
}

function judge<D extends Difference>(
  change: D,
  own: readonly AcceptedDifference[],
  dialect: DialectName,
): Judged<D> {
  const found = differencesOf(change, dialect).map((difference) => ({
    aspect: difference.aspect,
    entry: own.find((one) => isSameDifference(one, difference)),
  }));
  const matches = found.flatMap(({ aspect, entry }) =>
    entry ? [{ change: withAspects(change, aspect === undefined ? [] : [aspect]), entry }] : [],
  );
  const others = found.filter(({ entry }) => !entry);
  const aspects = others.flatMap(({ aspect }) => aspect ?? []);
  return { rest: others.length === 0 ? [] : [withAspects(change, aspects)], matches };
}

/** A change that has no aspects is one difference as a whole. */
function withAspects<D extends Difference>(change: D, aspects: readonly string[]): D {
  return 'aspects' in change ? { ...change, aspects } : change;
}

/**
 * While revisions are pending, or where the object cannot be compared, the difference may be there all the same. An
 * entry for what no entity declares matches nothing in any case.
 */
function staleOf(
  entry: AcceptedDifference,
  { changes, uncomparable, pending }: Compared,
  desired: SchemaModel,
): readonly StaleEntry[] {
  const { table, object } = entry;
  const known = table === '' ? desired.enums : desired.tables;
  const name = table === '' ? object : table;
  if (!entry.kind.endsWith('-view') && !known.some((one) => one.name === name))
    return [{ entry, problem: `no entity declares ${name}; the file may belong to another database` }];
  const isHere = (one: { readonly table: string; readonly object: string }) =>
    one.table === table && (one.object === object || one.object === table);
  if (pending.length > 0 || uncomparable.some(isHere)) return [];
  const now = changes.filter(isHere).map(describeChange);
  const problem = now.length > 0 ? `the difference is another one now. ${now.join(' ')}` : GONE;
  return [{ entry, problem }];
}

const GONE = 'the database has no such difference';
