import type { DataSource } from 'typeorm';
import { describeEntities } from '../metadata/describe.js';
import { liveSchema } from './live-schema.js';

const NOTED = new WeakMap<DataSource, ReadonlySet<string>>();

/** Notes what the set-up has created, before any revision runs. */
export async function noteSetUp(dataSource: DataSource): Promise<void> {
  const { schema, unmanaged } = await liveSchema(dataSource, describeEntities(dataSource).schemas);
  const objects = [...schema.tables.map(({ name }) => `table ${name}`), ...unmanaged.map(keyOf)];
  NOTED.set(dataSource, new Set(objects));
}

/** Whether the set-up has created an object: a revision did not, so nothing is reported of it. */
export function isOfSetUp(
  dataSource: DataSource,
  object: { readonly kind: string; readonly object: string },
): boolean {
  return NOTED.get(dataSource)?.has(keyOf(object)) ?? false;
}

function keyOf({ kind, object }: { readonly kind: string; readonly object: string }): string {
  return `${kind} ${object}`;
}
