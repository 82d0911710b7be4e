import {
  columnOf,
  freeName,
  Picker,
  type Column,
  type Default,
  type ForeignKey,
  type Kind,
  type Model,
  type Table,
} from './model.js';
import { withViews } from './edit-views.js';
import { indexesOfEnums, newChecks, newExclusion, newIndex, newUnique } from './start-parts.js';

const TABLE_NAMES = [
  'job',
  'User',
  'two words',
  'order',
  'Prüfung',
  'say "hi"',
  'x_y',
  'CamelCase',
  'a'.repeat(60),
];
const COLUMN_NAMES = [
  'state',
  'Amount',
  'order',
  'a b',
  'größe',
  'group',
  'say "hi"',
  'x',
  'createdAt',
].concat(['null', "it's", 'tail', 'note']);
/** Each further column of a reference has a number behind. */
const REFERENCE_NAMES = ['parent', 'Owner', 'made by', 'boss'];
export const KINDS = [
  'varchar',
  'text',
  'smallint',
  'integer',
  'bigint',
  'numeric',
  'double precision',
] as const;
const MORE_KINDS = ['boolean', 'instant', 'simple-json', 'enum'] as const;
const VALUES = ['NEW', 'OLD', 'two words', 'x-y', 'ÜBER'];

/** Provides ids that no part of a model has yet. */
export class Ids {
  #next: number;

  constructor(next: number) {
    this.#next = next;
  }

  get next(): number {
    return this.#next;
  }

  of(prefix: string): string {
    this.#next += 1;
    return `${prefix}${this.#next}`;
  }
}

/** The input for creating parts. */
export interface Making {
  readonly picker: Picker;
  readonly ids: Ids;
}

/** Two to four tables. */
export function startingModel(seed: number): Model {
  const making = { picker: new Picker(seed), ids: new Ids(0) };
  const tables: Table[] = [];
  for (let count = 2 + making.picker.below(3); count > 0; count -= 1) tables.push(newTable(making, tables));
  const given = making.picker.chance(35) ? sharingEnum(making, tables) : tables;
  const views = withViews(making, given);
  return { tables: given, views, next: making.ids.next };
}

/** Two tables have a column of one enumerated type. */
function sharingEnum({ picker, ids }: Making, tables: readonly Table[]): readonly Table[] {
  const values = VALUES.slice(0, 3).map((name) => ({ id: ids.of('v'), name }));
  const given = { values, sharedEnum: 'Shared mood', default: picker.one([null, 'constant'] as const) };
  const sharing = tables.map((table, index) =>
    index > 1 ? table : withColumn(table, { ...plainColumn(ids.of('c'), 'mood', 'enum'), ...given }),
  );
  return picker.chance(40) ? referringByEnum(ids, sharing) : sharing;
}

/** The second table refers to the first one by it. */
function referringByEnum(ids: Ids, [first, second, ...others]: readonly Table[]): readonly Table[] {
  if (!first || !second) return [];
  const mood = ({ columns }: Table) => columns.filter(({ name }) => name === 'mood').map(({ id }) => id);
  const [key, columns] = [mood(first), mood(second)];
  const unique = { id: ids.of('uq_'), name: 'uq_mood', columns: key };
  const reference = { target: first.id, references: key, onDelete: 'NO ACTION' } as const;
  const foreignKey = { id: ids.of('fk_'), name: 'fk_mood', columns, ...reference };
  return [
    { ...first, uniques: [...first.uniques, unique] },
    { ...second, foreignKeys: [...second.foreignKeys, foreignKey] },
    ...others,
  ];
}

/** A table with all possible parts, which refers to existing tables. */
export function newTable(making: Making, others: readonly Table[]): Table {
  const { picker, ids } = making;
  const bare = withKey(making, {
    id: ids.of('t'),
    name: freeName(
      picker,
      TABLE_NAMES,
      others.map(({ name }) => name),
    ),
    columns: [],
    key: [],
    withoutRowid: false,
    keyName: picker.chance(30) ? ids.of('pk_') : null,
    uniques: [],
    indexes: [],
    foreignKeys: [],
    checks: [],
    exclusions: [],
  });
  const kinds = picker.chance(25) ? STRICT_KINDS : ALL_KINDS;
  const more = repeated(2 + picker.below(4), bare, (table) =>
    withColumn(table, newColumn(making, table, kinds)),
  );
  const filled = picker.chance(30) ? (withComputed(making, more) ?? more) : more;
  const tied = repeated(picker.below(2), filled, (table) =>
    withForeignKey(making, table, [...others, table]),
  );
  return {
    ...tied,
    uniques: picker.chance(50) ? [newUnique(making, tied)] : [],
    indexes: [...indexesOfEnums(making, tied), ...(picker.chance(70) ? [newIndex(making, tied)] : [])],
    checks: picker.chance(70) ? newChecks(making, tied) : [],
    exclusions: picker.chance(25) ? [newExclusion(making, tied)] : [],
  };
}

function repeated<T>(times: number, start: T, step: (value: T) => T): T {
  let value = start;
  for (let count = 0; count < times; count += 1) value = step(value);
  return value;
}

function withColumn(table: Table, column: Column): Table {
  return { ...table, columns: [...table.columns, column] };
}

const KEYS = ['number', 'number', 'text', 'pair', 'plain'] as const;

function withKey({ picker, ids }: Making, table: Table): Table {
  const column = (name: string, kind: Kind, numbered = false): Column => ({
    ...plainColumn(ids.of('c'), name, kind),
    numbered,
    nullable: false,
  });
  const kind = picker.one(KEYS);
  const columns =
    kind === 'pair'
      ? [column('first', 'integer'), column('Second', 'varchar')]
      : kind === 'text'
        ? [column('code', 'varchar')]
        : [column('id', 'integer', kind === 'number')];
  return { ...table, columns, key: columns.map(({ id }) => id) };
}

/** A column of a kind, with no other property. */
export function plainColumn(id: string, name: string, kind: Kind): Column {
  const nothing = {
    comment: null,
    values: [],
    sharedEnum: null,
    computed: null,
    numbered: false,
    refers: false,
  };
  return { id, name, kind, size: 24, scale: 2, nullable: true, default: null, ...nothing };
}

const NUMBERS: readonly Kind[] = ['smallint', 'integer'];
const TEXTS: readonly Kind[] = ['varchar', 'text'];

/** The table with a column that is computed from one that no key has. */
export function withComputed({ picker, ids }: Making, table: Table): Table | undefined {
  const held = [...table.key, ...[...table.uniques, ...table.foreignKeys].flatMap((one) => one.columns)];
  const free = table.columns.filter(({ id, computed }) => !held.includes(id) && computed === null);
  const source = picker.of(free.filter(({ kind }) => [...NUMBERS, ...TEXTS, 'enum'].includes(kind)));
  if (!source) return undefined;
  const name = freeName(
    picker,
    ['doubled', 'So long'],
    table.columns.map((one) => one.name),
  );
  const computed = { from: source.id, variant: picker.below(2) };
  return withColumn(table, { ...plainColumn(ids.of('c'), name, 'integer'), computed });
}

const ALL_KINDS = [...KINDS, ...KINDS, ...MORE_KINDS, 'enum'] as const;
/** The kinds that a STRICT table of SQLite may have. */
const STRICT_KINDS = ['integer', 'text'] as const;

/** A column of any kind, or of some. */
export function newColumn(
  { picker, ids }: Making,
  { columns }: Pick<Table, 'columns'>,
  kinds: readonly [Kind, ...Kind[]] = ALL_KINDS,
): Column {
  const name = freeName(
    picker,
    COLUMN_NAMES,
    columns.map((one) => one.name),
  );
  const kind = picker.one(kinds);
  const count = 2 + picker.below(3);
  const values = VALUES.slice(0, count).map((value) => ({ id: ids.of('v'), name: value }));
  return {
    ...plainColumn(ids.of('c'), name, kind),
    size: kind === 'numeric' ? 10 : picker.one([20, 30, 40]),
    nullable: picker.chance(50),
    default: picker.chance(50) ? defaultFor(picker, kind) : null,
    comment: picker.chance(15) ? `about ${name}` : null,
    values: kind === 'enum' ? values : [],
  };
}

/** A default that the kind may have. */
export function defaultFor(picker: Picker, kind: Kind): Default {
  if (kind === 'instant') return 'now';
  if (kind === 'double precision') return picker.one(['constant', 'random']);
  return picker.one(['constant', 'other']);
}

/** The table with a foreign key to one of the others, or to itself, and the columns for it. */
export function withForeignKey(making: Making, table: Table, others: readonly Table[]): Table {
  const { picker } = making;
  const target = picker.of(others) ?? table;
  const isPlain = (id: string) => columnOf(target, id).kind !== 'enum';
  const unique = picker.of(target.uniques.filter(({ columns }) => columns.every(isPlain)));
  const references = unique && picker.chance(40) ? unique.columns : target.key;
  return withReference(making, table, { target, references });
}

/** The same, to a given key; PostgreSQL requires the columns of both to be of one type. */
export function withReference(
  { picker, ids }: Making,
  table: Table,
  { target, references }: { readonly target: Table; readonly references: readonly string[] },
): Table {
  const columns = references.map((id, index) => {
    const key = columnOf(target, id);
    const name = freeName(
      picker,
      REFERENCE_NAMES.map((one) => (index === 0 ? one : `${one} ${index}`)),
      table.columns.map((one) => one.name),
    );
    const plain = {
      nullable: true,
      numbered: false,
      default: null,
      comment: null,
      computed: null,
      refers: true,
    };
    return { ...key, ...plain, id: ids.of('c'), name };
  });
  const id = ids.of('fk_');
  const foreignKey: ForeignKey = {
    id,
    name: picker.chance(60) ? id : null,
    columns: columns.map((one) => one.id),
    target: target.id,
    references,
    onDelete: picker.one(['CASCADE', 'SET NULL', 'NO ACTION']),
  };
  return {
    ...table,
    columns: [...table.columns, ...columns],
    foreignKeys: [...table.foreignKeys, foreignKey],
  };
}
