import type { SchemaModel, TableModel } from '../schema/model.js';
import { typeChange } from './postgres/type-change.js';
import type { KeptTable, ProofGiven } from './prove/prove.js';
import type { TableColumns } from './prove/rows.js';
import type { Rename } from './renames.js';

/** What is at head, what the entities say, and what was called otherwise. */
export interface KeptOf {
  readonly head: SchemaModel;
  readonly desired: SchemaModel;
  readonly renames: readonly Rename[];
}

/** The tables and columns whose rows a revision has to keep: all but those that it drops, converts, fills or computes. */
export function keptOf({ head, desired, renames }: KeptOf): ProofGiven['kept'] {
  const after = new Map(desired.tables.map((table) => [table.name, table]));
  const tables = head.tables.flatMap((table) => {
    const renamed = after.get(tableNameAfter(table.name, renames));
    return renamed ? [keptTable(table, renamed, renames)] : [];
  });
  const down = tables.map(({ name, columns }): TableColumns => ({ name, columns }));
  return { up: tables, down };
}

function keptTable(live: TableModel, desired: TableModel, renames: readonly Rename[]): KeptTable {
  const pairs = live.columns.flatMap((column) => {
    const name = columnNameAfter(desired.name, column.name, renames);
    const after = desired.columns.find((one) => one.name === name);
    const isKept =
      after !== undefined &&
      !after.generated &&
      !column.generated &&
      after.type === column.type &&
      !(column.nullable && !after.nullable) &&
      !hasRenamedValues(renames, desired.name, name);
    return isKept ? [{ before: column.name, after: name }] : [];
  });
  return {
    name: live.name,
    columns: pairs.map(({ before }) => before),
    renamed: { name: desired.name, columns: pairs.map(({ after }) => after) },
  };
}

/** What a table is called afterwards. */
export function tableNameAfter(name: string, renames: readonly Rename[]): string {
  return renames.find((rename) => rename.kind === 'table' && rename.from === name)?.to ?? name;
}

/** What a column of a table, by its name afterwards, is called then. */
export function columnNameAfter(table: string, name: string, renames: readonly Rename[]): string {
  const renamed = renames.find(
    (rename) => rename.kind === 'column' && rename.table === table && rename.from === name,
  );
  return renamed?.to ?? name;
}

function hasRenamedValues(renames: readonly Rename[], table: string, column: string): boolean {
  return renames.some(
    (rename) => rename.kind === 'value' && rename.table === table && rename.column === column,
  );
}

/** Texts from which a conversion can make something, by `table.column` at head. */
export function hintsOf({ head, desired, renames }: KeptOf): ReadonlyMap<string, readonly string[]> {
  const hints = new Map<string, readonly string[]>();
  for (const table of head.tables) {
    const after = desired.tables.find(({ name }) => name === tableNameAfter(table.name, renames));
    for (const column of table.columns) {
      const name = columnNameAfter(after?.name ?? '', column.name, renames);
      const type = after?.columns.find((one) => one.name === name)?.type ?? column.type;
      if (type !== column.type && typeChange(column.type, type).rewrites)
        hints.set(`${table.name}.${column.name}`, textsFor(type, desired));
    }
  }
  return hints;
}

/** Three texts that a type reads. */
function textsFor(type: string, { enums }: SchemaModel): readonly string[] {
  const values = enums.find(({ name }) => type.startsWith(`enum ${name}`))?.values;
  if (values) return values;
  const family = FAMILIES.find(({ pattern }) => pattern.test(type));
  return family?.texts ?? [];
}

const FAMILIES: readonly { readonly pattern: RegExp; readonly texts: readonly string[] }[] = [
  { pattern: /^(small|big)?int|^integer|^numeric|^real|^double|^decimal/, texts: ['1', '2', '3'] },
  { pattern: /^boolean/, texts: ['true', 'false'] },
  { pattern: /^(date|time)/, texts: ['2024-01-01 00:00:00', '2024-02-02 00:00:00'] },
  { pattern: /^json/, texts: ['1', '{"a":1}', 'null'] },
  {
    pattern: /^uuid/,
    texts: ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002'],
  },
  { pattern: /^(character|varchar|char)/, texts: ['a', 'b', 'c'] },
];
