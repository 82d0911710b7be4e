import type { SqlReader } from '../../databases/sql-reader.js';
import type { IndexKey, SchemaModel, TableModel } from '../../schema/model.js';
import type { DatabaseRefusal } from './database-refusal.js';
import type { Violation } from '../../databases/error-kind.js';
import type { DialectReading } from '../compare/compare-on-scratch.js';
import type { WrittenExpression } from './written-expressions.js';

/** The facts about a revision that failed because of the values of a row. */
export interface ViolationInput {
  readonly written: readonly WrittenExpression[];
  readonly reading: Pick<DialectReading, 'from' | 'to' | 'planner'>;
  /** All statements of the revisions: those that create a constraint name its columns. */
  readonly statements: readonly string[];
}

/** The expression whose value, or whose condition, makes a row of the revision break a constraint. */
export function violatedExpression(
  given: ViolationInput,
  refusal: DatabaseRefusal,
): WrittenExpression | undefined {
  const violation = refusal.database.violation(refusal.error);
  if (!violation) return undefined;
  const own = given.written.filter(({ table }) => isOfTable(table, violation));
  const concerned = (one: WrittenExpression) =>
    one.column !== null && concerns(given, violation, { table: one.table, column: one.column });
  return (
    own.find((one) => one.isFromOption && concerned(one)) ??
    own.find((one) => one.use === 'default' && isNew(given.reading.from, one) && concerned(one)) ??
    own.find((one) => one.use === 'check' && one.of === `check ${violation.name ?? ''} of ${one.table}`)
  );
}

function isOfTable(table: string, violation: Violation): boolean {
  return violation.table === null || table === violation.table || table.endsWith(`.${violation.table}`);
}

interface Place {
  readonly table: string;
  readonly column: string;
}

function concerns(given: ViolationInput, { name, columns, isForeign }: Violation, place: Place): boolean {
  if (columns.includes(place.column)) return true;
  const { reading, statements } = given;
  const tables = [...reading.to.tables, ...reading.from.tables].filter((table) => table.name === place.table);
  if (isForeign)
    return tables.some(({ foreignKeys }) => foreignKeys.some((key) => key.columns.includes(place.column)));
  if (name === null) return false;
  const { sql: reader } = reading.planner;
  const isMade = (sql: string) => sql.includes('ADD CONSTRAINT') && reader.names(sql, name) === true;
  return (
    tables.some((table) => isMadeOf(reader, partsOf(table, name), place.column)) ||
    statements.some((sql) => isMade(sql) && reader.names(sql, place.column) === true)
  );
}

type Part = Pick<IndexKey, 'column' | 'expression'>;

/** What cannot be read does not count as made of the column. */
function isMadeOf(reader: SqlReader, parts: readonly Part[], name: string): boolean {
  return parts.some(
    ({ column, expression }) =>
      column === name || (expression !== null && reader.expression(expression)?.reads(name) === true),
  );
}

/** The columns and expressions of a constraint or an index in the model. */
function partsOf(table: TableModel, name: string): readonly Part[] {
  const keys = [...(table.primaryKey ? [table.primaryKey] : []), ...table.uniques, ...table.foreignKeys];
  return [
    ...table.checks
      .filter((check) => check.name === name)
      .map(({ expression }) => ({ column: null, expression: expression.sql })),
    ...keys
      .filter((key) => key.name === name)
      .flatMap(({ columns }) => columns.map((column) => ({ column, expression: null }))),
    ...table.indexes.filter((index) => index.name === name).flatMap(({ keys: parts }) => parts),
  ];
}

function isNew({ tables }: SchemaModel, { table, column }: WrittenExpression): boolean {
  return !tables.some((one) => one.name === table && one.columns.some(({ name }) => name === column));
}
