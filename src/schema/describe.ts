import { Table, TableForeignKey, type DataSource, type EntityMetadata, type TableColumn } from 'typeorm';
import type { Driver } from 'typeorm/driver/Driver.js';
import { dialectOf, type Dialect } from '../dialect/dialect.js';
import type {
  CheckModel,
  ColumnModel,
  EnumModel,
  ForeignKeyAction,
  ForeignKeyModel,
  KeyModel,
  SchemaModel,
  TableModel,
} from './model.js';
import { normalise } from './normalise.js';

/** The schema that the entities of a connected DataSource say. */
export function describe(dataSource: DataSource): SchemaModel {
  const dialect = dialectOf(dataSource);
  const tables = managedMetadatas(dataSource).map((metadata) => ({
    metadata,
    table: Table.create(metadata, dataSource.driver),
  }));
  return normalise({
    dialect: dialect.name,
    tables: tables.map(({ metadata, table }) =>
      describeTable({ driver: dataSource.driver, dialect }, metadata, table),
    ),
    enums: dialect.capabilities.enumTypes ? tables.flatMap(({ table }) => enumsOf(table)) : [],
  });
}

/** Those that TypeORM's schema builder would create: no views, no children of a single table, nothing excluded. */
function managedMetadatas(dataSource: DataSource): readonly EntityMetadata[] {
  return dataSource.entityMetadatas.filter(
    ({ synchronize, tableType }) => synchronize && tableType !== 'entity-child' && tableType !== 'view',
  );
}

/** What says how a type is spelled. */
interface Spelling {
  readonly driver: Driver;
  readonly dialect: Dialect;
}

function describeTable(spelling: Spelling, metadata: EntityMetadata, table: Table): TableModel {
  return {
    name: table.name,
    columns: table.columns.map((column) => describeColumn(spelling, column)),
    primaryKey: primaryKeyOf(table),
    uniques: table.uniques.map((unique) => ({ name: unique.name ?? null, columns: unique.columnNames })),
    indexes: table.indices.map((index) => ({
      name: index.name ?? '',
      columns: index.columnNames,
      unique: index.isUnique,
      where: index.where || null,
    })),
    foreignKeys: metadata.foreignKeys.map((foreignKey) =>
      describeForeignKey(TableForeignKey.create(foreignKey, spelling.driver)),
    ),
    checks: [...table.checks.map(describeCheck), ...enumChecksOf(spelling.dialect, table)],
  };
}

function describeColumn({ driver, dialect }: Spelling, column: TableColumn): ColumnModel {
  return {
    name: column.name,
    type:
      column.enum && dialect.capabilities.enumTypes
        ? `enum ${enumName(column)}`
        : driver.createFullType(column),
    nullable: column.isNullable,
    default: column.default === undefined || column.default === null ? null : String(column.default),
    generated: column.isGenerated && column.generationStrategy !== 'uuid' ? generatedBy(column) : null,
  };
}

function generatedBy(column: TableColumn): 'increment' | 'identity' {
  return column.generationStrategy === 'identity' ? 'identity' : 'increment';
}

function primaryKeyOf(table: Table): KeyModel | null {
  const columns = table.columns.filter((column) => column.isPrimary);
  const name = columns[0]?.primaryKeyConstraintName ?? null;
  return columns.length === 0 ? null : { name, columns: columns.map((column) => column.name) };
}

function describeForeignKey(foreignKey: TableForeignKey): ForeignKeyModel {
  return {
    name: foreignKey.name ?? null,
    columns: foreignKey.columnNames,
    table: foreignKey.referencedTableName,
    references: foreignKey.referencedColumnNames,
    onDelete: (foreignKey.onDelete ?? 'NO ACTION') as ForeignKeyAction,
    onUpdate: (foreignKey.onUpdate ?? 'NO ACTION') as ForeignKeyAction,
  };
}

function describeCheck(check: {
  readonly name?: string | undefined;
  readonly expression?: string | undefined;
}): CheckModel {
  return { name: check.name ?? null, expression: check.expression ?? '' };
}

/** Where there are no enumerated types, TypeORM writes a check without a name into the column. */
function enumChecksOf(dialect: Dialect, table: Table): readonly CheckModel[] {
  if (dialect.capabilities.enumTypes) return [];
  return table.columns.flatMap(({ name, enum: values }) => {
    if (!values) return [];
    return {
      name: null,
      expression: `"${name}" IN (${values.map((value) => `'${value.replaceAll("'", "''")}'`).join(',')})`,
    };
  });
}

/** A type used by several columns is listed once. */
function enumsOf(table: Table): readonly EnumModel[] {
  return table.columns.flatMap((column) =>
    column.enum ? { name: enumName(column), values: column.enum } : [],
  );
}

function enumName(column: TableColumn): string {
  return column.enumName ?? '';
}
