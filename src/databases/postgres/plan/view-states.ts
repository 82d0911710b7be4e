/** The views before and after a change, each with the statements that make it. */

import { isViewChange } from '../../../schema/change.js';
import type { IndexModel, ViewColumn, ViewModel } from '../../../schema/model.js';
import { relationsIn } from '../../../sql/view-text.js';
import type { PlanReading } from '../../planning.js';
import type { LiveView, ViewQuery, ViewUse } from '../../view-facts.js';
import type { PostgresNames } from './sql.js';

/** A view, and how it is made. */
export interface PlannedView {
  readonly name: string;
  /** As SQL. */
  readonly path: string;
  readonly materialized: boolean;
  readonly create: string;
  readonly replace: string;
  readonly drop: string;
  readonly outputs: readonly ViewColumn[];
  readonly uses: readonly ViewUse[];
  readonly types: readonly string[];
  /** Views that it reads. */
  readonly views: readonly string[];
  readonly indexes: readonly { readonly name: string; readonly sql: string }[];
  /** What hangs on it at head. */
  readonly attached: readonly string[];
  readonly obstacles: readonly string[];
}

/** Each in the order in which the views are created. */
export interface ViewStates {
  readonly start: ReadonlyMap<string, PlannedView>;
  readonly end: ReadonlyMap<string, PlannedView>;
}

/** The views of a scratch database at head, and those behind the change. */
export function viewStates(reading: PlanReading, names: PostgresNames): ViewStates {
  const { facts, to } = reading;
  const declared = to.views ?? [];
  const gone = new Set(
    reading.changes.filter(({ kind }) => kind === 'drop-view').map(({ object }) => object),
  );
  const start = facts.views.live.map((live) =>
    plannedView(names, { ...live, text: formerText(live, declared, reading), live, query: live }),
  );
  const staying = facts.views.live.filter(
    ({ name }) => !gone.has(name) && !declared.some((view) => view.name === name),
  );
  const end = [
    ...staying.map((live) => {
      const query = compiledOf(reading, live.name) ?? live;
      return plannedView(names, { ...live, live, query });
    }),
    ...declared.map((view) => {
      const live = facts.views.live.find(({ name }) => name === view.name);
      const query = compiledOf(reading, view.name) ?? readByText(view, declared);
      return plannedView(names, { ...view, live, query });
    }),
  ];
  return { start: ordered(start), end: ordered(end) };
}

/** The former views as the server spells them: `SELECT *` means other columns while the tables have their new form. */
export function byDefinition({ start, end }: ViewStates, { facts }: PlanReading): ViewStates {
  const spelled = facts.views.live.flatMap((live) => {
    const view = start.get(live.name);
    return view ? [{ ...view, ...statementsOf(view, live.definition) }] : [];
  });
  return { start: ordered(spelled), end };
}

/** What an entity declares means the same with other types of columns; the server's own text has casts in it. */
function formerText(live: LiveView, declared: readonly ViewModel[], { changes }: PlanReading): string {
  const desired = declared.find(({ name }) => name === live.name);
  const isOther = changes
    .filter(isViewChange)
    .some((one) => one.kind === 'alter-view' && one.object === live.name && one.aspects.includes('text'));
  return desired && !isOther ? desired.text : live.text;
}

function compiledOf({ facts }: PlanReading, name: string): ViewQuery | undefined {
  const compiled = facts.views.compiled.get(name);
  return compiled && !('refused' in compiled) ? compiled : undefined;
}

/** Of a text that could not be tried: the names in it. */
function readByText({ text, dependsOn }: ViewModel, declared: readonly ViewModel[]): ViewQuery {
  const found = relationsIn(text, 'postgres');
  const views = declared
    .map(({ name }) => name)
    .filter((name) => dependsOn.includes(name) || found.has(name.toLowerCase().split('.').at(-1) ?? ''));
  return { definition: text, outputs: [], uses: [], types: [], views };
}

interface Given extends Pick<ViewModel, 'name' | 'text' | 'materialized' | 'indexes'> {
  readonly live: LiveView | undefined;
  readonly query: ViewQuery;
}

function plannedView(
  names: PostgresNames,
  { name, text, materialized, indexes, live, query }: Given,
): PlannedView {
  const path = names.path(name);
  return {
    ...{ name, path, materialized },
    ...statementsOf({ path, materialized }, text),
    outputs: query.outputs,
    uses: query.uses,
    types: query.types,
    views: query.views,
    indexes: materialized
      ? indexes.map((index) => ({ name: index.name, sql: indexSql(names, name, index) }))
      : [],
    attached: live?.attached ?? [],
    obstacles: live?.obstacles ?? [],
  };
}

function statementsOf(
  { path, materialized }: Pick<PlannedView, 'path' | 'materialized'>,
  text: string,
): Pick<PlannedView, 'create' | 'replace' | 'drop'> {
  const kind = materialized ? 'MATERIALIZED VIEW' : 'VIEW';
  const query = text.replace(/;\s*$/, '');
  return {
    create: `CREATE ${kind} ${path} AS ${query}`,
    replace: `CREATE OR REPLACE VIEW ${path} AS ${query}`,
    drop: `DROP ${kind} ${path}`,
  };
}

function indexSql(names: PostgresNames, view: string, index: IndexModel): string {
  return names.createIndex(view, index, { concurrently: false });
}

function ordered(views: readonly PlannedView[]): ReadonlyMap<string, PlannedView> {
  const placed = new Map<string, PlannedView>();
  const place = (view: PlannedView, path: readonly string[]): void => {
    if (placed.has(view.name) || path.includes(view.name)) return;
    for (const needed of views.filter(({ name }) => view.views.includes(name)))
      place(needed, [...path, view.name]);
    placed.set(view.name, view);
  };
  for (const view of views) place(view, []);
  return placed;
}
