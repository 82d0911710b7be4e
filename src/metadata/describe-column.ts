import type { TableColumn } from 'typeorm';
import type { Driver } from 'typeorm/driver/Driver.js';
import { raw, type ColumnModel, type Expression } from '../schema/model.js';
import { spellSqliteCollation } from '../databases/sqlite/expression.js';
import { spellPostgresType } from '../sql/postgres-types.js';
import { keptName } from '../sql/identifiers.js';

/** How columns are written in one dialect. */
export interface ColumnRules {
  readonly enumTypes: boolean;
  readonly comments: boolean;
  /** Whether a column that the database numbers may share the primary key with others. */
  readonly numbersInCompositeKeys: boolean;
  /** A type as TypeORM writes it, as the catalogs show it. */
  readonly spellType: (type: string) => string;
  /** A name as the database keeps it. */
  readonly spellName: (name: string) => string;
  /** A collation as the model has it. */
  readonly spellCollation: (collation: string) => string | null;
  /** What TypeORM writes for `GENERATED ... ` and its like. */
  readonly identityOf: (column: TableColumn) => ColumnModel['identity'];
}

/** PostgreSQL's manner. */
export const postgresColumns: ColumnRules = {
  enumTypes: true,
  comments: true,
  numbersInCompositeKeys: true,
  spellType: spellPostgresType,
  spellName: keptName,
  spellCollation: (collation) => (collation === 'default' ? null : collation),
  identityOf: (column) => {
    if (!column.isGenerated || column.generationStrategy === 'uuid') return null;
    if (column.generationStrategy !== 'identity') return 'serial';
    return column.generatedIdentity === 'ALWAYS' ? 'always' : 'by default';
  },
};

/** SQLite's manner; it has no comments. */
export const sqliteColumns: ColumnRules = {
  enumTypes: false,
  comments: false,
  numbersInCompositeKeys: false,
  spellType: (type) => type.toLowerCase(),
  spellName: (name) => name,
  spellCollation: spellSqliteCollation,
  identityOf: (column) =>
    column.isGenerated && column.generationStrategy === 'increment' ? 'autoincrement' : null,
};

/**
 * A column as TypeORM would create it.
 *
 * @param enumName the name of its enumerated type
 */
export function describeColumn(
  column: TableColumn,
  driver: Driver,
  { rules, enumName }: { rules: ColumnRules; enumName: string },
): ColumnModel {
  const computed = column.asExpression !== undefined && column.asExpression !== '';
  return {
    name: rules.spellName(column.name),
    type:
      column.enum && rules.enumTypes
        ? `enum ${enumName}${column.isArray ? '[]' : ''}`
        : typeOf(column, driver, rules),
    nullable: column.isNullable,
    default: computed ? null : defaultOf(column, driver),
    identity: rules.identityOf(column),
    generated: computed ? raw(column.asExpression as string) : null,
    storage: computed ? (column.generatedType === 'STORED' ? 'stored' : 'virtual') : null,
    collation: column.collation ? rules.spellCollation(column.collation) : null,
    comment: rules.comments ? column.comment || null : null,
  };
}

/** A serial or identity column is created from its bare type: TypeORM leaves length and precision out. */
function typeOf(column: TableColumn, driver: Driver, rules: ColumnRules): string {
  const bare = column.isGenerated && column.generationStrategy !== 'uuid' && rules.enumTypes;
  return rules.spellType(bare ? column.type : driver.createFullType(column));
}

function defaultOf(column: TableColumn, driver: Driver): Expression | null {
  const given = column.default as string | number | boolean | null | undefined;
  if (given !== undefined && given !== null) return raw(String(given));
  const { uuidGenerator } = driver as { readonly uuidGenerator?: string };
  return column.isGenerated && column.generationStrategy === 'uuid' && uuidGenerator
    ? raw(uuidGenerator)
    : null;
}
