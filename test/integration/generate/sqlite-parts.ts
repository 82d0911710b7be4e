import fc from 'fast-check';
import {
  raw,
  type CheckModel,
  type ColumnModel,
  type ForeignKeyAction,
  type ForeignKeyModel,
  type IndexModel,
  type KeyModel,
} from '../../../src/schema/model.js';
import { column, index, indexKey, key } from '../../unit/schema/samples.js';

/** A table before it is made realisable: it may have every part, compatible with the others or not. */
export interface Sketch {
  readonly columns: readonly (ColumnModel | null)[];
  readonly key: readonly string[];
  readonly numbered: boolean;
  readonly options: string | null;
  readonly uniques: readonly (KeyModel | null)[];
  readonly checks: readonly (CheckModel | null)[];
  readonly values: CheckModel | null;
  readonly foreignKey: ForeignKeyModel | null;
  readonly indexes: readonly (IndexModel | null)[];
}

/** Names of tables; the second is a name that has to be quoted, and every one may be the parent of any other. */
export const TABLES = ['jobs', `odd "name"`, 'workers'] as const;

const maybe = <T>(value: fc.Arbitrary<T>, freq = 3) => fc.option(value, { nil: null, freq });
const oneOf = <T>(...values: readonly T[]) => fc.constantFrom(...values);

interface Variants {
  readonly types: readonly string[];
  readonly defaults: readonly (string | null)[];
  readonly collations?: readonly (string | null)[];
}

const variants = (
  name: string,
  { types, defaults, collations = [null] }: Variants,
): fc.Arbitrary<ColumnModel> =>
  fc
    .record({
      type: oneOf(...types),
      nullable: fc.boolean(),
      default: oneOf(...defaults).map((sql) => (sql === null ? null : raw(sql))),
      collation: oneOf(...collations),
    })
    .map((changes) => column(name, changes));

/** Computed, of one expression or another, or an ordinary column. */
const computed: fc.Arbitrary<ColumnModel> = fc
  .tuple(oneOf('"id" * 2', '"a" + 1', null), oneOf('stored' as const, 'virtual' as const))
  .map(([sql, storage]) =>
    column('twice', {
      nullable: true,
      generated: sql === null ? null : raw(sql),
      storage: sql === null ? null : storage,
    }),
  );

/** Values that rows have go with every variant: so a copy loses nothing, both ways. */
const columns: fc.Arbitrary<Sketch['columns']> = fc.tuple(
  variants('id', { types: ['integer', 'bigint'], defaults: [null] }).map((model) => ({
    ...model,
    nullable: false,
  })),
  maybe(variants('a', { types: ['integer', 'bigint'], defaults: [null, '5', '(2 + 3)'] })),
  maybe(
    variants('name', {
      types: ['varchar(50)', 'varchar(100)', 'text'],
      defaults: [null, "'none'", "lower('X')"],
      collations: [null, 'NOCASE'],
    }),
  ),
  maybe(variants('status', { types: ['varchar'], defaults: [null, "'A'"] })),
  maybe(
    variants('parent_id', { types: ['integer'], defaults: [null] }).map((model) => ({
      ...model,
      nullable: true,
    })),
    9,
  ),
  maybe(computed),
  maybe(variants('rowid', { types: ['text'], defaults: [null, "'it''s'"] }), 2),
);

const KEYS: readonly (readonly string[])[] = [['id'], ['a'], ['name'], ['a', 'id'], ['id', 'name'], []];

const uniqueOf = (name: string | null) =>
  oneOf<readonly string[]>(['a'], ['name'], ['a', 'name'], ['id'], ['name', 'id']).map((list) =>
    key(name, ...list),
  );

const uniques: fc.Arbitrary<Sketch['uniques']> = fc.tuple(
  maybe(uniqueOf('uq_1'), 2),
  maybe(uniqueOf('uq_2'), 2),
  maybe(uniqueOf(null), 2),
);

const checkOf = (name: string | null, ...list: readonly string[]): fc.Arbitrary<CheckModel> =>
  oneOf(...list).map((sql) => ({ name, expression: raw(sql), validated: true }));

const checks: fc.Arbitrary<Sketch['checks']> = fc.tuple(
  maybe(checkOf('ck_1', '"a" > 0', '"a" > 0 OR "a" IS NULL', 'id > 0'), 2),
  maybe(checkOf('ck_2', `"name" <> ''`, '"id" BETWEEN 0 AND 100000'), 2),
  maybe(checkOf(null, '"a" <> 7', 'length("name") < 50'), 2),
);

const values = maybe(
  checkOf(
    null,
    `"status" IN ('A','B')`,
    `"status" IN ('B','A')`,
    `"status" IN ('A','B','it''s')`,
    `"status" IN ('C','A','B')`,
  ),
);

const actions = oneOf<ForeignKeyAction>('NO ACTION', 'RESTRICT', 'CASCADE', 'SET NULL', 'SET DEFAULT');
const foreignKeys: fc.Arbitrary<ForeignKeyModel> = fc.record({
  name: oneOf('fk_parent', 'fk_parent', 'fk_other', null),
  columns: fc.constant(['parent_id']),
  table: oneOf(TABLES[0], ...TABLES),
  references: fc.constant(['id']),
  onDelete: actions,
  onUpdate: actions,
  match: fc.constant('SIMPLE' as const),
  deferrable: oneOf(null, null, 'INITIALLY IMMEDIATE' as const, 'INITIALLY DEFERRED' as const),
  validated: fc.constant(true),
});

const indexKeys = fc.array(
  fc.oneof(
    fc
      .tuple(
        oneOf('id', 'a', 'name', 'status', 'twice'),
        oneOf('ASC' as const, 'DESC' as const),
        oneOf(null, null, 'RTRIM'),
      )
      .map(([name, order, collation]) =>
        indexKey(name, { order, nulls: order === 'ASC' ? 'LAST' : 'FIRST', collation }),
      ),
    oneOf('lower("name")', '"a" + 1').map((expression) => indexKey('', { column: null, expression })),
  ),
  { minLength: 1, maxLength: 2 },
);

const indexOf = (name: string): fc.Arbitrary<IndexModel> =>
  fc
    .record({
      keys: indexKeys,
      unique: fc.boolean(),
      where: oneOf(null, null, '"a" > 10', 'name IS NOT NULL').map((sql) => (sql === null ? null : raw(sql))),
    })
    .map((changes) => index(name, changes));

/** The last name may be on any table, and change tables. */
const indexes: fc.Arbitrary<Sketch['indexes']> = fc.tuple(
  maybe(indexOf('ix_1'), 2),
  maybe(indexOf('ix_2'), 2),
  maybe(indexOf('ix_anywhere'), 2),
);

/** A table of any shape. */
export const sketches: fc.Arbitrary<Sketch> = fc.record({
  columns,
  key: oneOf(...KEYS, ['id'], ['id'], ['id']),
  numbered: fc.boolean(),
  options: oneOf(null, null, null, 'WITHOUT ROWID', 'STRICT', 'STRICT, WITHOUT ROWID'),
  uniques,
  checks,
  values,
  foreignKey: maybe(foreignKeys, 6),
  indexes,
});
