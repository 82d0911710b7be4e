/** Compares the views of the entities with those at head, and refuses what cannot be. */

import type { CompiledView, LiveView, RefusedText, ViewFacts } from '../../databases/view-facts.js';
import { ViewRefusedError, type ViewProblem } from '../../errors/views.js';
import type { Change, ViewChange } from '../../schema/change.js';
import type { IndexModel, ViewModel } from '../../schema/model.js';
import type { SqlLanguage } from '../../sql/lexer.js';
import { tokenise } from '../../sql/tokens.js';
import { checkOptionIn, relationsIn, viewTokens } from '../../sql/view-text.js';

/** The two sides. */
export interface ViewSides {
  readonly from: readonly ViewModel[];
  /** In the order in which they are created. */
  readonly to: readonly ViewModel[];
  readonly changes: readonly ViewChange[];
}

/** What is compared. */
interface Given {
  /** In the order in which they are created. */
  readonly declared: readonly ViewModel[];
  readonly facts: ViewFacts;
  /** Names of the views that entities declared when the newest revision was generated. */
  readonly managed: ReadonlySet<string>;
  readonly language: SqlLanguage;
}

/** The views of both sides, and what leads from one to the other. */
export function viewSides({ declared, facts, managed, language }: Given): ViewSides {
  const names = new Set(declared.map(({ name }) => name));
  const gone = facts.live.filter(({ name }) => managed.has(name) && !names.has(name));
  const pairs = declared.map((desired) => ({
    desired,
    live: facts.live.find(({ name }) => name === desired.name),
  }));
  const changes = pairs.flatMap(({ desired, live }) => changeOf(desired, live, { facts, language }));
  const altered = (name: string) => changes.find((one) => one.kind === 'alter-view' && one.object === name);
  return {
    from: [
      ...pairs.flatMap(({ desired, live }) => {
        const change = altered(desired.name);
        return live ? [change && 'live' in change ? change.live : desired] : [];
      }),
      ...gone.map(modelOf),
    ],
    to: declared,
    changes: [
      ...changes,
      ...gone.map((live) => ({
        kind: 'drop-view' as const,
        table: '',
        object: live.name,
        live: modelOf(live),
      })),
    ],
  };
}

function modelOf({ name, definition, recorded, materialized, indexes, outputs }: LiveView): ViewModel {
  return {
    name,
    text: recorded ?? definition,
    materialized,
    indexes,
    outputs,
    dependsOn: [],
    definitions: {},
  };
}

function changeOf(
  desired: ViewModel,
  live: LiveView | undefined,
  given: Pick<Given, 'facts' | 'language'>,
): readonly ViewChange[] {
  const [table, object] = ['', desired.name] as const;
  if (!live) return [{ kind: 'add-view', table, object, desired }];
  const aspects = aspectsOf(desired, live, given);
  const compiled = given.facts.compiled.get(desired.name);
  const outputs = compiled && !('refused' in compiled) ? compiled.outputs : desired.outputs;
  return aspects.length === 0
    ? []
    : [{ kind: 'alter-view', table, object, aspects, live: modelOf(live), desired: { ...desired, outputs } }];
}

function aspectsOf(
  desired: ViewModel,
  live: LiveView,
  { facts, language }: Pick<Given, 'facts' | 'language'>,
): readonly string[] {
  const isText = (one: string, other: string) => viewTokens(one, language) === viewTokens(other, language);
  const isRecorded = live.recorded !== null && isText(live.recorded, desired.text);
  const compiled = facts.compiled.get(desired.name);
  const isQuery = meansSame(compiled, live, isText) ?? isText(live.recorded ?? live.definition, desired.text);
  const isSame = isQuery && hasOption(desired, live);
  return [
    ...(isSame ? [] : [isRecorded && isOtherwise(compiled, live) ? 'outputs' : 'text']),
    ...(live.materialized === desired.materialized ? [] : ['materialized']),
    ...(!desired.materialized || sameIndexes(live.indexes, desired.indexes) ? [] : ['indexes']),
    ...(isSame && !isRecorded ? ['recorded'] : []),
  ];
}

/** An option that neither the former text nor the new one has is of a revision written by hand: it stays. */
function hasOption({ text }: ViewModel, { recorded, checkOption = null }: LiveView): boolean {
  const [wanted, former] = [checkOptionIn(text), checkOptionIn(recorded ?? '')];
  return wanted === checkOption || (wanted === null && former === null);
}

/** Undefined where the text cannot be tried. */
function meansSame(
  compiled: CompiledView | undefined,
  live: LiveView,
  isText: (one: string, other: string) => boolean,
): boolean | undefined {
  if (!compiled || 'refused' in compiled) return undefined;
  return isText(compiled.definition, live.definition) && !isOtherwise(compiled, live);
}

function isOtherwise(compiled: CompiledView | undefined, live: LiveView): boolean {
  if (!compiled || 'refused' in compiled) return false;
  return JSON.stringify(compiled.outputs) !== JSON.stringify(live.outputs);
}

/** A live index that means the same as a declared one has its words: see view-indexes.ts. */
function sameIndexes(live: readonly IndexModel[], desired: readonly IndexModel[]): boolean {
  const spelled = (indexes: readonly IndexModel[]) =>
    indexes
      .map((index) => JSON.stringify(index))
      .sort()
      .join();
  return spelled(live) === spelled(desired);
}

/**
 * Views in the order in which they are created: each behind those that it reads.
 *
 * @throws ViewRefusedError for a cycle
 */
export function inViewOrder(views: readonly ViewModel[], language: SqlLanguage): readonly ViewModel[] {
  const byName = new Map(views.map((view) => [view.name.toLowerCase(), view]));
  const needs = (view: ViewModel) => {
    const read = [...relationsIn(view.text, language)].flatMap((name) =>
      views.filter((one) => one.name.toLowerCase().split('.').at(-1) === name),
    );
    const listed = view.dependsOn.flatMap((name) => byName.get(name.toLowerCase()) ?? []);
    return [...new Set([...listed, ...read])].filter((one) => one !== view);
  };
  const ordered: ViewModel[] = [];
  const place = (view: ViewModel, path: readonly ViewModel[]): void => {
    if (ordered.includes(view)) return;
    if (path.includes(view)) throw cycleOf([...path.slice(path.indexOf(view)), view]);
    for (const needed of needs(view)) place(needed, [...path, view]);
    ordered.push(view);
  };
  for (const view of views) place(view, []);
  return ordered;
}

function cycleOf(views: readonly ViewModel[]): ViewRefusedError {
  const path = views.map(({ name }) => name).join(' -> ');
  return new ViewRefusedError([
    {
      view: views[0]?.name ?? '',
      problem: `the views of the entities read each other in a cycle (${path})`,
      remedy: 'Change the text or the dependsOn of one of them.',
    },
  ]);
}

/** Whether a text is one statement; a semicolon may end it. */
export function isOneStatement({ text }: ViewModel, language: SqlLanguage): boolean {
  const ends = tokenise(text, language).map(({ keyword }) => keyword === ';');
  const first = ends.indexOf(true);
  return first === -1 || ends.slice(first).every((isEnd) => isEnd);
}

/** A database would run the rest of the text when it tries the view. @throws ViewRefusedError */
export function assertOneStatement(
  views: readonly ViewModel[],
  { language, title }: { readonly language: SqlLanguage; readonly title: string },
): void {
  const problems = views
    .filter((view) => !isOneStatement(view, language))
    .map(({ name }) => ({
      view: name,
      problem: `${title} cannot read its text (it has more than one statement)`,
      remedy: CHANGE_TEXT,
    }));
  if (problems.length > 0) throw new ViewRefusedError(problems);
}

const CHANGE_TEXT = 'Change the text of its entity.';

/** Names the views that the change leaves without a column, a table or a view. @throws ViewRefusedError */
export function assertViewsPossible(
  { declared, facts }: Pick<Given, 'declared' | 'facts'>,
  changes: readonly Change[],
  database: string,
): void {
  const problems = [...facts.compiled].flatMap(([name, compiled]) => {
    if (!('refused' in compiled) || compiled.refused.kind === 'other') return [];
    const isDeclared = declared.some((one) => one.name === name);
    // A view that no entity declares is in a cycle with one that an entity declares.
    if (isAnother(compiled.refused, facts) || (compiled.refused.kind === 'itself' && !isDeclared)) return [];
    return [problemOf(name, compiled.refused, { isDeclared, changes, database })];
  });
  if (problems.length > 0) throw new ViewRefusedError(problems);
}

/** What it reads is another view, which could not be tried itself. */
function isAnother({ kind, missing }: RefusedText, { compiled }: ViewFacts): boolean {
  const lastOf = (name: string) => name.split('.').at(-1);
  return (
    kind === 'relation' &&
    missing !== null &&
    [...compiled.keys()].some((name) => lastOf(name) === lastOf(missing))
  );
}

function problemOf(
  view: string,
  { kind, missing, words }: RefusedText,
  given: { readonly isDeclared: boolean; readonly changes: readonly Change[]; readonly database: string },
): ViewProblem {
  const { isDeclared, changes, database } = given;
  const remedy = isDeclared
    ? CHANGE_TEXT
    : 'No entity declares it: drop it or change it first, in a revision written by hand.';
  if (kind === 'syntax') return { view, problem: `${database} cannot read its text (${words})`, remedy };
  if (kind === 'itself') return { view, problem: 'it reads itself', remedy };
  if (kind === 'gone-view')
    return { view, problem: `it reads the view ${missing ?? ''}, which no entity declares any more`, remedy };
  const last = missing?.split('.').at(-1) ?? '';
  const dropped = changes.find(
    (change) => (change.kind === 'drop-column' || change.kind === 'drop-table') && change.object === last,
  );
  const what = kind === 'column' ? 'column' : 'table';
  const place = dropped?.kind === 'drop-column' ? `${dropped.table}.${dropped.object}` : (missing ?? '');
  const problem = dropped
    ? `it names the ${what} ${place}, which the change drops`
    : `it names the ${what} ${place}, which neither the entities nor the revisions have`;
  return { view, problem, remedy };
}
