import type { Action, ActionOf, ColumnFact } from '../sql/action.js';
import { UNKNOWN_COLUMN, type CatalogColumn, type CatalogTable } from './catalog.js';
import { filterMap, mapValues, renameKey, withKey, withoutKey } from './maps.js';

/** An action that changes one column of a table. */
export type ColumnAction = ActionOf<
  | 'add-column'
  | 'drop-column'
  | 'rename-column'
  | 'change-type'
  | 'set-not-null'
  | 'drop-not-null'
  | 'set-default'
  | 'set-identity'
>;

const KINDS: ReadonlySet<string> = new Set<ColumnAction['kind']>([
  'add-column',
  'drop-column',
  'rename-column',
  'change-type',
  'set-not-null',
  'drop-not-null',
  'set-default',
  'set-identity',
]);

/** Whether an action changes one column. */
export function isColumnAction(action: Action): action is ColumnAction {
  return KINDS.has(action.kind);
}

/** The table after it. */
export function applyColumnAction(table: CatalogTable, action: ColumnAction): CatalogTable {
  switch (action.kind) {
    case 'add-column':
      return addColumn(table, action.column);
    case 'drop-column':
      return dropColumn(table, action.column);
    case 'rename-column':
      return renameColumn(table, action);
    case 'change-type':
      return changed(table, action.column, { type: action.type, collation: action.collation });
    case 'set-not-null':
      return changed(table, action.column, { notNull: true });
    case 'drop-not-null':
      return changed(table, action.column, { notNull: false });
    case 'set-default':
      return changed(table, action.column, { default: action.value?.canonical ?? '' });
    case 'set-identity':
      return changed(table, action.column, { identity: action.identity });
  }
}

/** A column as the catalog keeps it. */
export function columnOf(column: ColumnFact): CatalogColumn {
  const { type, collation, notNull, default: value, generated, serial } = column;
  return {
    type,
    collation,
    notNull,
    default: value?.canonical ?? (serial === null ? '' : 'nextval'),
    identity: generated === 'identity',
  };
}

function addColumn(table: CatalogTable, column: ColumnFact): CatalogTable {
  const constraints = column.constraints.map((constraint) => [constraint.name, constraint] as const);
  return {
    ...table,
    columns: withKey(table.columns, column.name, columnOf(column)),
    constraints: new Map([...table.constraints, ...constraints]),
  };
}

/** Constraints over the column go with it. */
function dropColumn(table: CatalogTable, column: string): CatalogTable {
  return {
    ...table,
    columns: withoutKey(table.columns, column),
    constraints: filterMap(table.constraints, ({ columns }) => !columns.includes(column)),
  };
}

function renameColumn(table: CatalogTable, { column, to }: ActionOf<'rename-column'>): CatalogTable {
  const renamed = (names: readonly string[]) => names.map((name) => (name === column ? to : name));
  return {
    ...table,
    columns: renameKey(table.columns, column, to),
    constraints: mapValues(table.constraints, (constraint) => ({
      ...constraint,
      columns: renamed(constraint.columns),
      mentions: renamed(constraint.mentions),
      provesNotNull: renamed(constraint.provesNotNull),
    })),
  };
}

function changed(table: CatalogTable, column: string, change: Partial<CatalogColumn>): CatalogTable {
  const known = table.columns.get(column) ?? UNKNOWN_COLUMN;
  return { ...table, columns: withKey(table.columns, column, { ...known, ...change }) };
}
