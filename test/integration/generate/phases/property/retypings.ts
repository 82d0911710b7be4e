/** Edits of a type whose values TypeORM reads alike before and after, and of the values of an enumerated type. */
import { EntitySchema } from 'typeorm';
import { Picker, type Column, type Index, type Kind, type Model, type Table } from '../../property/model.js';
import type { Drawn } from '../../property/pairs.js';
import type { Entities } from '../../property/run.js';
import { plainColumn } from '../../property/start.js';

/** What a column has before, and after. */
interface Retyping {
  readonly before: Pick<Column, 'kind'> & Partial<Column>;
  readonly after: Pick<Column, 'kind'> & Partial<Column>;
}

const MOODS = ['calm', 'angry', 'two words', 'x-y'].map((name, at) => ({ id: `mood${at}`, name }));

const RETYPINGS: Readonly<Record<string, Retyping>> = {
  'smallint-to-integer': { before: { kind: 'smallint' }, after: { kind: 'integer' } },
  'integer-to-double': { before: { kind: 'integer' }, after: { kind: 'double precision' } },
  'more-decimals': {
    before: { kind: 'numeric', size: 10, scale: 2 },
    after: { kind: 'numeric', size: 14, scale: 4 },
  },
  'json-to-jsonb': { before: { kind: 'json' }, after: { kind: 'jsonb' } },
  'rename-a-value': {
    before: { kind: 'enum', values: MOODS },
    after: { kind: 'enum', values: MOODS.map((one, at) => (at === 1 ? { ...one, name: 'furious' } : one)) },
  },
  'remove-a-value': {
    before: { kind: 'enum', values: MOODS },
    after: { kind: 'enum', values: MOODS.filter((_one, at) => at !== 2) },
  },
};

/** Their kinds. */
export const TYPE_EDITS: readonly string[] = ['widen-key', ...Object.keys(RETYPINGS)];

/** The id of the column whose type changes. */
const MOVED = 'moved';

/** Gives a table a column for each edit that needs one. */
export function withRetyped(model: Model, { edits }: Drawn): Model {
  return edits.reduce((one, { kind, seed }) => {
    const retyping = RETYPINGS[kind];
    return retyping ? withColumn(one, retyping, new Picker(seed)) : one;
  }, model);
}

function withColumn(model: Model, { before }: Retyping, picker: Picker): Model {
  const chosen = picker.of(model.tables);
  const column: Column = {
    ...plainColumn(MOVED, 'moved', before.kind),
    ...before,
    nullable: picker.chance(50),
    default: picker.chance(50) ? 'constant' : null,
    comment: picker.chance(30) ? "what it's about" : null,
  };
  const tables = model.tables.map((table) => (table === chosen ? withParts(table, column, picker) : table));
  return { ...model, tables };
}

/** Type `json` has no order, and so no index. */
function withParts(table: Table, column: Column, picker: Picker): Table {
  const more = { ...table, columns: [...table.columns, column] };
  if (column.kind === 'json') return more;
  const index = (unique: boolean): Index => ({
    id: unique ? 'ux_moved' : 'ix_moved',
    name: unique ? 'ux_moved' : 'ix_moved',
    columns: unique ? [MOVED, ...table.key] : [MOVED],
    unique,
    where: null,
  });
  const indexes = [false, true].filter(() => picker.chance(50)).map(index);
  const uniques = picker.chance(50)
    ? [{ id: 'uq_moved', name: 'uq_moved', columns: [...table.key, MOVED] }]
    : [];
  return { ...more, indexes: [...table.indexes, ...indexes], uniques: [...table.uniques, ...uniques] };
}

/** The model behind the edits that a column was given for. */
export function retyped(model: Model, { edits }: Drawn): Model {
  return edits.reduce((one, { kind }) => {
    const retyping = RETYPINGS[kind];
    return retyping ? withType(one, retyping) : one;
  }, model);
}

function withType(model: Model, { after }: Retyping): Model {
  const columnIn = (column: Column) => (column.id === MOVED ? { ...column, ...after } : column);
  const tables = model.tables.map((table) => ({ ...table, columns: table.columns.map(columnIn) }));
  return { ...model, tables };
}

const POSTGRES_ONLY: readonly Kind[] = ['json', 'jsonb'];

/** Whether SQLite has the types of a model. */
export function suitsSqlite({ tables }: Model): boolean {
  return !tables.flatMap(({ columns }) => columns).some(({ kind }) => POSTGRES_ONLY.includes(kind));
}

const AS_NUMBER = {
  to: (value: unknown) => value,
  from: (value: unknown) => (typeof value === 'string' ? Number(value) : value),
};

const WHOLE: readonly unknown[] = ['smallint', 'integer', 'bigint'];

/** The same entities, which read whole numbers of any size alike. */
export function readingNumbers(entities: Entities): Entities {
  for (const one of entities)
    for (const column of one instanceof EntitySchema ? Object.values(one.options.columns) : [])
      if (WHOLE.includes(column?.type)) Object.assign(column ?? {}, { transformer: AS_NUMBER });
  return entities;
}
