/** Sequences that columns own and that SERIAL would not make: with another name, other options, or without a default. */

import { raw, type ColumnModel, type SchemaModel } from '../../../schema/model.js';
import { quoteIdentifier, quoteLiteral, quotePath } from '../../../sql/quote.js';
import type { Restated, RestatedObject } from '../../restated.js';
import type { Session } from '../../session.js';
import { OWNED } from './queries.js';

interface OwnedRow {
  readonly schema: string;
  readonly table: string;
  readonly column: string;
  readonly path: string;
  readonly up: string;
  readonly isUsed: boolean;
  readonly isOfSerial: boolean;
}

/** A sequence that needs statements of its own. */
interface OwnedSequence extends Pick<OwnedRow, 'column' | 'path' | 'up' | 'isUsed'> {
  /** Its table as the model calls it. */
  readonly table: string;
  readonly schema: string;
}

/** Reads those of all tables that are restated. */
export async function readOwned(
  session: Session,
  { defaultSchema, without }: Restated,
): Promise<readonly OwnedSequence[]> {
  const rows = (await session.query(OWNED)) as unknown as readonly OwnedRow[];
  return rows
    .filter(({ isUsed, isOfSerial }) => !(isUsed && isOfSerial))
    .map(({ table, ...row }) => ({
      ...row,
      table: row.schema === defaultSchema ? table : `${row.schema}.${table}`,
    }))
    .filter(({ table }) => !without.includes(table));
}

/** It goes with its table. */
export function creating({ path, up }: OwnedSequence): RestatedObject {
  return { what: `sequence ${path}`, up: [up], down: [] };
}

/** Makes it the column's own, once the table is there. */
export function owning({ path, schema, table, column }: OwnedSequence): RestatedObject {
  const owner = table.includes('.')
    ? quotePath(table)
    : `${quoteIdentifier(schema)}.${quoteIdentifier(table)}`;
  return {
    what: `sequence ${path}, owned by ${table}.${column}`,
    up: [`ALTER SEQUENCE ${path} OWNED BY ${owner}.${quoteIdentifier(column)}`],
    down: [],
  };
}

/** The schema with plain defaults where a column is numbered by one of them. */
export function withOwned(schema: SchemaModel, owned: readonly OwnedSequence[]): SchemaModel {
  const numbered = (table: string, column: ColumnModel): ColumnModel => {
    const one = owned.find((each) => each.isUsed && each.table === table && each.column === column.name);
    if (!one || column.identity !== 'serial') return column;
    return { ...column, identity: null, default: raw(`nextval(${quoteLiteral(one.path)}::regclass)`) };
  };
  return {
    ...schema,
    tables: schema.tables.map((table) => ({
      ...table,
      columns: table.columns.map((column) => numbered(table.name, column)),
    })),
  };
}
