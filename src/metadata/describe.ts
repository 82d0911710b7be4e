/** Describes the entities of a DataSource as a schema, from TypeORM's metadata. */

import {
  Table,
  TableForeignKey,
  TableIndex,
  type DataSource,
  type EntityMetadata,
  type TableColumn,
} from 'typeorm';
import { parseExclusion } from '../schema/exclusion.js';
import {
  raw,
  type CheckModel,
  type ExclusionModel,
  type ForeignKeyAction,
  type ForeignKeyModel,
  type IndexModel,
  type SchemaModel,
  type TableModel,
  type ViewModel,
} from '../schema/model.js';
import { databaseOf } from '../databases/registry.js';
import { recordTableNames } from '../schema/record-tables.js';
import type { ColumnRules } from '../databases/column-rules.js';
import { qualify, type Context } from './context.js';
import { assertEnumsDiffer, enumNameOf, enumsOf } from './describe-enums.js';
import { describeColumn, isEnumerated } from './describe-column.js';
import { withPartition } from './describe-partition.js';
import { deferrableOf, keysOf } from './describe-keys.js';
import { assertInMainFile, assertNamesDiffer } from './entity-places.js';
import { assertViewsBeside, isManagedView, managedEntities } from './managed.js';
import { oneOfEach } from './one-table.js';
import { oneOfEachView } from './one-view.js';

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
  const context = contextOf(dataSource, rules, defaultSchema);
  const managed = managedEntities(dataSource, defaultSchema);
  const views = dataSource.entityMetadatas.filter(isManagedView);
  assertViewsBeside(dataSource, views, defaultSchema);
  if (!rules.schemas) assertInMainFile(dataSource, managed);
  const tables = managed.map((metadata) => ({ metadata, table: Table.create(metadata, dataSource.driver) }));
  const enums = tables.flatMap(({ table }) => enumsOf(context, table));
  const models = oneOfEach(
    tables.map(({ metadata, table }) => ({
      table: describeTable(context, metadata, table),
      isJoin: metadata.isJunction,
    })),
  );
  assertNamesDiffer(context, tables);
  assertEnumsDiffer(context, tables);
  return {
    schema: {
      dialect: rules.dialect,
      tables: models,
      enums: [...new Map(enums.map((model) => [model.name, model])).values()],
    },
    schemas: schemasOf(context, [...managed, ...views]),
    passedOver: withoutManaged(passedOver(context), models),
    views: oneOfEachView(
      context,
      views.map((metadata) => ({ entity: metadata.name, view: viewOf(context, metadata) })),
    ),
  };
}

/** The tables of some entities of a connected DataSource, by the rules of its database. */
export function describeTables(
  dataSource: DataSource,
  entities: readonly EntityMetadata[],
): readonly TableModel[] {
  const database = databaseOf(dataSource);
  const context = contextOf(dataSource, database.catalog.columns, database.defaultSchema(dataSource));
  return entities.map((metadata) =>
    describeTable(context, metadata, Table.create(metadata, dataSource.driver)),
  );
}

function contextOf(dataSource: DataSource, rules: ColumnRules, defaultSchema: string): Context {
  const remembered = { ...rules, canonicalizeType: remembering(rules.canonicalizeType) };
  return { dataSource, driver: dataSource.driver, rules: remembered, defaultSchema };
}

function schemasOf(
  { rules, defaultSchema }: Context,
  metadatas: readonly EntityMetadata[],
): readonly string[] {
  const named = rules.schemas ? metadatas.map(({ schema }) => schema ?? defaultSchema) : [];
  return [...new Set([defaultSchema, ...named])];
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
  const defaults = new Map(metadata.columns.map((column) => [column.databaseName, column.default]));
  return withPartition(context, metadata, {
    name: qualify(context, metadata.schema, metadata.tableName),
    persistence: 'permanent',
    comment: context.rules.canonicalizeComment(metadata.comment ?? ''),
    options: context.rules.tableOptions(metadata),
    columns: table.columns.map((column) =>
      describeColumn(column, context.driver, {
        rules: context.rules,
        enumName: isEnumerated(column) ? enumNameOf(context, table, column) : '',
        isText: typeof defaults.get(column.name) !== 'function',
      }),
    ),
    ...keysOf(context, table),
    indexes: table.indices.map((index) => indexOf(context, index)),
    foreignKeys: metadata.foreignKeys.map((foreignKey) =>
      foreignKeyOf(context, TableForeignKey.create(foreignKey, context.driver)),
    ),
    checks: [...table.checks.map((check) => checkOf(context, check)), ...enumChecksOf(context, table)],
    exclusions: table.exclusions.map((exclusion) => exclusionOf(context, exclusion)),
  });
}

function exclusionOf({ rules }: Context, exclusion: Table['exclusions'][number]): ExclusionModel {
  const { name, expression } = exclusion;
  // TypeORM 0.3 has no such option.
  const { deferrable } = exclusion as { readonly deferrable?: string };
  return {
    name: name === undefined ? null : rules.canonicalizeName(name),
    ...parseExclusion(expression ?? ''),
    deferrable: deferrableOf(deferrable),
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
    method: rules.indexMethods ? (type?.toLowerCase() ?? (index.isSpatial ? 'gist' : 'btree')) : 'btree',
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

function checkOf({ rules }: Context, { name, expression }: Table['checks'][number]): CheckModel {
  return {
    name: name === undefined ? null : rules.canonicalizeName(name),
    expression: raw(expression ?? ''),
    validated: true,
  };
}

/** Where there are no enumerated types, TypeORM writes a check without a name into the column. */
function enumChecksOf({ rules, dataSource }: Context, table: Table): readonly CheckModel[] {
  return table.columns.flatMap((column) => {
    const check = column.enum && rules.enumCheck(column.name, column.enum);
    return check && isChecked(column, dataSource) ? check : [];
  });
}

/** What TypeORM calls a method that not every driver's query runner has. */
interface WritesColumns {
  buildCreateColumnSql(column: TableColumn): string;
}

/** TypeORM 0.3 checks a list as if it were one value; TypeORM 1 does not check it. */
function isChecked(column: TableColumn, dataSource: DataSource): boolean {
  if (!column.isArray) return true;
  const writer = dataSource.createQueryRunner() as unknown as WritesColumns;
  return writer.buildCreateColumnSql(column).includes(' CHECK(');
}

function passedOver(context: Context): Description['passedOver'] {
  const { dataSource } = context;
  const { cache, migrationsTableName } = dataSource.options;
  const { schemas } = databaseOf(dataSource).capabilities;
  const records = Object.values(recordTableNames(migrationsTableName, schemas)) as readonly string[];
  const cacheTable = typeof cache === 'object' && 'tableName' in cache ? cache.tableName : undefined;
  const excluded = dataSource.entityMetadatas.filter(({ synchronize }) => !synchronize);
  const indexes = dataSource.entityMetadatas.flatMap((metadata) =>
    metadata.indices.filter(({ synchronize }) => !synchronize),
  );
  return {
    tables: [
      ...excluded.map((metadata) => qualify(context, metadata.schema, metadata.tableName)),
      ...records,
      dataSource.metadataTableName,
      cacheTable ?? 'query-result-cache',
    ],
    indexes: indexes.map(({ name }) => context.rules.canonicalizeName(name)),
    enums: excluded.flatMap((metadata) =>
      enumsOf(context, Table.create(metadata, dataSource.driver)).map(({ name }) => name),
    ),
  };
}

/** A relation that is not synchronized may go through the table of an entity that is. */
function withoutManaged(
  excluded: Description['passedOver'],
  tables: readonly TableModel[],
): Description['passedOver'] {
  const managed = new Set(tables.map(({ name }) => name));
  return { ...excluded, tables: excluded.tables.filter((name) => !managed.has(name)) };
}

function viewOf(context: Context, metadata: EntityMetadata): ViewModel {
  const { expression, schema, tableName, tableMetadataArgs } = metadata;
  const text = typeof expression === 'function' ? expression(context.dataSource).getQuery() : expression;
  const materialized = context.rules.materializedViews && tableMetadataArgs.materialized === true;
  return {
    name: qualify(context, schema, tableName),
    text: (text ?? '').trim(),
    materialized,
    indexes: materialized
      ? metadata.indices
          .filter((index) => index.synchronize)
          .map((index) => indexOf(context, TableIndex.create(index)))
      : [],
    dependsOn: context.dataSource.entityMetadatas
      .filter(
        ({ target, name }) =>
          metadata.dependsOn?.has(target) === true || metadata.dependsOn?.has(name) === true,
      )
      .map((one) => qualify(context, one.schema, one.tableName)),
    outputs: [],
    definitions: {},
  };
}
