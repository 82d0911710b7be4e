import type { DataSource } from 'typeorm';
import { describeEntities } from '../metadata/describe.js';
import type { SchemaModel, ViewModel } from '../schema/model.js';
import { knownViews, type KnownView } from './known-views.js';

/** The schema that the entities declare, with the columns that views have, where the snapshot knows them. */
export async function entitiesSchema(dataSource: DataSource): Promise<SchemaModel> {
  const { schema, views } = describeEntities(dataSource);
  const known = (await knownViews(dataSource, schema.dialect)) ?? [];
  return { ...schema, views: views.map((view) => ({ ...view, outputs: outputsOf(view.name, known) })) };
}

/** The columns of a view that the snapshot knows. */
export function outputsOf(name: string, known: readonly KnownView[]): ViewModel['outputs'] {
  return known.find((view) => view.name === name)?.outputs ?? [];
}
