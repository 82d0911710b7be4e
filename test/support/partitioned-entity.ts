import { EntitySchema, EntitySchemaOptions } from 'typeorm';
import { Partitioned, type PartitionOptions } from '../../src/partitioned.js';
import type { Columns, Rest } from '../integration/drift/no-false-alarm-database.js';

/** An entity with a class of its own, which has the decorator; without options a plain one. */
export function partitionedEntity(
  name: string,
  options: PartitionOptions | undefined,
  { columns, ...rest }: Rest & { readonly columns: Columns },
): EntitySchema {
  const target = class {};
  Object.defineProperty(target, 'name', { value: name });
  if (options) Partitioned(options)(target);
  const all = { name, target, ...rest, columns };
  return new EntitySchema(Object.assign(new EntitySchemaOptions<Record<string, unknown>>(), all));
}
