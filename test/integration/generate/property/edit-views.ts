import { freeName, type Model, type Table, type View, type ViewColumn } from './model.js';
import type { Making } from './start.js';
import { newCondition } from './start-parts.js';

const VIEW_NAMES = ['Active ones', 'overview', 'select', 'Übersicht', 'v_1'];

/** A view of a table, or of a view of it. */
export function newView({ picker, ids }: Making, model: Model, overView: boolean): View | undefined {
  const source = overView ? picker.of(model.views) : picker.of(model.tables);
  if (!source) return undefined;
  const taken = [...model.tables, ...model.views].map(({ name }) => name);
  const start = picker.below(source.columns.length);
  const some = source.columns.slice(start, start + 1 + picker.below(4));
  const table = model.tables.find(({ id }) => id === source.id);
  return {
    id: ids.of('view'),
    name: freeName(picker, VIEW_NAMES, taken),
    source: source.id,
    columns: some.map((column) => ({
      name: ids.of('shown'),
      shows: 'shows' in column ? column.name : column.id,
    })),
    where: table && picker.chance(50) ? newCondition(picker, table) : null,
    materialized: picker.chance(35),
  };
}

/** Views without the columns that are gone, and without the views of which nothing is left. */
export function withoutLostParts(model: Model): Model {
  const views: View[] = [];
  for (const view of model.views) {
    const known = columnsOf(view, { ...model, views });
    const columns = view.columns.filter(({ shows }) => known.includes(shows));
    const where = view.where && known.includes(view.where.column) ? view.where : null;
    if (columns.length > 0) views.push({ ...view, columns, where });
  }
  return { ...model, views };
}

/** What a view may show: ids of columns of a table, or names of columns of a view. */
function columnsOf({ source }: View, { tables, views }: Model): readonly string[] {
  const table = tables.find(({ id }) => id === source);
  if (table) return table.columns.map(({ id }) => id);
  return views.find(({ id }) => id === source)?.columns.map(({ name }) => name) ?? [];
}

type ViewEdit = (making: Making, view: View, model: Model) => View | undefined;

/** The edits of views, each of one that allows it. */
export const VIEW_EDITS: Readonly<Record<string, (making: Making, model: Model) => Model | undefined>> = {
  'add-view': (making, model) => withView(model, newView(making, model, false)),
  'add-view-of-view': (making, model) => withView(model, newView(making, model, true)),
  'drop-view': ({ picker }, model) => {
    const gone = picker.of(model.views);
    return gone && { ...model, views: model.views.filter((one) => one !== gone) };
  },
  'rename-view': onSomeView(({ ids }, view) => ({ ...view, name: ids.of('renamed view ') })),
  'widen-view': onSomeView(({ ids }, view, model) => {
    const column = columnsOf(view, model).find((one) => !view.columns.some(({ shows }) => shows === one));
    if (column === undefined) return undefined;
    const added: ViewColumn = { name: ids.of('shown'), shows: column };
    return { ...view, columns: [...view.columns, added] };
  }),
  'narrow-view': onSomeView((_making, view) =>
    view.columns.length > 1 ? { ...view, columns: view.columns.slice(1) } : undefined,
  ),
  'filter-view': onSomeView((making, view, { tables }) => {
    const table = tables.find(({ id }) => id === view.source);
    return table && { ...view, where: newCondition(making.picker, table) };
  }),
  'store-view': onSomeView((_making, view) => ({ ...view, materialized: !view.materialized })),
};

function withView(model: Model, view: View | undefined): Model | undefined {
  return view && { ...model, views: [...model.views, view] };
}

function onSomeView(edit: ViewEdit): (making: Making, model: Model) => Model | undefined {
  return (making, model) => {
    const view = making.picker.of(model.views);
    const after = view && edit(making, view, model);
    return after && { ...model, views: model.views.map((one) => (one === view ? after : one)) };
  };
}

/** The views of a model at the start: of a table, and of a view. */
export function withViews(making: Making, tables: readonly Table[]): Model['views'] {
  let model: Model = { tables, views: [], next: 0 };
  for (const overView of [false, false, true])
    if (making.picker.chance(60)) model = withView(model, newView(making, model, overView)) ?? model;
  return model.views;
}
