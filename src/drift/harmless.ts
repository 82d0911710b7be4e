import type { DataSource } from 'typeorm';
import { dialectOf } from '../dialect/dialect.js';

/** Options of a DataSource that write, or run somebody's code, while it connects. */
const HARMLESS = { synchronize: false, dropSchema: false, migrationsRun: false, subscribers: [] };

/**
 * Lends a DataSource connected. One that is not connected yet is connected without anything that its options would do
 * on that occasion, read-only where the driver can, and closed and given back its options afterwards.
 */
export async function connectedHarmlessly<T>(dataSource: DataSource, use: () => Promise<T>): Promise<T> {
  if (dataSource.isInitialized) return use();
  const restore = overrideOptions(dataSource.options as unknown as Record<string, unknown>, {
    ...HARMLESS,
    ...dialectOf(dataSource).readOnlyOptions,
  });
  try {
    const connected = await dataSource.initialize();
    return await use().finally(() => connected.destroy());
  } finally {
    restore();
  }
}

/** TypeORM's driver holds the same options object, so it is changed in place, and changed back. */
function overrideOptions(
  options: Record<string, unknown>,
  overrides: Readonly<Record<string, unknown>>,
): () => void {
  const before = { ...options };
  Object.assign(options, overrides);
  return () => {
    for (const name of Object.keys(overrides)) {
      if (name in before) options[name] = before[name];
      else Reflect.deleteProperty(options, name);
    }
  };
}
