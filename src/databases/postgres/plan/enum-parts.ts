import type {
  CheckModel,
  ColumnModel,
  ExclusionModel,
  ForeignKeyModel,
  IndexModel,
  KeyModel,
  TableModel,
} from '../../../schema/model.js';
import { quoteIdentifier } from '../../../sql/quote.js';
import { allowing, alterTable, statement, type Statement } from '../../../sql/statement.js';
import type { SetAside } from './attached/operations.js';
import { propertiesAgain } from './attached/part-properties.js';
import { columnsOfType, computedFrom } from './attached/touched.js';
import { filling } from './columns.js';
import type { PostgresContext } from './context.js';
import { nameOf } from './part-of-table.js';
import { inlineConstraint } from './constraints.js';
import { expressionsOf, isMadeOf } from './coexistence.js';
import { unvalidatedNotNull } from './not-null.js';
import { check, exclusion, notValid, type PostgresNames } from './sql.js';
import { elementMentions, elementNamesType, mentions, namesType } from './sql-reader.js';
import { commentOnColumn } from './tables.js';

const IN_REWRITE = 'this transaction rewrites the table anyway';

/** A part as the statements that drop it and create it again. */
interface PartAgain {
  readonly table?: string;
  /** Of an index or a constraint. */
  readonly name?: string | null;
  readonly drop: Statement;
  readonly create: readonly Statement[];
}

/** A table whose columns are of a type, and the columns that are computed from them. */
interface TypedTable {
  readonly names: PostgresNames;
  readonly table: TableModel;
  readonly type: string;
  readonly path: string;
  readonly computed: readonly ColumnModel[];
  /** Columns of the type, as `table.column`. */
  readonly ofType: ReadonlySet<string>;
  /** The same, and those that are computed from them. */
  readonly all: ReadonlySet<string>;
}

/**
 * The parts of tables that use a type which is created again: those that are made of columns that are computed from its
 * values, and those whose expressions use it. PostgreSQL itself builds indexes and keys of the columns alone again.
 */
export function partsOfType(
  { names, properties }: Pick<PostgresContext, 'names' | 'properties'>,
  tables: readonly TableModel[],
  type: string,
): SetAside {
  const { retyped, recomputed } = columnsOfType(tables, type);
  const all = new Set([...retyped, ...recomputed]);
  const typed = tables.map((table): TypedTable => {
    const computed = computedFrom(table, type);
    return { names, table, type, path: names.path(table.name), computed, ofType: retyped, all };
  });
  const parts = [
    ...typed.flatMap(foreignKeysOf),
    ...typed.flatMap((one) => [...exclusionsOf(one), ...checksOf(one), ...indexesOf(one), ...keysOf(one)]),
    ...typed.flatMap(computedOf),
  ];
  return {
    drop: parts.map(({ drop }) => drop),
    create: parts.toReversed().flatMap(({ create, table, name }) => {
      const own = properties.find((one) => one.table === table && one.name === name);
      return own ? [...create, ...propertiesAgain(names, own)] : create;
    }),
  };
}

/** Whether an expression uses the type, or a column of it, or one that is computed from one. */
function uses({ table, type, all }: TypedTable, sql: string): boolean {
  return (
    namesType(sql, type) ||
    table.columns.some(({ name }) => all.has(`${table.name}.${name}`) && mentions(sql, name))
  );
}

function foreignKeysOf({ names, table, path, all }: TypedTable): readonly PartAgain[] {
  const isOf = (key: ForeignKeyModel) =>
    key.columns.some((column) => all.has(`${table.name}.${column}`)) ||
    key.references.some((column) => all.has(`${key.table}.${column}`));
  return table.foreignKeys.filter(isOf).map((model) => {
    const name = nameOf('foreign-key', model);
    const add = alterTable(path, `ADD CONSTRAINT ${name} ${names.foreignKey(model)}${notValid(model)}`);
    return {
      ...{ table: table.name, name: model.name },
      drop: alterTable(path, `DROP CONSTRAINT ${name}`),
      create: [model.validated ? allowing('add-foreign-key-validated', IN_REWRITE, add) : add],
    };
  });
}

function exclusionsOf(of: TypedTable): readonly PartAgain[] {
  const isOf = ({ elements, where }: ExclusionModel) =>
    (where !== null && uses(of, where.sql)) ||
    elements.some(({ expression: { sql } }) => usesElement(of, sql));
  return of.table.exclusions.filter(isOf).map((model) => {
    const name = nameOf('exclusion', model);
    const add = alterTable(of.path, `ADD CONSTRAINT ${name} ${exclusion(model)}`);
    return {
      ...{ table: of.table.name, name: model.name },
      drop: alterTable(of.path, `DROP CONSTRAINT ${name}`),
      create: [allowing('add-unique-constraint', IN_REWRITE, add)],
    };
  });
}

function usesElement({ table, type, all }: TypedTable, sql: string): boolean {
  return (
    elementNamesType(sql, type) ||
    table.columns.some(({ name }) => all.has(`${table.name}.${name}`) && elementMentions(sql, name))
  );
}

function checksOf(of: TypedTable): readonly PartAgain[] {
  const isOf = ({ expression }: CheckModel) => uses(of, expression.sql);
  return of.table.checks.filter(isOf).map((model) => {
    const name = nameOf('check', model);
    const add = alterTable(of.path, `ADD CONSTRAINT ${name} ${check(model)}${notValid(model)}`);
    return {
      ...{ table: of.table.name, name: model.name },
      drop: alterTable(of.path, `DROP CONSTRAINT ${name}`),
      create: [model.validated ? allowing('add-check-validated', IN_REWRITE, add) : add],
    };
  });
}

function indexesOf(of: TypedTable): readonly PartAgain[] {
  const { names, table, computed } = of;
  const isOf = (index: IndexModel) =>
    expressionsOf(index).some((sql) => uses(of, sql)) || computed.some(({ name }) => isMadeOf(index, name));
  return table.indexes.filter(isOf).map((index) => ({
    ...{ table: table.name, name: index.name },
    drop: allowing(
      'drop-index-blocking',
      IN_REWRITE,
      statement(`DROP INDEX ${names.indexPath(table.name, index.name)}`),
    ),
    create: [
      allowing(
        'create-index-blocking',
        IN_REWRITE,
        statement(names.createIndex(table.name, index, { concurrently: false })),
      ),
    ],
  }));
}

function keysOf({ table, path, computed }: TypedTable): readonly PartAgain[] {
  const keys = [
    ...(table.primaryKey ? [['PRIMARY KEY', 'primary-key', table.primaryKey] as const] : []),
    ...table.uniques.map((unique) => ['UNIQUE', 'unique', unique] as const),
  ];
  const isOf = (key: KeyModel) => computed.some(({ name }) => isMadeOf(key, name));
  return keys
    .filter(([, , key]) => isOf(key))
    .map(([kind, part, key]) => ({
      ...{ table: table.name, name: key.name },
      drop: alterTable(path, `DROP CONSTRAINT ${nameOf(part, key)}`),
      create: [
        allowing('add-unique-constraint', IN_REWRITE, alterTable(path, `ADD ${inlineConstraint(kind, key)}`)),
      ],
    }));
}

function computedOf({ names, table, path, computed }: TypedTable): readonly PartAgain[] {
  return computed.map((column) => ({
    drop: alterTable(path, `DROP COLUMN ${quoteIdentifier(column.name)}`, { hazards: ['drop-column'] }),
    create: [
      filling(column, alterTable(path, `ADD COLUMN ${names.column(column)}`)),
      ...unvalidatedNotNull(path, column),
      ...(column.comment === null
        ? []
        : [commentOnColumn(names, { table: table.name, column: column.name, comment: column.comment })]),
    ],
  }));
}
