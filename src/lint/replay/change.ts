import { sorted, type TableModel } from '../../schema/model.js';
import { knownTable, unknownTable, type KnownSchema, type KnownTable } from './known-schema.js';
import { withKey, withoutKey } from './maps.js';

/** What becomes of a table. */
export type TableChange = (known: KnownTable) => KnownTable;

/** The schema with a table changed; one that is not known is made, and a new name moves it to its place. */
export function changeTable(schema: KnownSchema, name: string, change: TableChange): KnownSchema {
  const known = knownTable(schema, name);
  const changed = change(known ?? unknownTable(name));
  const isInPlace = known !== undefined && changed.table.name === name;
  const { tables } = schema.model;
  const isAnother = (one: TableModel) => one.name !== name && one.name !== changed.table.name;
  return {
    ...schema,
    model: {
      ...schema.model,
      tables: isInPlace
        ? tables.map((one) => (one === known.table ? changed.table : one))
        : sorted([...tables.filter(isAnother), changed.table]),
    },
    notes: withKey(
      isInPlace ? schema.notes : withoutKey(schema.notes, name),
      changed.table.name,
      changed.note,
    ),
  };
}

/** The schema with every table changed for which that gives another one. */
export function changeTables(schema: KnownSchema, change: TableChange): KnownSchema {
  return schema.model.tables.reduce((before, { name }) => {
    const known = knownTable(before, name);
    const changed = known && change(known);
    return changed === known || !changed ? before : changeTable(before, name, () => changed);
  }, schema);
}

/** The schema without some tables. */
export function withoutTables(schema: KnownSchema, gone: ReadonlySet<string>): KnownSchema {
  return {
    ...schema,
    model: { ...schema.model, tables: schema.model.tables.filter(({ name }) => !gone.has(name)) },
    notes: new Map([...schema.notes].filter(([name]) => !gone.has(name))),
  };
}
