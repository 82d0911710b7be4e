/** The names that tables and types have before contract, in changes that are given with their new names. */

import { changedPart, type Change } from '../../../../schema/change.js';
import type {
  ColumnModel,
  EnumModel,
  ForeignKeyModel,
  SchemaModel,
  TableModel,
} from '../../../../schema/model.js';
import type { Rename } from '../../../../schema/rename.js';
import type { ConfirmedValues } from '../../../planning.js';
import type { LiveView } from '../../../view-facts.js';
import type { TableAlias } from './alias.js';

/** Other names, by those in a model. */
interface EarlyNames {
  readonly tables: ReadonlyMap<string, string>;
  readonly types: ReadonlyMap<string, string>;
}

/** From the names of the entities to those in expand. */
export function earlyNames(renames: readonly Rename[], aliases: readonly TableAlias[]): EarlyNames {
  const types = renames.filter(({ kind }) => kind === 'type');
  return {
    tables: new Map(aliases.map(({ rename }) => [rename.to, rename.from])),
    types: new Map(types.map(({ from, to }) => [to, from])),
  };
}

/** From the names at head to those in expand. */
export function hidingNames(aliases: readonly TableAlias[]): EarlyNames {
  return { tables: new Map(aliases.map(({ head, rename }) => [head, rename.from])), types: new Map() };
}

/** What views read, in the names that it has in expand. */
export function renamedUses(
  views: readonly LiveView[],
  { tables }: EarlyNames,
  renames: readonly Rename[],
): readonly LiveView[] {
  const former = (table: string, column: string) =>
    renames.find((one) => one.kind === 'column' && one.table === table && one.to === column)?.from ?? column;
  return views.map((view) => ({
    ...view,
    uses: view.uses.map(({ table, columns }) => ({
      table: other(tables, table),
      columns: columns.map((column) => former(table, column)),
    })),
  }));
}

/** A schema in other names. */
export function renamedSchema(schema: SchemaModel, names: EarlyNames): SchemaModel {
  return {
    ...schema,
    tables: schema.tables.map((table) => renamedTable(table, names)),
    enums: schema.enums.map((type) => ({ ...type, name: other(names.types, type.name) })),
  };
}

/** A change in other names. */
export function renamedChange<C extends Change>(change: C, names: EarlyNames): C {
  const { kind, table, object } = change;
  const of = kind.endsWith('-table') ? names.tables : kind.endsWith('-enum') ? names.types : new Map();
  const sides = Object.fromEntries(
    Object.entries(change)
      .filter(([side]) => side === 'live' || side === 'desired')
      .map(([side, model]) => [side, renamedModel(model as object, { kind, names })]),
  );
  return { ...change, ...sides, table: other(names.tables, table), object: other(of, object) };
}

/** Confirmations by `table.column`, in other names. */
export function renamedValues(confirmed: ConfirmedValues, { tables }: EarlyNames): ConfirmedValues {
  const placed = <V>(values: ReadonlyMap<string, V>): ReadonlyMap<string, V> =>
    new Map(
      [...values].map(([place, value]) => {
        const table = [...tables.keys()].find((name) => place.startsWith(`${name}.`));
        return [table === undefined ? place : `${other(tables, table)}${place.slice(table.length)}`, value];
      }),
    );
  return {
    ...confirmed,
    backfills: placed(confirmed.backfills),
    timeZones: placed(confirmed.timeZones),
    usings: placed(confirmed.usings),
    usingsDown: placed(confirmed.usingsDown),
    renamedValues: placed(confirmed.renamedValues),
    joinedValues: placed(confirmed.joinedValues),
  };
}

/** The other name; the same where there is none. */
export function other(names: ReadonlyMap<string, string>, name: string): string {
  return names.get(name) ?? name;
}

interface OfKind {
  readonly kind: Change['kind'];
  readonly names: EarlyNames;
}

/** The casts join a kind of change and its models. */
function renamedModel(model: object, { kind, names }: OfKind): object {
  switch (changedPart({ kind })) {
    case 'table':
      return renamedTable(model as TableModel, names);
    case 'column':
      return renamedColumn(model as ColumnModel, names);
    case 'foreign-key':
      return renamedKey(model as ForeignKeyModel, names);
    case 'enum':
      return { ...model, name: other(names.types, (model as EnumModel).name) };
    default:
      return model;
  }
}

function renamedTable(table: TableModel, names: EarlyNames): TableModel {
  return {
    ...table,
    name: other(names.tables, table.name),
    columns: table.columns.map((column) => renamedColumn(column, names)),
    foreignKeys: table.foreignKeys.map((key) => renamedKey(key, names)),
  };
}

function renamedColumn(column: ColumnModel, { types }: EarlyNames): ColumnModel {
  const [, name = '', dimensions = ''] = /^enum (.*?)((?:\[\])*)$/.exec(column.type) ?? [];
  return name === '' ? column : { ...column, type: `enum ${other(types, name)}${dimensions}` };
}

function renamedKey(key: ForeignKeyModel, { tables }: EarlyNames): ForeignKeyModel {
  return { ...key, table: other(tables, key.table) };
}
