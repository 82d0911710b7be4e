import type { EntitySchemaColumnOptions } from 'typeorm';
import { quoteIdentifier } from '../../../../src/sql/quote.js';
import { entity } from '../../drift/no-false-alarm-database.js';
import { columnOf, type Column, type Condition, type Exclusion, type Model, type Table } from './model.js';
import type { Entities } from './run.js';
import { viewEntity } from './view-entities.js';

/** A column besides those of the model, by the id of its table. */
export type MoreColumns = ReadonlyMap<string, EntitySchemaColumnOptions>;

/**
 * The entities of a model. Their names and those of their properties are ids, so that only the database sees a name.
 */
export function entitiesOf(model: Model, more: MoreColumns = new Map()): Entities {
  const tables = model.tables.map((table) => entityOf(table, more.get(table.id)));
  return [...tables, ...model.views.map((view) => viewEntity(view, model))];
}

function entityOf(table: Table, spot: EntitySchemaColumnOptions | undefined): Entities[number] {
  const columns = inKeyOrder(table).map((column) => [column.id, optionsOf(column, table)] as const);
  const all = { ...Object.fromEntries(columns), ...(spot ? { spot } : {}) };
  return entity(table.id, all, {
    tableName: table.name,
    withoutRowid: table.withoutRowid,
    uniques: table.uniques.map(({ name, columns: ids }) => ({ ...named(name), columns: [...ids] })),
    indices: table.indexes.map(({ name, columns: ids, unique, where }) => ({
      ...named(name),
      columns: [...ids],
      unique,
      ...(where ? { where: predicate(where, table) } : {}),
    })),
    checks: table.checks.map(({ name, condition }) => ({ name, expression: tautology(condition, table) })),
    exclusions: table.exclusions.map((one) => ({ name: one.name, expression: exclusion(one, table) })),
    foreignKeys: table.foreignKeys.map((key) => ({
      ...named(key.name),
      target: key.target,
      columnNames: [...key.columns],
      referencedColumnNames: [...key.references],
      onDelete: key.onDelete,
    })),
  });
}

/** TypeORM takes the order of a key from the order of its columns. */
function inKeyOrder({ columns, key }: Table): readonly Column[] {
  const place = ({ id }: Column) => (key.includes(id) ? key.indexOf(id) : key.length);
  return [...columns].sort((a, b) => place(a) - place(b));
}

function named(name: string | null): { readonly name?: string } {
  return name === null ? {} : { name };
}

function optionsOf(column: Column, table: Table): EntitySchemaColumnOptions {
  const isKey = table.key.includes(column.id);
  return {
    name: column.name,
    ...typeOf(column),
    nullable: column.nullable && !isKey,
    ...(isKey
      ? { primary: true, ...(table.keyName === null ? {} : { primaryKeyConstraintName: table.keyName }) }
      : {}),
    ...(column.numbered ? { generated: 'increment' as const } : {}),
    ...(column.default === null ? {} : { default: defaultOf(column) }),
    ...(column.comment === null ? {} : { comment: column.comment }),
    ...(column.computed === null
      ? {}
      : { asExpression: computation(column, table), generatedType: 'STORED' as const }),
  };
}

function typeOf({ kind, size, scale, values, sharedEnum }: Column): EntitySchemaColumnOptions {
  switch (kind) {
    case 'varchar':
      return { type: kind, length: size };
    case 'numeric':
      return { type: kind, precision: size, scale };
    case 'instant':
      return { type: Date };
    case 'enum': {
      const list = values.map(({ name }) => name.replaceAll("'", "''"));
      return { type: 'simple-enum', enum: list, ...(sharedEnum === null ? {} : { enumName: sharedEnum }) };
    }
    default:
      return { type: kind };
  }
}

function defaultOf(column: Column): unknown {
  if (column.default === 'random') return () => 'random()';
  if (column.default === 'now') return () => 'CURRENT_TIMESTAMP';
  const [constant, other] = constantsOf(column);
  return column.default === 'constant' ? constant : other;
}

/** Two values of a kind. TypeORM puts a text between quotes without escaping it. */
function constantsOf({ kind, values }: Column): readonly [unknown, unknown] {
  switch (kind) {
    case 'varchar':
    case 'text':
      return ['none', "it''s"];
    case 'simple-json':
    case 'json':
    case 'jsonb':
      return ['{}', '[]'];
    case 'boolean':
      return [true, false];
    case 'enum':
      return [escaped(values.at(0)?.name), escaped(values.at(-1)?.name)];
    default:
      return [0, -7];
  }
}

function escaped(text = ''): string {
  return text.replaceAll("'", "''");
}

/** A value for rows that have none, as SQL for both databases. */
export function valueFor(column: Column): string {
  if (column.kind === 'instant') return "'2024-05-06 07:08:09.000'";
  // Digits, so that down can convert them to a number.
  if (column.kind === 'text' || column.kind === 'varchar') return "'7'";
  const [constant] = constantsOf(column);
  return typeof constant === 'string' ? `'${constant}'` : String(constant);
}

const NUMBERS: readonly string[] = ['smallint', 'integer', 'bigint', 'numeric', 'double precision'];
const TEXTS: readonly string[] = ['varchar', 'text'];

/** A condition that some rows meet. */
export function predicate({ column: id, variant }: Condition, table: Table): string {
  const column = columnOf(table, id);
  const name = quoteIdentifier(column.name);
  if (NUMBERS.includes(column.kind))
    return [`${name} > 3`, `${name} <> 0`, `${name} IS NOT NULL`][variant] ?? '';
  if (TEXTS.includes(column.kind))
    return [`${name} <> 'x'`, `length(${name}) > 2`, `${name} IS NULL`][variant] ?? '';
  if (column.kind === 'boolean') return [name, `NOT ${name}`, `${name} IS NULL`][variant] ?? '';
  if (column.kind === 'enum')
    return `${name} ${variant === 0 ? '=' : '<>'} '${escaped(column.values.at(-variant)?.name)}'`;
  return `${name} IS NOT NULL`;
}

/** A condition that every row meets. */
function tautology(condition: Condition, table: Table): string {
  const text = predicate(condition, table);
  return `(${text}) OR NOT (${text})`;
}

function exclusion({ condition }: Exclusion, table: Table): string {
  const elements = table.key.map((id) => `${quoteIdentifier(columnOf(table, id).name)} WITH =`);
  return `USING btree (${elements.join(', ')}) WHERE (${predicate(condition, table)})`;
}

function computation({ computed, kind }: Column, table: Table): string {
  const source = columnOf(table, computed?.from ?? '');
  const name = quoteIdentifier(source.name);
  if (kind === 'boolean') return `${name} IS ${computed?.variant === 0 ? '' : 'NOT '}NULL`;
  const one = computed?.variant === 0 ? 1 : 2;
  if (source.kind === 'enum')
    return `CASE WHEN ${name} = '${escaped(source.values.at(0)?.name)}' THEN ${one} ELSE 3 END`;
  return NUMBERS.includes(source.kind) ? `coalesce(${name}, 0) * ${one}` : `length(${name}) + ${one}`;
}
