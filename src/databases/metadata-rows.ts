/** The rows in which TypeORM records the texts of views, as its own schema builder writes them. */

import { allowing, printed, statement, type Statement } from '../sql/statement.js';

/** A view as TypeORM records it. */
export interface RecordedText {
  /** As SQL; null where the database has no schemas. */
  readonly schema: string | null;
  readonly name: string;
  readonly materialized: boolean;
  readonly text: string;
}

/** How a database writes the text of a literal, and that two texts are equal. */
export interface RecordWords {
  readonly literal: (text: string) => string;
  readonly equals: string;
}

/** The statement that removes what is recorded of a view, of either kind. @param table as SQL */
export function forgetText(
  table: string,
  { schema, name }: Pick<RecordedText, 'schema' | 'name'>,
  { literal, equals }: RecordWords,
): Statement {
  const where = [
    `("type" ${equals} 'VIEW' OR "type" ${equals} 'MATERIALIZED_VIEW')`,
    ...(schema === null ? [] : [`"schema" ${equals} ${schema}`]),
    `"name" ${equals} ${literal(name)}`,
  ];
  return statement(`DELETE FROM ${table} WHERE ${where.join(' AND ')}`);
}

/** The statement that records the text of a view. @param table as SQL */
export function recordText(
  table: string,
  { schema, name, materialized, text }: RecordedText,
  { literal }: RecordWords,
): Statement {
  const values = [
    'NULL',
    schema ?? 'NULL',
    'NULL',
    literal(materialized ? 'MATERIALIZED_VIEW' : 'VIEW'),
    literal(name),
    literal(text),
  ];
  return statement(
    `INSERT INTO ${table} ("database", "schema", "table", "type", "name", "value") VALUES (${values.join(', ')})`,
  );
}

/** The table, as TypeORM creates it where it is missing. @param type of its texts */
export function createRecords(table: string, type: string): Statement {
  const columns = ['database', 'schema', 'table', 'name'].map((name) => `"${name}" ${type}`);
  return statement(
    `CREATE TABLE IF NOT EXISTS ${table} ("type" ${type} NOT NULL, ${columns.join(', ')}, "value" text)`,
    { creates: [table] },
  );
}

/** Texts of views as statements of a revision that no proof answers for. @param created as `createRecords` makes it */
export function restatedTexts(created: Statement, texts: readonly Statement[]): readonly string[] {
  const why = 'TypeORM creates it as well, and may have other rows in it';
  return [printed(allowing('down-does-not-undo', why, created)), ...texts.map(printed)];
}
