import type { DataSource, EntityMetadata } from 'typeorm';
import type { Driver } from 'typeorm/driver/Driver.js';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';

type ReadKey = (value: unknown) => unknown;

const READ = new WeakMap<Driver, ReadonlyMap<ColumnMetadata, ReadKey>>();

/**
 * TypeORM applies the transformer of a key that the database has given on save and on find, but not on insert. The
 * result of `insert`, and the values passed to it, would contain the value of the driver.
 *
 * @param keys how each of them is read
 */
export function readGeneratedKeys({ driver }: DataSource, keys: ReadonlyMap<ColumnMetadata, ReadKey>): void {
  const isWatched = READ.has(driver);
  // A DataSource that connects again has the same driver, and other metadata.
  READ.set(driver, keys);
  if (isWatched) return;
  const createGeneratedMap = driver.createGeneratedMap.bind(driver);
  driver.createGeneratedMap = (metadata, row, ...rest) =>
    createGeneratedMap(metadata, readRow(driver, metadata, row as unknown), ...rest);
}

/** Where nothing is returned, TypeORM passes the result of the driver instead of a row. */
function readRow(driver: Driver, metadata: EntityMetadata, row: unknown): unknown {
  if (typeof row !== 'object' || row === null) return row;
  return Object.fromEntries(
    Object.entries(row).map(([name, value]: [string, unknown]) => {
      const column = metadata.findColumnWithDatabaseName(name);
      const read = column && READ.get(driver)?.get(column);
      return [name, read ? read(value) : value];
    }),
  );
}
