import fc from 'fast-check';
import type {
  CheckModel,
  ColumnModel,
  EnumModel,
  ExclusionModel,
  Expression,
  ForeignKeyModel,
  IndexKey,
  IndexModel,
  KeyModel,
  SchemaModel,
  TableModel,
} from '../../../src/schema/model.js';
import type { DialectName } from '../../../src/databases/registry.js';
import { normalise } from '../../../src/schema/normalise.js';

/** Few names and few meanings, so that two schemas drawn apart have much in common and collide often. */
const COLUMNS = ['a', 'b', 'c', 'select', 'Größe'];
const TABLES = ['jobs', 'workers', 'audit.events', 'a b'];
const PARTS = ['n1', 'n2', 'n3'];
const MEANINGS = ['("a" > 0)', '("a" >= 0)', '("b" IS NULL)', 'now()'];

const actions = fc.constantFrom('NO ACTION', 'RESTRICT', 'CASCADE', 'SET NULL', 'SET DEFAULT' as const);
const columnNames = fc.uniqueArray(fc.constantFrom(...COLUMNS), { minLength: 1, maxLength: 3 });
const included = fc.uniqueArray(fc.constantFrom(...COLUMNS), { maxLength: 2 });
const deferrables = fc.constantFrom(
  null,
  null,
  'INITIALLY IMMEDIATE' as const,
  'INITIALLY DEFERRED' as const,
);
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });

/** The same meaning in one of three spellings, and at times refused by the server. */
const expressions: fc.Arbitrary<Expression> = fc
  .record({
    canonical: fc.constantFrom(...MEANINGS),
    wrap: fc.constantFrom('', ' ', '()'),
    refused: fc.constantFrom(undefined, undefined, undefined, 'syntax error'),
  })
  .map(({ canonical, wrap, refused }) => ({
    sql: wrap === '()' ? `(${canonical})` : `${wrap}${canonical}`,
    canonical,
    ...(refused === undefined ? {} : { refused }),
  }));

/** Lists of parts by name, unnamed ones among them where the database keeps those, equal ones included. */
function listOf<T extends { readonly name: string | null }>(
  part: fc.Arbitrary<Omit<T, 'name'>>,
  { unnamed }: { unnamed: boolean },
): fc.Arbitrary<readonly T[]> {
  const named = fc.uniqueArray(fc.tuple(fc.constantFrom(...PARTS), part), {
    maxLength: 3,
    selector: ([name]) => name,
  });
  const bare = unnamed ? fc.array(part, { maxLength: 3 }) : fc.constant([]);
  return fc
    .tuple(named, bare)
    .map(([parts, others]) => [
      ...parts.map(([name, rest]) => ({ name, ...rest }) as unknown as T),
      ...others.map((rest) => ({ name: null, ...rest }) as unknown as T),
    ]);
}

const columnOf = (postgres: boolean): fc.Arbitrary<Omit<ColumnModel, 'name'>> =>
  fc.record({
    type: fc.constantFrom('integer', 'text', ...(postgres ? ['numeric(10,2)', 'enum mood', 'text[]'] : [])),
    nullable: fc.boolean(),
    default: maybe(expressions),
    identity: fc.constantFrom(
      null,
      ...(postgres ? (['serial', 'always', 'by default'] as const) : (['autoincrement'] as const)),
    ),
    generated: maybe(expressions),
    storage: fc.constantFrom(null, 'stored' as const, 'virtual' as const),
    collation: fc.constantFrom(null, 'C', 'NOCASE', 'null'),
    comment: postgres ? fc.constantFrom(null, 'a note', 'null') : fc.constant(null),
  });

const keyOf = (postgres: boolean): fc.Arbitrary<Omit<KeyModel, 'name'>> =>
  fc.record({
    columns: columnNames,
    include: postgres ? included : fc.constant([]),
    deferrable: postgres ? deferrables : fc.constant(null),
    nulls: postgres ? fc.constantFrom('distinct', 'not distinct' as const) : fc.constant('distinct' as const),
  });

const indexKeys: fc.Arbitrary<IndexKey> = fc.record({
  column: maybe(fc.constantFrom(...COLUMNS)),
  expression: fc.constantFrom(null, 'lower(a)'),
  order: fc.constantFrom('ASC', 'DESC' as const),
  nulls: fc.constantFrom('FIRST', 'LAST' as const),
  opclass: fc.constantFrom(null, 'text_pattern_ops'),
  collation: fc.constantFrom(null, 'C'),
});

const indexOf = (postgres: boolean): fc.Arbitrary<Omit<IndexModel, 'name'>> =>
  fc.record({
    keys: fc.array(indexKeys, { minLength: 1, maxLength: 2 }),
    include: postgres ? included : fc.constant([]),
    unique: fc.boolean(),
    nulls: fc.constantFrom('distinct', 'not distinct' as const),
    method: postgres ? fc.constantFrom('btree', 'gin') : fc.constant('btree'),
    where: maybe(expressions),
    valid: postgres ? fc.boolean() : fc.constant(true),
  });

const foreignKeyOf: fc.Arbitrary<Omit<ForeignKeyModel, 'name'>> = fc.record({
  columns: columnNames,
  table: fc.constantFrom(...TABLES),
  references: columnNames,
  onDelete: actions,
  onUpdate: actions,
  match: fc.constantFrom('SIMPLE', 'FULL' as const),
  deferrable: deferrables,
  validated: fc.boolean(),
});

const checkOf: fc.Arbitrary<Omit<CheckModel, 'name'>> = fc.record({
  expression: expressions,
  validated: fc.boolean(),
});

const exclusionOf: fc.Arbitrary<Omit<ExclusionModel, 'name'>> = fc.record({
  method: fc.constantFrom('gist', 'btree'),
  elements: fc.array(fc.record({ expression: expressions, operator: fc.constantFrom('=', '&&') }), {
    minLength: 1,
    maxLength: 2,
  }),
  where: maybe(expressions),
  deferrable: deferrables,
});

/** SQLite keeps no name of a primary key, and names of other constraints only where they were given. */
function tableOf(postgres: boolean): fc.Arbitrary<Omit<TableModel, 'name'>> {
  const unnamed = { unnamed: !postgres };
  const columns = fc.uniqueArray(fc.tuple(fc.constantFrom(...COLUMNS), columnOf(postgres)), {
    maxLength: 4,
    selector: ([name]) => name,
  });
  const names = postgres ? fc.constantFrom('pk', 'pk2') : fc.constant(null);
  return fc.record({
    persistence: postgres
      ? fc.constantFrom('permanent', 'unlogged' as const)
      : fc.constant('permanent' as const),
    comment: postgres ? fc.constantFrom(null, 'a note', 'null') : fc.constant(null),
    options: postgres ? fc.constant(null) : fc.constantFrom(null, 'STRICT', 'WITHOUT ROWID'),
    columns: columns.map((list) => list.map(([name, rest]) => ({ name, ...rest }))),
    // No key of a primary key is null.
    primaryKey: maybe(
      fc.tuple(names, keyOf(postgres)).map(([name, rest]) => ({ name, ...rest, nulls: 'distinct' as const })),
    ),
    uniques: listOf<KeyModel>(keyOf(postgres), unnamed),
    indexes: listOf<IndexModel>(indexOf(postgres), { unnamed: false }),
    foreignKeys: listOf<ForeignKeyModel>(foreignKeyOf, unnamed),
    checks: listOf<CheckModel>(checkOf, unnamed),
    exclusions: postgres ? listOf<ExclusionModel>(exclusionOf, { unnamed: false }) : fc.constant([]),
  });
}

const enums: fc.Arbitrary<readonly EnumModel[]> = fc.uniqueArray(
  fc.record({
    name: fc.constantFrom('mood', 'audit.mood', 'size'),
    values: fc.uniqueArray(fc.constantFrom('A', 'B', 'null'), { minLength: 1 }),
  }),
  { maxLength: 2, selector: ({ name }) => name },
);

/** Schemas in no particular order. */
export function untidySchemas(dialect: DialectName): fc.Arbitrary<SchemaModel> {
  const postgres = dialect === 'postgres';
  const tables = fc.uniqueArray(fc.tuple(fc.constantFrom(...TABLES), tableOf(postgres)), {
    maxLength: 3,
    selector: ([name]) => name,
  });
  return fc.record({
    dialect: fc.constant(dialect),
    tables: tables.map((list) => list.map(([name, rest]) => ({ name, ...rest }))),
    enums: postgres ? enums : fc.constant([]),
  });
}

/** Two normalised schemas of one dialect: drawn apart, or the second made from the first by something small. */
export function pairsOfSchemas(dialect: DialectName): fc.Arbitrary<readonly [SchemaModel, SchemaModel]> {
  const schemas = untidySchemas(dialect).map(normalise);
  const edited = fc
    .tuple(schemas, fc.array(edits, { minLength: 1, maxLength: 4 }))
    .map(([before, list]) => [before, normalise(list.reduce(edit, before))] as const);
  const mixed = fc
    .tuple(schemas, schemas, fc.nat(50))
    .map(([before, other, at]) => [before, normalise(withFieldsOf(before, other, at))] as const);
  return fc.oneof(fc.tuple(schemas, schemas), edited, mixed);
}

/** The schema in which one field of some parts has the value from another schema: they differ in one aspect. */
function withFieldsOf(schema: SchemaModel, other: SchemaModel, at: number): SchemaModel {
  const mix = (parts: readonly Named[], others: readonly Named[]): readonly Named[] =>
    parts.map((part, index) => {
      const fields = Object.keys(part).filter((field) => field !== 'name');
      const field = fields[at % fields.length] ?? '';
      const value = others[index]?.[field];
      return value === undefined ? part : { ...part, [field]: value };
    });
  const tables = schema.tables.map((table, index) => {
    const from = other.tables[index];
    const lists = LISTS.map((list) => [list, mix(named(table[list]), named(from?.[list] ?? []))] as const);
    const [primaryKey = null] = table.primaryKey
      ? mix(named([table.primaryKey]), named(from?.primaryKey ? [from.primaryKey] : []))
      : [];
    return { ...table, ...Object.fromEntries(lists), primaryKey } as TableModel;
  });
  return { ...schema, tables };
}

const LISTS = ['columns', 'uniques', 'indexes', 'foreignKeys', 'checks', 'exclusions'] as const;

function named(parts: unknown): readonly Named[] {
  return parts as readonly Named[];
}

interface Edit {
  readonly what: 'rename' | 'recreate' | 'double' | 'swap' | 'drop';
  readonly list: 'uniques' | 'indexes' | 'foreignKeys' | 'checks' | 'exclusions';
}

const edits: fc.Arbitrary<Edit> = fc.record({
  what: fc.constantFrom('rename', 'recreate', 'double', 'swap', 'drop'),
  list: fc.constantFrom('uniques', 'indexes', 'foreignKeys', 'checks', 'exclusions'),
});

type Named = Readonly<Record<string, unknown>> & { readonly name: string | null };

function edit(schema: SchemaModel, { what, list }: Edit): SchemaModel {
  return {
    ...schema,
    tables: schema.tables.map((table) => ({
      ...table,
      [list]: EDITS[what](named(table[list])),
    })),
  };
}

/** Typical edits of constraints, by the first and the last of a list. */
const EDITS: Readonly<Record<Edit['what'], (parts: readonly Named[]) => readonly Named[]>> = {
  rename: ([first, ...rest]) => (first ? [{ ...first, name: 'renamed' }, ...rest] : rest),
  // A part is renamed, and another one is created under its old name.
  recreate: ([first, ...rest]) => {
    const other = rest.at(-1) ?? first;
    return first && other ? [{ ...first, name: 'moved' }, { ...other, name: first.name }, ...rest] : rest;
  },
  // An unnamed part twice; a named one loses its name, which only SQLite may have.
  double: ([first, ...rest]) =>
    first?.name === null ? [first, first, ...rest] : first ? [first, ...rest] : [],
  swap: (parts) => {
    const [first, ...rest] = parts;
    const last = rest.pop();
    return first && last ? [{ ...first, name: last.name }, ...rest, { ...last, name: first.name }] : parts;
  },
  drop: (parts) => parts.slice(1),
};
