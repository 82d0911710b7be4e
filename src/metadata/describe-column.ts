import type { TableColumn } from 'typeorm';
import type { Driver } from 'typeorm/driver/Driver.js';
import type { ColumnRules } from '../databases/column-rules.js';
import { raw, type ColumnModel, type Expression } from '../schema/model.js';

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
    name: rules.canonicalizeName(column.name),
    type: enumTypeOf(column, enumName, rules) ?? typeOf(column, driver, rules),
    nullable: column.isNullable,
    default: computed ? null : defaultOf(column, driver),
    identity: rules.identityOf(column),
    generated: computed ? raw(column.asExpression as string) : null,
    storage: computed ? (column.generatedType === 'STORED' ? 'stored' : 'virtual') : null,
    collation: column.collation ? rules.canonicalizeCollation(column.collation) : null,
    comment: rules.comments ? column.comment || null : null,
  };
}

function enumTypeOf(column: TableColumn, name: string, { enumType }: ColumnRules): string | undefined {
  const type = column.enum && enumType(name);
  return type ? `${type}${column.isArray ? '[]' : ''}` : undefined;
}

/** A serial or identity column is created from its bare type: TypeORM leaves length and precision out. */
function typeOf(column: TableColumn, driver: Driver, rules: ColumnRules): string {
  const bare = column.isGenerated && column.generationStrategy !== 'uuid' && rules.numbersBareTypes;
  return rules.canonicalizeType(bare ? column.type : driver.createFullType(column));
}

function defaultOf(column: TableColumn, driver: Driver): Expression | null {
  const given = column.default as string | number | boolean | null | undefined;
  if (given !== undefined && given !== null) return raw(String(given));
  const { uuidGenerator } = driver as { readonly uuidGenerator?: string };
  return column.isGenerated && column.generationStrategy === 'uuid' && uuidGenerator
    ? raw(uuidGenerator)
    : null;
}
