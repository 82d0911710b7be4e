import type { Change, TableChange } from '../../../src/schema/change.js';
import type {
  EnumModel,
  Part,
  Parts,
  SchemaModel,
  TableModel,
  ViewModel,
} from '../../../src/schema/model.js';
import { normalise } from '../../../src/schema/normalise.js';

/** A change inside a table, or of an enumerated type. */
type PartChange = Exclude<Change, TableChange>;

/** The list of a table that holds parts of a kind. */
const LISTS: Readonly<Record<Exclude<Part, 'primary-key' | 'enum' | 'view'>, keyof TableModel>> = {
  column: 'columns',
  unique: 'uniques',
  index: 'indexes',
  'foreign-key': 'foreignKeys',
  check: 'checks',
  exclusion: 'exclusions',
};

/**
 * The schema after the changes: `apply(live, diff(live, desired))` is desired. Pure; it shows that a list of changes is
 * complete.
 */
export function apply(schema: SchemaModel, changes: readonly Change[]): SchemaModel {
  return normalise(changes.reduce(applyChange, schema));
}

function applyChange(schema: SchemaModel, change: Change): SchemaModel {
  switch (change.kind) {
    case 'create-table':
      return { ...schema, tables: [...schema.tables, change.desired] };
    case 'drop-table':
      return { ...schema, tables: schema.tables.filter(({ name }) => name !== change.table) };
    case 'alter-table': {
      const { persistence, comment, options } = change.desired;
      return onTable(schema, change.table, (table) => ({ ...table, persistence, comment, options }));
    }
    case 'add-view':
    case 'drop-view':
    case 'alter-view':
      return { ...schema, views: replaced(schema.views ?? [], change) as readonly ViewModel[] };
    case 'add-enum':
    case 'drop-enum':
    case 'alter-enum':
      return { ...schema, enums: replaced(schema.enums, change) as readonly EnumModel[] };
    default:
      return onTable(schema, change.table, (table) => applyInside(table, change));
  }
}

function onTable(schema: SchemaModel, name: string, edit: (table: TableModel) => TableModel): SchemaModel {
  return { ...schema, tables: schema.tables.map((table) => (table.name === name ? edit(table) : table)) };
}

function applyInside(table: TableModel, change: PartChange): TableModel {
  const part = change.kind.slice(change.kind.indexOf('-') + 1) as Exclude<Part, 'enum' | 'view'>;
  if (part === 'primary-key')
    return { ...table, primaryKey: 'desired' in change ? (change.desired as Parts['primary-key']) : null };
  const list = LISTS[part];
  return { ...table, [list]: replaced(table[list] as readonly Parts[Part][], change) };
}

/** The list without the live part, once if it is there twice, and with the desired one. */
function replaced(parts: readonly Parts[Part][], change: PartChange): readonly Parts[Part][] {
  const live = 'live' in change ? JSON.stringify(change.live) : undefined;
  const at = parts.findIndex((part) => JSON.stringify(part) === live);
  const kept = parts.filter((_, index) => index !== at);
  return 'desired' in change ? [...kept, change.desired] : kept;
}
