import type { Change } from './change.js';
import { PART_LISTS, type Part, type Parts, type SchemaModel, type TableModel } from './model.js';

/**
 * The desired schema without these changes: what they would add is missing, what they would drop is there, and what they
 * would alter is as it is live. The models of the changes are those of the schema.
 */
export function leaving(desired: SchemaModel, changes: readonly Change[]): SchemaModel {
  const gone = new Set(changes.filter(({ kind }) => kind === 'create-table').map(({ table }) => table));
  const tables = desired.tables.filter(({ name }) => !gone.has(name));
  const dropped = changes.flatMap((change) => (change.kind === 'drop-table' ? [change.live] : []));
  return {
    ...desired,
    tables: [
      ...tables.map((table) =>
        leavingIn(
          table,
          changes.filter((change) => change.table === table.name),
        ),
      ),
      ...dropped,
    ],
    enums: listWithout(desired.enums, 'enum', changes),
  };
}

/** A change as it is when these others are left: an object that both alter keeps the aspects of the others as they are live. */
export function besideLeft<C extends Change>(change: C, left: readonly Change[]): C {
  if (!('aspects' in change)) return change;
  const own = left.filter((other) => 'desired' in other && other.desired === change.desired);
  return {
    ...change,
    desired: own.reduce<object>((one, other) => asLive(one, other), change.desired),
  };
}

function leavingIn(table: TableModel, changes: readonly Change[]): TableModel {
  if (changes.length === 0) return table;
  const lists = Object.entries(PART_LISTS).map(([part, list]) => [
    list,
    listWithout(table[list] as readonly Parts[Part][], part as Part, changes),
  ]);
  const [primaryKey = null] = listWithout(
    table.primaryKey === null ? [] : [table.primaryKey],
    'primary-key',
    changes,
  );
  const itself = changes.flatMap((change) =>
    change.kind === 'alter-table' ? [fieldsOf(change.live, change.aspects)] : [],
  );
  return Object.assign({}, table, Object.fromEntries(lists), { primaryKey }, ...itself) as TableModel;
}

function listWithout<P extends Part>(
  list: readonly Parts[P][],
  part: P,
  changes: readonly Change[],
): readonly Parts[P][] {
  const kept = list.flatMap((model) => {
    const own = changes.filter((change) => 'desired' in change && change.desired === model);
    if (own.some(({ kind }) => kind === `add-${part}`)) return [];
    return [own.reduce((one, change) => asLive(one, change), model)];
  });
  const dropped = changes.flatMap((change) =>
    change.kind === `drop-${part}` && 'live' in change ? [change.live as Parts[P]] : [],
  );
  return [...kept, ...dropped];
}

function asLive<T extends object>(model: T, change: Change): T {
  return 'aspects' in change ? { ...model, ...fieldsOf(change.live, change.aspects) } : model;
}

function fieldsOf(model: object, names: readonly string[]): object {
  const fields = model as Readonly<Record<string, unknown>>;
  return Object.fromEntries(names.map((name) => [name, fields[name]]));
}
