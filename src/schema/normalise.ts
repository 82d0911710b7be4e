import type { ColumnModel, SchemaModel, TableModel } from './model.js';
import { sorted } from './model.js';

/**
 * Brings a schema into one spelling, so that comparing can be dumb: lists sorted, types in lower case, expressions
 * without what a database adds or drops when it stores them.
 */
export function normalise(schema: SchemaModel): SchemaModel {
  return { ...schema, tables: sorted(schema.tables.map(normaliseTable)), enums: sorted(schema.enums) };
}

/**
 * One spelling of an SQL expression: casts and parentheses dropped, identifiers unquoted and, like keywords, in lower
 * case, one space between tokens, string literals kept.
 */
export function normaliseExpression(expression: string): string {
  const tokens = withoutCasts(expression).match(TOKEN) ?? [];
  return tokens
    .filter((token) => token !== '(' && token !== ')')
    .map((token) => (token.startsWith("'") ? token : token.replaceAll('"', '').toLowerCase()))
    .join(' ');
}

const TOKEN = /'(?:[^']|'')*'|"(?:[^"]|"")*"|[\w.$]+|[<>=!]+|\S/g;

/** PostgreSQL shows `'x'::character varying` where `'x'` was written. What a string literal holds is no cast. */
function withoutCasts(expression: string): string {
  return expression.replace(
    /('(?:[^']|'')*')|::("[^"]+"|[a-z_]+)(\."[^"]+"|\.[a-z_]+)?( varying| precision| with(out)? time zone)?(\(\d+(,\d+)?\))?(\[\])?/gi,
    (_cast, literal?: string) => literal ?? '',
  );
}

function normaliseTable(table: TableModel): TableModel {
  return {
    ...table,
    columns: sorted(table.columns.map(normaliseColumn)),
    uniques: sorted(table.uniques),
    indexes: sorted(table.indexes.map((index) => ({ ...index, where: expressionOrNull(index.where) }))),
    foreignKeys: sorted(table.foreignKeys),
    checks: sorted(
      table.checks.map((check) => ({ ...check, expression: normaliseExpression(check.expression) })),
    ),
  };
}

function normaliseColumn(column: ColumnModel): ColumnModel {
  return { ...column, type: column.type.toLowerCase(), default: expressionOrNull(column.default) };
}

function expressionOrNull(expression: string | null): string | null {
  return expression === null ? null : normaliseExpression(expression);
}
