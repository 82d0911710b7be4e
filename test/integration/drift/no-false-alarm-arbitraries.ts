import fc from 'fast-check';
import type { EntitySchema, EntitySchemaColumnOptions } from 'typeorm';
import type { DialectName } from '../../../src/databases/registry.js';
import { conditions, type Typed } from './no-false-alarm-conditions.js';
import { columnKinds, type ColumnKind } from './no-false-alarm-kinds.js';
import { entity, type Rest } from './no-false-alarm-database.js';

/** A table of a generated model, as plain data, so that a counterexample can be read. */
export interface GeneratedTable {
  readonly name: string;
  readonly key: 'number' | 'uuid' | 'pair' | 'text';
  readonly columns: Readonly<Record<string, EntitySchemaColumnOptions>>;
  readonly checks: readonly { readonly name?: string; readonly expression: string }[];
  readonly indexes: readonly GeneratedIndex[];
  readonly uniques: readonly { readonly name?: string; readonly columns: readonly string[] }[];
  /** Table numbers; a number too large means the table itself. */
  readonly relations: Readonly<Record<string, GeneratedRelation>>;
}

interface GeneratedIndex {
  readonly name?: string;
  readonly columns: readonly string[];
  readonly unique: boolean;
  readonly where?: string;
}

interface GeneratedRelation {
  readonly target: number;
  readonly type: 'many-to-one' | 'one-to-one';
  readonly onDelete: 'CASCADE' | 'SET NULL' | 'RESTRICT' | 'NO ACTION';
  readonly nullable: boolean;
}

const NAMES = ['state', 'Amount', 'order', 'a b', 'größe', 'group', '50 %', 'x', 'createdAt', 'null', 'key'];
const TABLES = ['job', 'User', 'two words', 'table', 'Prüfung', 'x_y', 'CamelCase', 'select'];

/** Models of some tables each. */
export function models(dialect: DialectName): fc.Arbitrary<readonly GeneratedTable[]> {
  const names = fc.uniqueArray(fc.constantFrom(...TABLES), { minLength: 2, maxLength: 5 });
  return names.chain((list) => fc.tuple(...list.map((name) => table(name, dialect))));
}

/** The entities of a model. */
export function entitiesOf(model: readonly GeneratedTable[]): EntitySchema[] {
  return model.map((one) => entity(one.name, { ...keyOf(one.key), ...one.columns }, restOf(one, model)));
}

function table(name: string, dialect: DialectName): fc.Arbitrary<GeneratedTable> {
  const columns = fc
    .uniqueArray(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 7 })
    .chain((list) =>
      fc.tuple(...list.map((column) => columnKinds(dialect).map((kind) => [column, kind] as const))),
    );
  return columns.chain((list) => tableOf(name, list));
}

function tableOf(
  name: string,
  columns: readonly (readonly [string, ColumnKind])[],
): fc.Arbitrary<GeneratedTable> {
  const typed = columns.map(([column, { means, options }]) => ({
    column,
    means,
    nullable: options.nullable === true,
  }));
  return fc.record({
    name: fc.constant(name),
    key: fc.constantFrom('number', 'uuid', 'pair', 'text'),
    columns: fc.constant(Object.fromEntries(columns.map(([column, { options }]) => [column, options]))),
    checks: checks(typed),
    indexes: indexes(name, typed),
    uniques: uniques(
      name,
      typed.filter(
        ({ column }) => !columns.some(([other, { options }]) => other === column && options.unique),
      ),
    ),
    relations: fc.dictionary(fc.constantFrom('parent', 'Owner', 'made by'), relation(), { maxKeys: 2 }),
  });
}

function checks(columns: readonly Typed[]): fc.Arbitrary<GeneratedTable['checks']> {
  const list = fc.uniqueArray(conditions(columns), { maxLength: 3 });
  return fc
    .tuple(list, fc.boolean())
    .map(([texts, named]) =>
      texts.map((expression, index) => (named ? { name: `check ${index}`, expression } : { expression })),
    );
}

function indexes(table: string, columns: readonly Typed[]): fc.Arbitrary<GeneratedTable['indexes']> {
  const indexable = columns.filter(({ means }) => means !== 'opaque').map(({ column }) => column);
  if (indexable.length === 0) return fc.constant([]);
  const one = fc.record(
    {
      name: fc.constant(''),
      columns: some(indexable),
      unique: fc.boolean(),
      where: conditions(columns),
    },
    { requiredKeys: ['columns', 'unique'] },
  );
  const lists = fc.uniqueArray(one, { maxLength: 3, selector: (index) => setOf(index.columns) });
  return lists.map((list) =>
    list.map((index, number) => ('name' in index ? { ...index, name: `ix ${table} ${number}` } : index)),
  );
}

/** Names of PostgreSQL's indexes, those of constraints among them, are shared by all tables. */
function uniques(table: string, columns: readonly Typed[]): fc.Arbitrary<GeneratedTable['uniques']> {
  const usable = columns.filter(({ means }) => means !== 'opaque').map(({ column }) => column);
  if (usable.length === 0) return fc.constant([]);
  const one = some(usable);
  const lists = fc.uniqueArray(one, { maxLength: 2, selector: setOf });
  return fc
    .tuple(lists, fc.boolean())
    .map(([list, named]) =>
      list.map((names, number) =>
        named ? { name: `uq ${table} ${number}`, columns: names } : { columns: names },
      ),
    );
}

function some(columns: readonly string[]): fc.Arbitrary<string[]> {
  return fc.shuffledSubarray([...columns], { minLength: 1, maxLength: Math.min(3, columns.length) });
}

/** TypeORM derives one name from the same columns in any order. */
function setOf(columns: readonly string[]): string {
  return [...columns].sort().join();
}

function relation(): fc.Arbitrary<GeneratedRelation> {
  return fc.record({
    target: fc.nat({ max: 7 }),
    type: fc.constantFrom('many-to-one', 'one-to-one'),
    onDelete: fc.constantFrom('CASCADE', 'SET NULL', 'RESTRICT', 'NO ACTION'),
    nullable: fc.boolean(),
  });
}

function keyOf(key: GeneratedTable['key']): Record<string, EntitySchemaColumnOptions> {
  if (key === 'pair')
    return { first: { type: 'integer', primary: true }, second: { type: 'varchar', primary: true } };
  if (key === 'text') return { code: { type: 'varchar', length: 12, primary: true } };
  return key === 'uuid'
    ? { id: { type: 'uuid', primary: true, generated: 'uuid' } }
    : { id: { type: 'integer', primary: true, generated: 'increment' } };
}

function restOf(one: GeneratedTable, model: readonly GeneratedTable[]): Rest {
  const relations = Object.entries(one.relations).map(([name, { nullable, target, ...rest }]) => {
    // TypeORM wants a way out of every circle of tables.
    const isBack = target >= model.indexOf(one);
    const targetName = (model[target] ?? one).name;
    return [name, { ...rest, target: targetName, joinColumn: true, nullable: nullable || isBack }] as const;
  });
  return {
    checks: [...one.checks],
    indices: one.indexes.map((index) => ({ ...index, columns: [...index.columns] })),
    uniques: one.uniques.map((unique) => ({ ...unique, columns: [...unique.columns] })),
    relations: Object.fromEntries(relations),
  };
}
