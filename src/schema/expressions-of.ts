import type { ColumnModel, Expression, SchemaModel, TableModel } from './model.js';

/** One spelling for an expression of a table; `column` is the one that it is the value of, null for a condition. */
export type Spell = (expression: Expression, table: TableModel, column: ColumnModel | null) => Expression;

/** An expression, and the column that it is the value of. */
export interface TableExpression {
  readonly sql: string;
  readonly column: ColumnModel | null;
}

/** The schema with every expression spelled anew; nothing else changes. */
export function spellExpressions(schema: SchemaModel, spell: Spell): SchemaModel {
  return { ...schema, tables: schema.tables.map((table) => spellTable(table, spell)) };
}

/** Every expression of a table. */
export function expressionsOf(table: TableModel): readonly TableExpression[] {
  const found: TableExpression[] = [];
  spellTable(table, (expression, _table, column) => {
    found.push({ sql: expression.sql, column });
    return expression;
  });
  return found;
}

function spellTable(table: TableModel, spell: Spell): TableModel {
  const condition = (expression: Expression) => spell(expression, table, null);
  return {
    ...table,
    columns: table.columns.map((column) => spellColumn(column, table, spell)),
    indexes: table.indexes.map((index) =>
      index.where ? { ...index, where: condition(index.where) } : index,
    ),
    checks: table.checks.map((check) => ({ ...check, expression: condition(check.expression) })),
    exclusions: table.exclusions.map((exclusion) => ({
      ...exclusion,
      elements: exclusion.elements.map(({ expression, operator }) => ({
        expression: condition(expression),
        operator,
      })),
      where: exclusion.where && condition(exclusion.where),
    })),
  };
}

function spellColumn(column: ColumnModel, table: TableModel, spell: Spell): ColumnModel {
  const value = (expression: Expression | null) => expression && spell(expression, table, column);
  return { ...column, default: value(column.default), generated: value(column.generated) };
}
