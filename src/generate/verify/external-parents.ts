/** Tables that no entity manages and that foreign keys refer to: they get rows too, so that the keys are proved. */

import type { DataSource } from 'typeorm';
import { databaseOf } from '../../databases/registry.js';
import type { SchemaModel, TableModel } from '../../schema/model.js';
import { liveSchema } from '../../scratch/live-schema.js';

type Found = Pick<SchemaModel, 'tables' | 'enums'>;

/** The same schemas, each with the tables that foreign keys of any of them refer to and none contains. */
export async function withParents<Names extends string>(
  dataSource: DataSource,
  sides: Readonly<Record<Names, SchemaModel>>,
): Promise<Readonly<Record<Names, SchemaModel>>> {
  const known = Object.values<SchemaModel>(sides).flatMap(({ tables }) => tables);
  const parents = await parentsOf(dataSource, known, { tables: [], enums: [] });
  if (parents.tables.length === 0) return sides;
  const entries = Object.entries<SchemaModel>(sides).map(([name, side]) => [name, joined(side, parents)]);
  return Object.fromEntries(entries) as Record<Names, SchemaModel>;
}

function joined(schema: SchemaModel, { tables, enums }: Found): SchemaModel {
  const types = new Map([...enums, ...schema.enums].map((type) => [type.name, type]));
  return { ...schema, tables: [...schema.tables, ...tables], enums: [...types.values()] };
}

/** Parents may have parents of their own. */
async function parentsOf(dataSource: DataSource, known: readonly TableModel[], found: Found): Promise<Found> {
  const tables = [...known, ...found.tables];
  const names = new Set(tables.map(({ name }) => name));
  const wanted = tables
    .flatMap(({ foreignKeys }) => foreignKeys.map(({ table }) => table))
    .filter((name) => !names.has(name));
  if (wanted.length === 0) return found;
  const schemas = wanted.filter((name) => name.includes('.')).map((name) => name.slice(0, name.indexOf('.')));
  const defaultSchema = databaseOf(dataSource).defaultSchema(dataSource);
  const { schema } = await liveSchema(dataSource, [...new Set([defaultSchema, ...schemas])]);
  const more = schema.tables.filter(({ name }) => wanted.includes(name));
  if (more.length === 0) return found;
  const enums = [...found.enums, ...schema.enums];
  return parentsOf(dataSource, known, { tables: [...found.tables, ...more], enums });
}
