/** Checks a database: compares its schema, lists pending revisions, applies --ignore and --strict. */

import type { BothSides } from '../databases/catalog.js';
import { momentWords } from '../errors/entities.js';
import type { Description } from '../metadata/describe.js';
import { clausesByHand } from './clauses-by-hand.js';
import { measureDrift } from './measured.js';
import { compareSides, type ComparedSides } from './compare.js';
import { descriptionBetween, isBridge, newerContract } from './releases.js';
import type { AcceptedDrift } from './accepted/accepted-file.js';
import { applyAccepted } from './accepted/apply-accepted.js';
import type { DriftReport } from './drift-report.js';
import { assertTablesBeside } from '../migrator/state.js';
import {
  isByHand,
  isGivenByTypeorm,
  isMentioned,
  isMentionedByHand,
  firstMention,
  type MentionedWords,
} from '../migrator/origin.js';
import type { Change } from '../schema/change.js';
import { diff } from '../schema/diff.js';
import { normalise } from '../schema/normalise.js';
import type { UnmanagedObject } from '../schema/model.js';
import { momentDefaults } from '../schema/moments.js';
import {
  mayHaveOptions,
  placeOfOption,
  undeclaredOptions,
  withOptions,
  wordsOfOption,
  type OptionPlace,
} from '../schema/undeclared-options.js';
import {
  kindOf,
  placeOfPart,
  undeclaredParts,
  wordsOfCheck,
  type UndeclaredPart,
} from '../schema/undeclared.js';
import { inOrder } from './scope.js';
import { readPending } from './pending.js';
import { explainedBy } from './pending-causes.js';
import type { CheckSubject } from './subject.js';
import { matchesAny } from '../text/pattern.js';

/** What counts as drift. */
export interface DriftCounting {
  /** Whether an unmanaged object is drift; default false. */
  readonly strict?: boolean;
  /** Unmanaged objects to pass over, by name; `*` stands for any text. */
  readonly ignore?: readonly string[];
}

/** How to check, with the accepted differences already read. */
export interface CheckOptions extends DriftCounting {
  readonly accepted: AcceptedDrift | undefined;
  /** Whether to compare with the schema after all contract revisions, whatever is applied; default false. */
  readonly atHead?: boolean;
}

/** Does what `checkDrift` does, over sessions of a connection. @throws as it does */
export async function checkSubject(subject: CheckSubject, options: CheckOptions): Promise<DriftReport> {
  const { description, compared, pending: found } = await compareBetween(subject, options);
  const { comparison: all, ...sides } = compared;
  const { views, ...comparison } = all;
  const { pending, partly, uncomparable, awaitingContract } = found;
  const { name: dialect } = subject.database;
  const tooOldFor = newerContract(found);
  const { managed, byHand, options: kept } = byOrigin(comparison.changes, subject, sides);
  const clauses = clausesByHand(comparison.uncomparable, subject);
  const extra = [...byHand.map(unmanagedPart), ...kept.map(unmanagedOption), ...clauses.unmanaged];
  const unmanaged = inOrder([...comparison.unmanaged, ...extra]).filter(
    (one) => !matchesAny(one.object, options.ignore ?? []) && !isBridge(one, found, dialect),
  );
  const { changes, accepted, stale } = applyAccepted(
    { ...comparison, changes: [...managed, ...views.changes], pending },
    options.accepted?.entries ?? [],
    description.schema,
  );
  const notes = notesOn(subject, description);
  const explained = explainedBy(changes, pendingTexts(subject, found));
  const drifted = changes.length > 0 || (options.strict === true && unmanaged.length > 0);
  const report: DriftReport = {
    status: drifted ? 'drifted' : 'in-sync',
    ...comparison,
    ...{ changes, accepted, stale },
    uncomparable: [...clauses.uncomparable, ...views.uncomparable, ...uncomparable],
    unmanaged,
    pending,
    ...(explained.length > 0 ? { explained } : {}),
    ...(awaitingContract.length > 0 ? { awaitingContract: awaitingContract.map(({ id }) => id) } : {}),
    ...(tooOldFor === undefined ? {} : { newerContract: tooOldFor }),
    ...(partly.length > 0 ? { partlyReplaced: partly } : {}),
    ...(notes.length > 0 ? { notes } : {}),
  };
  measureDrift(report, subject.database, compared.place);
  return report;
}

/** Those of which a part is applied cannot run. */
function pendingTexts(
  { access, database }: CheckSubject,
  { pending, partly }: Pick<Between['pending'], 'pending' | 'partly'>,
) {
  const isNext = (id: string) => pending.includes(id) && !partly.some((one) => one.id === id);
  return { revisions: access.project().revisions.filter(({ id }) => isNext(id)), dialect: database.name };
}

/** A comparison, what it compared with, and what is pending. */
interface Between {
  readonly description: Description;
  readonly compared: ComparedSides;
  readonly pending: Awaited<ReturnType<typeof readPending>>;
}

/**
 * Compares again where releases follow each other: the database is then to have another schema than the entities. Only the
 * first comparison shows whether there is a list of revisions, and whether tables are missing because another schema comes
 * first; both come before what the list says.
 */
async function compareBetween(subject: CheckSubject, { atHead }: CheckOptions): Promise<Between> {
  const { database, access } = subject;
  const description = subject.describe();
  const compared = await compareSides(subject, description);
  const { comparison, listed } = compared;
  const { changes } = comparison;
  if (changes.some(({ kind }) => kind === 'create-table'))
    await access.onSession((session) => assertTablesBeside(access.project(), session));
  const pending = await readPending(subject, listed);
  const between = atHead ? undefined : descriptionBetween(description, pending, database.name);
  if (!between) return { description, compared, pending };
  return { description: between, compared: await compareSides(subject, between), pending };
}

/** What entities mean otherwise than they write it. */
function notesOn({ database }: CheckSubject, { schema }: Description): readonly string[] {
  const { isMoment } = database.catalog.columns;
  return momentDefaults(schema, isMoment).map(({ table, column, sql }) =>
    momentWords(`${table}.${column}`, sql),
  );
}

/** What no entity declares and a revision written by hand has made, as far as the texts of the revisions show. */
function partsByHand(
  changes: readonly Change[],
  { access, database }: CheckSubject,
): readonly UndeclaredPart[] {
  const found = undeclaredParts(changes).filter(({ object }) => !isGivenByTypeorm(object));
  if (found.length === 0) return [];
  const [{ revisions }, { name: dialect }] = [access.project(), database];
  return found.filter((part) => {
    if (part.kind === 'drop-check' && part.live.name === null)
      return isMentionedByHand(revisions, dialect, wordsOfCheck(part));
    const first = firstMention(revisions, dialect, part.object);
    return first !== undefined && isByHand(first);
  });
}

/** What a revision written by hand has made, and the other changes. */
interface ByOrigin {
  readonly managed: readonly Change[];
  readonly byHand: readonly UndeclaredPart[];
  readonly options: readonly OptionPlace[];
}

/** Separates the parts and options that a revision written by hand has made, which are kept, from the other changes. */
export function byOrigin(
  changes: readonly Change[],
  subject: CheckSubject,
  { live, desired }: BothSides,
): ByOrigin {
  const byHand = partsByHand(changes, subject);
  const options = changes.some(mayHaveOptions)
    ? optionsByHand(undeclaredOptions(live, desired), subject)
    : [];
  const compared = options.length === 0 ? changes : withoutOptions(changes, { live, desired }, options);
  return {
    byHand,
    options,
    managed: compared.filter((change) => !byHand.includes(change as UndeclaredPart)),
  };
}

/** What is left of the changes where the options stay. */
function withoutOptions(
  changes: readonly Change[],
  { live, desired }: BothSides,
  options: readonly OptionPlace[],
): readonly Change[] {
  const left = diff(normalise(live), normalise(withOptions(desired, options)));
  return changes.flatMap((change) => {
    if (!mayHaveOptions(change)) return [change];
    const same = left.find((one) => one.kind === change.kind && keyOf(one) === keyOf(change));
    return same ? [same] : [];
  });
}

function keyOf({ table, object }: Change): string {
  return `${table}\0${object}`;
}

function optionsByHand(
  found: readonly OptionPlace[],
  { access, database }: CheckSubject,
): readonly OptionPlace[] {
  if (found.length === 0) return [];
  const [{ revisions }, { name: dialect }] = [access.project(), database];
  const mentioned = (words: MentionedWords) => isMentionedByHand(revisions, dialect, words);
  return found.filter((place) =>
    // The generator keeps ON CONFLICT, also of a constraint to which it gives a name, and never adds it.
    place.conflict
      ? isMentioned(revisions, dialect, wordsOfOption(place))
      : mentioned(wordsOfOption(place)) && !wordsThatEnd(place).some((words) => mentioned(words)),
  );
}

/** A constraint that a revision written by hand has validated is NOT VALID in this database alone. */
function wordsThatEnd({ part, option }: OptionPlace): readonly MentionedWords[] {
  return part !== null && option === 'NOT VALID' ? [[part.name, 'VALIDATE']] : [];
}

function unmanagedOption(place: OptionPlace): UnmanagedObject {
  const kind = place.part === null && !place.conflict ? 'table-option' : 'part-option';
  return { kind, object: placeOfOption(place) };
}

function unmanagedPart(part: UndeclaredPart): UnmanagedObject {
  return { kind: kindOf(part), object: placeOfPart(part) };
}
