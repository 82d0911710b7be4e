import type { ColumnModel, Expression, SchemaModel, TableModel } from './model.js';

/** The place of an expression. */
export interface Place {
  readonly table: TableModel;
  /** What it is the value of; null for a condition. */
  readonly column: ColumnModel | null;
  readonly use: 'default' | 'generated' | 'condition';
  /** The object of the table that it belongs to. */
  readonly owner: string;
}

/** One spelling for an expression. */
type Canonicalize = (expression: Expression, place: Place) => Expression;

/** An expression and its place. */
export interface TableExpression extends Place {
  readonly sql: string;
}

/** The schema with a new spelling of every expression and without defaults of NULL, which are none. */
export function canonicalizeExpressions(schema: SchemaModel, canonicalize: Canonicalize): SchemaModel {
  return {
    ...schema,
    tables: schema.tables.map((table) => canonicalizeTable(table, canonicalize)),
  };
}

/** Every expression of a table. */
export function expressionsOf(table: TableModel): readonly TableExpression[] {
  const found: TableExpression[] = [];
  canonicalizeTable(table, (expression, place) => {
    found.push({ sql: expression.sql, ...place });
    return expression;
  });
  return found;
}

function canonicalizeTable(table: TableModel, canonicalize: Canonicalize): TableModel {
  const condition = (expression: Expression, owner: string) =>
    canonicalize(expression, { table, column: null, use: 'condition', owner });
  return {
    ...table,
    columns: table.columns.map((column) => canonicalizeColumn(column, table, canonicalize)),
    indexes: table.indexes.map((index) =>
      index.where ? { ...index, where: condition(index.where, `index ${index.name}`) } : index,
    ),
    checks: table.checks.map((check) => ({
      ...check,
      expression: condition(check.expression, `check ${check.name ?? ''}`),
    })),
    exclusions: table.exclusions.map((exclusion) => {
      const owner = `exclusion ${exclusion.name ?? ''}`;
      return {
        ...exclusion,
        elements: exclusion.elements.map(({ expression, operator }, index) => ({
          expression: condition(expression, `${owner} ${index}`),
          operator,
        })),
        where: exclusion.where && condition(exclusion.where, owner),
      };
    }),
  };
}

function canonicalizeColumn(column: ColumnModel, table: TableModel, canonicalize: Canonicalize): ColumnModel {
  const { name, default: value, generated } = column;
  if (!value && !generated) return column;
  const given = value && canonicalize(value, { table, column, use: 'default', owner: `default ${name}` });
  const canonicalized = {
    default: given && IS_NULL.test(given.canonical) ? null : given,
    generated:
      generated && canonicalize(generated, { table, column, use: 'generated', owner: `generated ${name}` }),
  };
  const isSame = canonicalized.default === value && canonicalized.generated === generated;
  return isSame ? column : { ...column, ...canonicalized };
}

/** DEFAULT NULL is no default. */
const IS_NULL = /^NULL(?:::[\w ."[\](),]+)?$/i;
