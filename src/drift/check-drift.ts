import type { DataSource } from 'typeorm';
import type { DialectName } from '../dialect/dialect.js';
import { NotConnectedError } from '../errors.js';
import type { Change } from '../schema/change.js';
import { describe } from '../schema/describe.js';
import { diff } from '../schema/diff.js';
import { introspect } from '../schema/introspect/introspect.js';
import type { SchemaModel } from '../schema/model.js';

/** Whether a database is what the entities say. */
export interface DriftReport {
  readonly status: 'in-sync' | 'drifted';
  readonly dialect: DialectName;
  readonly changes: readonly Change[];
  /** How many tables were compared. */
  readonly tables: number;
}

/**
 * Compares the entities with the live schema, read from the catalogs. Writes nothing. Tables and enumerated types that
 * no entity says are left out of it.
 *
 * @throws NotConnectedError
 */
export async function checkDrift(dataSource: DataSource): Promise<DriftReport> {
  if (!dataSource.isInitialized) throw new NotConnectedError();
  const desired = describe(dataSource);
  const queryRunner = dataSource.createQueryRunner();
  try {
    const live = onlyManaged(await introspect(queryRunner), desired);
    const changes = diff(live, desired);
    return {
      status: changes.length === 0 ? 'in-sync' : 'drifted',
      dialect: desired.dialect,
      changes,
      tables: desired.tables.length,
    };
  } finally {
    await queryRunner.release();
  }
}

function onlyManaged(live: SchemaModel, desired: SchemaModel): SchemaModel {
  const within = <T extends { readonly name: string }>(all: readonly T[], managed: readonly T[]) =>
    all.filter(({ name }) => managed.some((other) => other.name === name));
  return { ...live, tables: within(live.tables, desired.tables), enums: within(live.enums, desired.enums) };
}
