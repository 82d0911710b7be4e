/** Options of a table, an index or a key that no decorator declares: a revision written by hand gives them to it. */

import type { Change } from './change.js';
import { keptConflicts } from './conflict-clauses.js';
import { meansSame } from './diff.js';
import type {
  CheckModel,
  ConflictClause,
  ForeignKeyModel,
  IndexKey,
  IndexModel,
  KeyModel,
  SchemaModel,
  TableModel,
} from './model.js';
import { unvalidatedColumns, type UnvalidatedColumn } from './not-null.js';
import { show } from './show.js';

/** Where a part with options is in its table. */
type OptionPart = 'indexes' | 'uniques' | 'checks' | 'foreignKeys';

type Options = Partial<
  Pick<IndexModel, 'include' | 'nulls' | 'keys'> &
    Pick<CheckModel, 'validated' | 'enforced' | 'inherited'> &
    Pick<ForeignKeyModel, 'setColumns'> &
    UnvalidatedColumn['live']
>;

/** An option that the database has and no entity declares. */
export interface OptionPlace {
  readonly table: string;
  /** The index or constraint that has it; null for the table itself. */
  readonly part: {
    readonly list: OptionPart | 'primaryKey' | 'columns';
    /** As the entity declares it; of a column, the name of its NOT NULL. */
    readonly name: string;
    /** In the database; another name where the entity renames it. */
    readonly former: string;
    readonly live: Options;
    /** The column that the NOT NULL is of. */
    readonly column?: string;
  } | null;
  /** As SQL. */
  readonly option: string;
  /** The clause of a table of SQLite that it is. */
  readonly conflict?: ConflictClause;
}

/** The options behind the columns of a table of SQLite. Entities can declare the last one, and also leave it out. */
const TABLE_OPTIONS = ['STRICT', 'WITHOUT ROWID'];

/** Whether entities declared a part of a table before, under the name that it has in the database. */
type DeclaredBefore = (table: string, list: OptionPart, name: string) => boolean;

/** Those of a table. */
function optionsOf(
  live: TableModel,
  desired: TableModel,
  declaredBefore: DeclaredBefore,
): readonly OptionPlace[] {
  const table = desired.name;
  const own = TABLE_OPTIONS.filter(
    (option) => wordsOf(live).includes(option) && !wordsOf(desired).includes(option),
  );
  const unlogged = live.persistence === 'unlogged' && desired.persistence === 'permanent' ? ['UNLOGGED'] : [];
  return [
    ...[...own, ...unlogged].map((option) => ({ table, part: null, option })),
    ...keptConflicts(live, desired).map((conflict) => {
      const option = `ON CONFLICT ${conflict.action} (${conflict.columns.join(', ')})`;
      return { table, part: null, option, conflict };
    }),
    ...keyOptions(live, desired),
    ...unvalidatedColumns(live, desired).map(({ column, live: model }): OptionPlace => {
      const { name } = model.notNull;
      return {
        table,
        part: { list: 'columns', name, former: name, live: model, column },
        option: 'NOT VALID',
      };
    }),
    ...OPTION_PARTS.flatMap((list) => partOptions(list, { live, desired }, declaredBefore)),
  ];
}

/** A primary key may have further columns in its index. */
function keyOptions({ primaryKey: live }: TableModel, desired: TableModel): readonly OptionPlace[] {
  const { name: table, primaryKey: wanted } = desired;
  if (!live?.name || !wanted?.name || live.include.length === 0 || wanted.include.length > 0) return [];
  if (live.columns.join('\0') !== wanted.columns.join('\0')) return [];
  const { include } = live;
  const part = { list: 'primaryKey', name: wanted.name, former: live.name, live: { include } } as const;
  return [{ table, part, option: `INCLUDE (${include.join(', ')})` }];
}

const OPTION_PARTS: readonly OptionPart[] = ['uniques', 'indexes', 'checks', 'foreignKeys'];
const KINDS = {
  uniques: 'unique',
  indexes: 'index',
  checks: 'check',
  foreignKeys: 'foreign-key',
} as const;

/** The two sides of a table. */
interface TableSides {
  readonly live: TableModel;
  readonly desired: TableModel;
}

function partOptions(
  list: OptionPart,
  { live, desired }: TableSides,
  declaredBefore: DeclaredBefore,
): readonly OptionPlace[] {
  const table = desired.name;
  const parts: readonly PartModel[] = live[list];
  const declared: readonly PartModel[] = desired[list];
  const named = (all: readonly PartModel[], name: string | null) => all.find((one) => one.name === name);
  const left = parts.filter(
    ({ name }) => name !== null && !named(declared, name) && declaredBefore(table, list, name),
  );
  return declared.flatMap((wanted) => {
    const there = named(parts, wanted.name) ?? takeRenamed(left, list, wanted);
    if (!there?.name || wanted.name === null) return [];
    const place = { list, name: wanted.name, former: there.name };
    return optionsOfPart(there, wanted).map(([option, model]) => ({
      table,
      part: { ...place, live: model },
      option,
    }));
  });
}

/** Takes the part that differs from a declared one in its name and its options alone. */
function takeRenamed(left: PartModel[], list: OptionPart, wanted: PartModel): PartModel | undefined {
  const at = left.findIndex((there) => {
    const options = optionsOfPart(there, wanted);
    const given = options.reduce((part, [, model]) => ({ ...part, ...model }), wanted);
    return options.length > 0 && meansSame(KINDS[list], there as IndexModel, given as IndexModel);
  });
  return at < 0 ? undefined : left.splice(at, 1)[0];
}

type PartModel = KeyModel | IndexModel | CheckModel | ForeignKeyModel;

type Constraint = CheckModel | ForeignKeyModel;

/** An option as SQL, and the part of the model that has it. */
type Option = readonly [string, Options];

function optionsOfPart(live: PartModel, desired: PartModel): readonly Option[] {
  if ('validated' in live) return 'validated' in desired ? optionsOfConstraint(live, desired) : [];
  return 'validated' in desired ? [] : optionsOfKey(live, desired);
}

function optionsOfConstraint(live: Constraint, desired: Constraint): readonly Option[] {
  const isNotEnforced = live.enforced === false && desired.enforced !== false;
  return [
    ...('inherited' in live && !('inherited' in desired) ? [NO_INHERIT] : []),
    ...('references' in live && 'references' in desired ? setColumnsOf(live, desired) : []),
    ...(isNotEnforced ? [NOT_ENFORCED] : []),
    ...(!live.validated && desired.validated && !isNotEnforced ? [NOT_VALID] : []),
  ];
}

const NO_INHERIT: Option = ['NO INHERIT', { inherited: false }];
const NOT_ENFORCED: Option = ['NOT ENFORCED', { enforced: false, validated: false }];
const NOT_VALID: Option = ['NOT VALID', { validated: false }];

function setColumnsOf(
  { onDelete, setColumns }: ForeignKeyModel,
  desired: ForeignKeyModel,
): readonly Option[] {
  const isKept =
    !desired.setColumns &&
    onDelete === desired.onDelete &&
    setColumns?.every((column) => desired.columns.includes(column));
  return isKept && setColumns ? [[`${onDelete} (${setColumns.join(', ')})`, { setColumns }]] : [];
}

function optionsOfKey(live: KeyModel | IndexModel, desired: KeyModel | IndexModel): readonly Option[] {
  const { include, nulls } = live;
  const keys = 'keys' in live && 'keys' in desired && sameColumns(live.keys, desired.keys) ? live.keys : [];
  const special = keys.filter(
    (key, index) => 'keys' in desired && JSON.stringify(key) !== JSON.stringify(desired.keys[index]),
  );
  return [
    ...(include.length > 0 && desired.include.length === 0
      ? [[`INCLUDE (${include.join(', ')})`, { include }] as const]
      : []),
    ...(nulls !== desired.nulls && desired.nulls === 'distinct'
      ? [['NULLS NOT DISTINCT', { nulls }] as const]
      : []),
    ...(special.length > 0 ? [[special.map(show).join(', '), { keys }] as const] : []),
  ];
}

function sameColumns(live: readonly IndexKey[], desired: readonly IndexKey[]): boolean {
  return (
    live.length === desired.length &&
    live.every(({ column }, index) => column !== null && column === desired[index]?.column)
  );
}

/**
 * Those of all tables that both schemas have.
 *
 * @param declaredBefore of a part whose name no entity declares any more: it may have another one; default never
 */
export function undeclaredOptions(
  live: SchemaModel,
  desired: SchemaModel,
  declaredBefore: DeclaredBefore = () => false,
): readonly OptionPlace[] {
  const tables = new Map(live.tables.map((table) => [table.name, table]));
  return desired.tables.flatMap((table) => {
    const there = tables.get(table.name);
    return there ? optionsOf(there, table, declaredBefore) : [];
  });
}

/** A schema whose tables have them too. */
export function withOptions(schema: SchemaModel, places: readonly OptionPlace[]): SchemaModel {
  if (places.length === 0) return schema;
  return { ...schema, tables: schema.tables.map((table) => withOwn(table, places)) };
}

function withOwn(table: TableModel, places: readonly OptionPlace[]): TableModel {
  const own = places.filter((place) => place.table === table.name);
  return own.reduce(withOption, table);
}

function withOption(table: TableModel, { part, option, conflict }: OptionPlace): TableModel {
  if (conflict) return { ...table, conflicts: [...(table.conflicts ?? []), conflict] };
  if (part !== null) {
    const { list, name, live, column } = part;
    if (list === 'columns') {
      const columns = table.columns.map((one) => (one.name === column ? { ...one, ...live } : one));
      return { ...table, columns };
    }
    if (list === 'primaryKey')
      return {
        ...table,
        primaryKey: table.primaryKey && { ...table.primaryKey, ...(live as Pick<KeyModel, 'include'>) },
      };
    const parts = table[list].map((one) => (one.name === name ? { ...one, ...live } : one));
    return { ...table, [list]: parts };
  }
  if (option === 'UNLOGGED') return { ...table, persistence: 'unlogged' };
  return { ...table, options: [...wordsOf(table), option].sort().join(', ') };
}

function wordsOf({ options }: TableModel): readonly string[] {
  return options?.split(', ') ?? [];
}

/** As reports name it: `st.STRICT`, or `st.ix_name.INCLUDE (size)`. */
export function placeOfOption({ table, part, option }: OptionPlace): string {
  return [table, ...(part === null ? [] : [part.name]), option].join('.');
}

/** The name in the database, and the word of SQL that the statement has that gives the option. */
export function wordsOfOption({
  table,
  part,
  option,
  conflict,
}: OptionPlace): readonly [name: string, word: string] {
  const name = part === null ? table.slice(table.indexOf('.') + 1) : (part.column ?? part.former);
  const word =
    /^(?:INCLUDE|NULLS NOT DISTINCT|NO INHERIT|NOT ENFORCED|NOT VALID|SET NULL|SET DEFAULT)/.exec(
      option,
    )?.[0] ??
    option.split(' ').at(-1) ??
    '';
  if (conflict) return [name, `ON CONFLICT ${conflict.action}`];
  return [name, part === null ? option : word];
}

/** Whether a change takes away, or gives, what only an option has. */
export function mayHaveOptions({ kind }: Change): boolean {
  return MAY_HAVE_OPTIONS.includes(kind);
}

const MAY_HAVE_OPTIONS: readonly string[] = [
  'alter-table',
  'alter-column',
  'alter-index',
  'alter-unique',
  'alter-primary-key',
  'alter-check',
  'alter-foreign-key',
];
