/** Describes the entities of a DataSource as a schema, from TypeORM's metadata. */

import { Table, TableForeignKey, type DataSource, type EntityMetadata } from 'typeorm';
import type { Driver } from 'typeorm/driver/Driver.js';
import { parseExclusion } from '../schema/exclusion.js';
import {
  raw,
  type CheckModel,
  type Deferrable,
  type EnumModel,
  type ForeignKeyAction,
  type ForeignKeyModel,
  type IndexModel,
  type KeyModel,
  type SchemaModel,
  type TableModel,
  type ViewModel,
} from '../schema/model.js';
import { databaseOf } from '../databases/registry.js';
import { recordTableNames } from '../schema/record-tables.js';
import type { ColumnRules } from '../databases/column-rules.js';
import { describeColumn } from './describe-column.js';
import { isManaged, isManagedView } from './managed.js';

/** The schema of the entities, and the parts of it that are not compared. */
export interface Description {
  readonly schema: SchemaModel;
  /** Every schema that contains an entity, the default one first. */
  readonly schemas: readonly string[];
  /** Entities excluded with `synchronize: false`, and the tables that TypeORM keeps for itself. */
  readonly passedOver: {
    readonly tables: readonly string[];
    readonly indexes: readonly string[];
    readonly enums: readonly string[];
  };
  /** Views, which are not part of the schema: TypeORM records their texts in a table of its own. */
  readonly views: readonly ViewModel[];
}

interface Context {
  readonly dataSource: DataSource;
  readonly driver: Driver;
  readonly rules: ColumnRules;
  readonly defaultSchema: string;
}

/** What the entities of a connected DataSource declare, by the rules of its database. */
export function describeEntities(dataSource: DataSource): Description {
  const database = databaseOf(dataSource);
  return describe(dataSource, database.catalog.columns, database.defaultSchema(dataSource));
}

/**
 * Describes the schema of the entities of a connected DataSource, from TypeORM's own model of the tables it would
 * create, so that embedded columns, inheritance, join tables and naming strategies are already resolved.
 *
 * @param defaultSchema the schema of names without one
 */
export function describe(dataSource: DataSource, rules: ColumnRules, defaultSchema: string): Description {
  const remembered = { ...rules, canonicalizeType: remembering(rules.canonicalizeType) };
  const context = { dataSource, driver: dataSource.driver, rules: remembered, defaultSchema };
  const managed = dataSource.entityMetadatas.filter(isManaged);
  const views = dataSource.entityMetadatas.filter(isManagedView);
  const tables = managed.map((metadata) => ({ metadata, table: Table.create(metadata, dataSource.driver) }));
  const enums = tables.flatMap(({ table }) => enumsOf(context, table));
  return {
    schema: {
      dialect: rules.dialect,
      tables: tables.map(({ metadata, table }) => describeTable(context, metadata, table)),
      enums: [...new Map(enums.map((model) => [model.name, model])).values()],
    },
    schemas: [
      ...new Set([defaultSchema, ...[...managed, ...views].map(({ schema }) => schema ?? defaultSchema)]),
    ],
    passedOver: passedOver(context),
    views: views.map((metadata) => viewOf(context, metadata)),
  };
}

/** Thousands of columns have a dozen types between them. */
function remembering(canonicalize: (text: string) => string): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    if (!known.has(text)) known.set(text, canonicalize(text));
    return known.get(text) ?? '';
  };
}

function describeTable(context: Context, metadata: EntityMetadata, table: Table): TableModel {
  return {
    name: qualify(context, metadata.schema, metadata.tableName),
    persistence: 'permanent',
    comment: context.rules.comments ? metadata.comment || null : null,
    options: context.rules.tableOptions(metadata),
    columns: table.columns.map((column) =>
      describeColumn(column, context.driver, {
        rules: context.rules,
        enumName: column.enum ? enumNameOf(context, table, column) : '',
      }),
    ),
    ...keysOf(context, table),
    indexes: table.indices.map((index) => indexOf(context, index)),
    foreignKeys: metadata.foreignKeys.map((foreignKey) =>
      foreignKeyOf(context, TableForeignKey.create(foreignKey, context.driver)),
    ),
    checks: [...table.checks.map((check) => checkOf(context, check)), ...enumChecksOf(context, table)],
    exclusions: table.exclusions.map(({ name, expression }) => ({
      name: name === undefined ? null : context.rules.canonicalizeName(name),
      ...parseExclusion(expression ?? ''),
      deferrable: null,
    })),
  };
}

/** `schema.table`, without the schema where that is the default one. */
function qualify({ defaultSchema, rules }: Context, schema: string | undefined, name: string): string {
  const own = rules.canonicalizeName(name);
  return schema === undefined || schema === defaultSchema ? own : `${rules.canonicalizeName(schema)}.${own}`;
}

/**
 * SQLite numbers a column only where it is the whole primary key. The numbered column becomes that, and the key of the
 * entity becomes a unique constraint: so TypeORM can save without a number, and a foreign key finds its target.
 * https://www.sqlite.org/autoinc.html
 */
function keysOf(context: Context, table: Table): Pick<TableModel, 'primaryKey' | 'uniques'> {
  const [primaryKey, uniques] = [primaryKeyOf(context, table), uniquesOf(context, table)];
  const { dataSource, rules } = context;
  const isNumbered = (column: Table['columns'][number]) =>
    column.isPrimary && rules.identityOf(column) !== null;
  const numbered = table.columns.find(isNumbered);
  if (!primaryKey || primaryKey.columns.length === 1 || !numbered || rules.numbersInCompositeKeys)
    return { primaryKey, uniques };
  const name =
    numbered.primaryKeyConstraintName ??
    dataSource.namingStrategy.uniqueConstraintName(table, [...primaryKey.columns]);
  return {
    primaryKey: { ...primaryKey, columns: [rules.canonicalizeName(numbered.name)] },
    uniques: [...uniques, { ...primaryKey, name: rules.canonicalizeName(name) }],
  };
}

function primaryKeyOf({ dataSource, rules }: Context, table: Table): KeyModel | null {
  const columns = table.columns.filter((column) => column.isPrimary);
  const names = columns.map((column) => column.name);
  const name = columns[0]?.primaryKeyConstraintName ?? dataSource.namingStrategy.primaryKeyName(table, names);
  return names.length === 0
    ? null
    : {
        name: rules.namesPrimaryKeys ? rules.canonicalizeName(name) : null,
        columns: names.map(rules.canonicalizeName),
        include: [],
        deferrable: null,
        nulls: 'distinct',
      };
}

/**
 * TypeORM turns `unique: true` of a column into a constraint unless the table has it already; a repeated one counts
 * once.
 */
function uniquesOf({ dataSource, rules }: Context, table: Table): readonly KeyModel[] {
  const declared = table.uniques.map(({ name, columnNames, deferrable }) => ({
    name: name ?? null,
    columns: columnNames,
    deferrable: deferrableOf(deferrable),
  }));
  const single = table.columns.filter(
    (column) => column.isUnique && !declared.some(({ columns }) => columns.join('\0') === column.name),
  );
  const implied = single.map(({ name }) => ({
    name: dataSource.namingStrategy.uniqueConstraintName(table, [name]),
    columns: [name],
    deferrable: null,
  }));
  const keys = [...declared, ...implied].map((key) => uniqueOf(key, rules));
  return [...new Map(keys.map((key) => [JSON.stringify(key), key])).values()];
}

type Unique = Pick<KeyModel, 'name' | 'columns' | 'deferrable'>;

function uniqueOf({ name, columns, deferrable }: Unique, { canonicalizeName }: ColumnRules): KeyModel {
  return {
    name: name === null ? null : canonicalizeName(name),
    columns: columns.map(canonicalizeName),
    include: [],
    deferrable,
    nulls: 'distinct',
  };
}

function indexOf({ rules }: Context, index: Table['indices'][number]): IndexModel {
  const { type } = index as { readonly type?: string };
  return {
    name: rules.canonicalizeName(index.name ?? ''),
    keys: index.columnNames.map((column) => ({
      column: rules.canonicalizeName(column),
      expression: null,
      order: 'ASC',
      nulls: 'LAST',
      opclass: null,
      collation: null,
    })),
    include: [],
    unique: index.isUnique,
    nulls: 'distinct',
    method: type?.toLowerCase() ?? (index.isSpatial ? 'gist' : 'btree'),
    where: index.where ? raw(index.where) : null,
    valid: true,
  };
}

function foreignKeyOf(context: Context, foreignKey: TableForeignKey): ForeignKeyModel {
  const { canonicalizeName } = context.rules;
  const target = foreignKey.referencedTableName.split('.');
  return {
    name: foreignKey.name === undefined ? null : canonicalizeName(foreignKey.name),
    columns: foreignKey.columnNames.map(canonicalizeName),
    table: qualify(
      context,
      foreignKey.referencedSchema ?? (target.length > 1 ? target[0] : undefined),
      target.at(-1) ?? '',
    ),
    references: foreignKey.referencedColumnNames.map(canonicalizeName),
    onDelete: (foreignKey.onDelete ?? 'NO ACTION') as ForeignKeyAction,
    onUpdate: (foreignKey.onUpdate ?? 'NO ACTION') as ForeignKeyAction,
    match: 'SIMPLE',
    deferrable: deferrableOf(foreignKey.deferrable),
    validated: true,
  };
}

function deferrableOf(given: string | undefined): Deferrable {
  return given === 'INITIALLY DEFERRED' || given === 'INITIALLY IMMEDIATE' ? given : null;
}

function checkOf({ rules }: Context, { name, expression }: Table['checks'][number]): CheckModel {
  return {
    name: name === undefined ? null : rules.canonicalizeName(name),
    expression: raw(expression ?? ''),
    validated: true,
  };
}

/** Where there are no enumerated types, TypeORM writes a check without a name into the column. */
function enumChecksOf({ rules }: Context, table: Table): readonly CheckModel[] {
  return table.columns.flatMap(({ name, enum: values }) => (values && rules.enumCheck(name, values)) ?? []);
}

function enumsOf(context: Context, table: Table): readonly EnumModel[] {
  return table.columns.flatMap((column) => {
    if (!column.enum) return [];
    const name = enumNameOf(context, table, column);
    return context.rules.enumType(name) === null ? [] : { name, values: column.enum };
  });
}

/** TypeORM creates the type in the table's schema, under this name. */
function enumNameOf(context: Context, table: Table, column: Table['columns'][number]): string {
  const path = table.name.split('.');
  const name = column.enumName ?? `${path.at(-1) ?? ''}_${column.name.toLowerCase()}_enum`;
  return qualify(context, path.length > 1 ? path[0] : undefined, name);
}

function passedOver(context: Context): Description['passedOver'] {
  const { dataSource } = context;
  const { cache, migrationsTableName } = dataSource.options;
  const { migrations, runs, attempts } = recordTableNames(
    migrationsTableName,
    databaseOf(dataSource).capabilities.schemas,
  );
  const cacheTable = typeof cache === 'object' && 'tableName' in cache ? cache.tableName : undefined;
  const excluded = dataSource.entityMetadatas.filter(({ synchronize }) => !synchronize);
  const indexes = dataSource.entityMetadatas.flatMap((metadata) =>
    metadata.indices.filter(({ synchronize }) => !synchronize),
  );
  return {
    tables: [
      ...excluded.map((metadata) => qualify(context, metadata.schema, metadata.tableName)),
      ...[migrations, runs, attempts],
      dataSource.metadataTableName,
      cacheTable ?? 'query-result-cache',
    ],
    indexes: indexes.map(({ name }) => context.rules.canonicalizeName(name)),
    enums: excluded.flatMap((metadata) =>
      enumsOf(context, Table.create(metadata, dataSource.driver)).map(({ name }) => name),
    ),
  };
}

function viewOf(context: Context, metadata: EntityMetadata): ViewModel {
  const { expression, schema, tableName, tableMetadataArgs } = metadata;
  const text = typeof expression === 'function' ? expression(context.dataSource).getQuery() : expression;
  return {
    name: qualify(context, schema, tableName),
    text: (text ?? '').trim(),
    materialized: tableMetadataArgs.materialized === true,
  };
}
