/** Which columns of whole numbers an application reads alike, whatever their size. */

import { isDeepStrictEqual } from 'node:util';
import type { DataSource, EntityMetadata } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import { ApplyValueTransformers } from 'typeorm/util/ApplyValueTransformers.js';
import type { NumberReaders } from '../databases/planning.js';
import { databaseOf } from '../databases/registry.js';
import { qualify } from './context.js';
import { managedEntities } from './managed.js';

/** node-postgres gives the last one as text, and the others as numbers. */
const WHOLE = ['smallint', 'integer', 'bigint'];

/** Numbers with which a transformer is tried. */
const SAMPLES = [0, 7, -42];

/** Reads them from the entities of a connected DataSource, in which each transformer is tried. */
export function numberReaders(dataSource: DataSource): NumberReaders {
  const { options } = dataSource;
  const database = databaseOf(dataSource);
  const [defaultSchema, rules] = [database.defaultSchema(dataSource), database.catalog.columns];
  const context = { dataSource, driver: dataSource.driver, rules, defaultSchema };
  const placesIn = (metadata: EntityMetadata) => {
    const table = qualify(context, metadata.schema, metadata.tableName);
    return metadata.columns
      .filter((column) => WHOLE.includes(dataSource.driver.normalizeType(column)) && isReader(column))
      .map((column) => `${table}.${rules.canonicalizeName(column.databaseName)}`);
  };
  const columns = managedEntities(dataSource, defaultSchema).flatMap(placesIn);
  return {
    parsesInt8: 'parseInt8' in options && options.parseInt8,
    columns: [...new Set(columns)].sort(),
  };
}

/** A column without a property of its own is read as the one that it refers to. */
function isReader(column: ColumnMetadata): boolean {
  if (column.isVirtual && column.referencedColumn) return isReader(column.referencedColumn);
  const { transformer } = column;
  if (transformer === undefined) return false;
  const read = (value: unknown): unknown => ApplyValueTransformers.transformFrom(transformer, value);
  try {
    return SAMPLES.every((sample) => {
      const value = read(sample);
      return value !== undefined && isDeepStrictEqual(value, read(String(sample)));
    });
  } catch {
    return false;
  }
}

/** Those of two releases. */
export function commonReaders(former: NumberReaders | undefined, present: NumberReaders): NumberReaders {
  if (former === undefined) return { parsesInt8: false, columns: [] };
  const isBefore = (column: string) => former.parsesInt8 || former.columns.includes(column);
  return {
    parsesInt8: former.parsesInt8 && present.parsesInt8,
    columns: (present.parsesInt8 ? former.columns : present.columns).filter(isBefore),
  };
}
