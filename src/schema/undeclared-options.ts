/** Options of a table that no decorator declares: a revision written by hand gives them to it. */

import type { Change } from './change.js';
import type { SchemaModel, TableModel } from './model.js';

/** Such an option, as SQL. */
type UndeclaredOption = 'STRICT' | 'UNLOGGED';

/** An option of a table that the database has and no entity declares. */
export interface OptionPlace {
  readonly table: string;
  readonly option: UndeclaredOption;
}

/** Those of a table. */
function optionsOf(live: TableModel, desired: TableModel): readonly UndeclaredOption[] {
  const isStrict = wordsOf(live).includes('STRICT') && !wordsOf(desired).includes('STRICT');
  const isUnlogged = live.persistence === 'unlogged' && desired.persistence === 'permanent';
  return [...(isStrict ? (['STRICT'] as const) : []), ...(isUnlogged ? (['UNLOGGED'] as const) : [])];
}

/** Those of all tables that both schemas have. */
export function undeclaredOptions(live: SchemaModel, desired: SchemaModel): readonly OptionPlace[] {
  const tables = new Map(live.tables.map((table) => [table.name, table]));
  return desired.tables.flatMap((table) => {
    const there = tables.get(table.name);
    return there ? optionsOf(there, table).map((option) => ({ table: table.name, option })) : [];
  });
}

/** Those that a change would take away. */
export function optionsIn(change: Change): readonly OptionPlace[] {
  if (change.kind !== 'alter-table') return [];
  return optionsOf(change.live, change.desired).map((option) => ({ table: change.table, option }));
}

/** What is left of a change, if anything is, where they stay. */
export function withoutOptions(change: Change, places: readonly OptionPlace[]): readonly Change[] {
  if (change.kind !== 'alter-table') return [change];
  const { live, aspects } = change;
  const desired = withOwn(change.desired, places);
  const left = aspects.filter((aspect) => live[aspect as TableAspect] !== desired[aspect as TableAspect]);
  return left.length === 0 ? [] : [{ ...change, desired, aspects: left }];
}

/** The aspects of a table itself, which are texts. */
type TableAspect = 'persistence' | 'comment' | 'options';

/** A schema whose tables have them too. */
export function withOptions(schema: SchemaModel, places: readonly OptionPlace[]): SchemaModel {
  return { ...schema, tables: schema.tables.map((table) => withOwn(table, places)) };
}

function withOwn(table: TableModel, places: readonly OptionPlace[]): TableModel {
  const own = places.filter((place) => place.table === table.name);
  return own.reduce((one, { option }) => withOption(one, option), table);
}

function withOption(table: TableModel, option: UndeclaredOption): TableModel {
  if (option === 'UNLOGGED') return { ...table, persistence: 'unlogged' };
  return { ...table, options: [...wordsOf(table), option].sort().join(', ') };
}

function wordsOf({ options }: TableModel): readonly string[] {
  return options?.split(', ') ?? [];
}

/** As reports name it: `st.STRICT`. */
export function placeOfOption({ table, option }: OptionPlace): string {
  return `${table}.${option}`;
}
