import type { TableColumn } from 'typeorm';
import type { Driver } from 'typeorm/driver/Driver.js';
import type { ColumnRules } from '../databases/column-rules.js';
import { decoratorLiteral } from '../sql/quote.js';
import { raw, type ColumnModel, type Expression } from '../schema/model.js';

/** What the metadata of an entity knows about a column, and TypeORM's own model of a table does not. */
interface ColumnFacts {
  readonly rules: ColumnRules;
  /** The name of its enumerated type. */
  readonly enumName: string;
  /** Whether its default is a value, rather than an expression. */
  readonly isText: boolean;
}

/** A column as TypeORM would create it. */
export function describeColumn(
  column: TableColumn,
  driver: Driver,
  { rules, enumName, isText }: ColumnFacts,
): ColumnModel {
  const computed = column.asExpression !== undefined && column.asExpression !== '';
  return {
    name: rules.canonicalizeName(column.name),
    type: enumTypeOf(column, enumName, rules) ?? typeOf(column, driver, rules),
    nullable: column.isNullable && !(column.isPrimary && rules.keysRefuseNull),
    default: computed ? null : defaultOf(column, driver, isText),
    identity: rules.identityOf(column),
    generated: computed ? raw(column.asExpression as string) : null,
    storage: computed ? (column.generatedType === 'STORED' ? 'stored' : 'virtual') : null,
    collation: column.collation ? rules.canonicalizeCollation(column.collation) : null,
    comment: rules.canonicalizeComment(column.comment ?? ''),
  };
}

function enumTypeOf(column: TableColumn, name: string, { enumType }: ColumnRules): string | undefined {
  const type = isEnumerated(column) ? enumType(name) : null;
  return type ? `${type}${column.isArray ? '[]' : ''}` : undefined;
}

/** A second column of an enumerated type may have its name alone. */
export function isEnumerated({ enum: values, enumName }: TableColumn): boolean {
  return values !== undefined || enumName !== undefined;
}

/** A serial or identity column is created from its bare type: TypeORM leaves length and precision out. */
function typeOf(column: TableColumn, driver: Driver, rules: ColumnRules): string {
  const bare = column.isGenerated && column.generationStrategy !== 'uuid' && rules.numbersBareTypes;
  return rules.canonicalizeType(bare ? column.type : driver.createFullType(column));
}

function defaultOf(column: TableColumn, driver: Driver, isText: boolean): Expression | null {
  const given = column.default as string | number | boolean | null | undefined;
  if (given !== undefined && given !== null) return raw(isText ? escaped(String(given)) : String(given));
  const { uuidGenerator } = driver as { readonly uuidGenerator?: string };
  return column.isGenerated && column.generationStrategy === 'uuid' && uuidGenerator
    ? raw(uuidGenerator)
    : null;
}

/** TypeORM puts quotes around a value, and escapes none inside it. */
function escaped(text: string): string {
  const isQuoted = text.length > 1 && text.startsWith("'") && text.endsWith("'");
  return isQuoted ? decoratorLiteral(text.slice(1, -1)) : text;
}
