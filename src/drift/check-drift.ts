import type { DataSource } from 'typeorm';
import type { Database } from '../databases/database.js';
import { databaseOf } from '../databases/registry.js';
import { isStandby } from '../migrator/standby.js';
import { revisionTableName } from '../databases/records/tables.js';
import type { Change } from '../schema/change.js';
import { describe } from '../metadata/describe.js';
import { diff } from '../schema/diff.js';
import type { DialectName, Uncomparable, UnmanagedObject } from '../schema/model.js';
import { normalise } from '../schema/normalise.js';
import { divide } from './divide.js';
import { connectedHarmlessly } from '../databases/harmless.js';
import { readPending } from './pending.js';
import { separateUncomparable } from './uncomparable.js';
import { literalPattern } from '../text/pattern.js';

/** Whether a database is what the entities say. */
export interface DriftReport {
  readonly status: 'in-sync' | 'drifted';
  readonly dialect: DialectName;
  readonly changes: readonly Change[];
  /** What could not be compared; then nobody knows whether there is drift in it. */
  readonly uncomparable: readonly Uncomparable[];
  /** What entities cannot say; drift only when the check is strict. */
  readonly unmanaged: readonly UnmanagedObject[];
  /** Revisions that are in the code only. */
  readonly pending: readonly string[];
  /** How many tables were compared. */
  readonly tables: number;
  /** Only where a standby has answered, which may lag behind its primary. */
  readonly standby?: true;
}

/** How to check. */
export interface DriftOptions {
  /** Whether an unmanaged object is drift; default false. */
  readonly strict?: boolean;
  /** Unmanaged objects to pass over, by name; `*` stands for any text. */
  readonly ignore?: readonly string[];
}

/**
 * Compares the entities of a DataSource, any TypeORM DataSource, with its live schema, read from the catalogs. It
 * writes nothing, takes no lock on a table but a reader's, and needs no right on one. A DataSource that is not connected is connected
 * for it, without synchronizing, dropping or migrating whatever its options say, and closed again.
 *
 * @throws DialectUnsupportedError, ConnectError, SearchPathError, SchemaMissingError, or what the driver throws when a catalog cannot be read
 */
export async function checkDrift(dataSource: DataSource, options: DriftOptions = {}): Promise<DriftReport> {
  const dialect = databaseOf(dataSource);
  return connectedHarmlessly(dataSource, async () => {
    const { listed, ...comparison } = await compare(dataSource, dialect);
    const { pending, uncomparable } = await readPending(dataSource, listed);
    const unmanaged = comparison.unmanaged.filter(({ object }) => !isIgnored(object, options.ignore ?? []));
    const drifted = comparison.changes.length > 0 || (options.strict === true && unmanaged.length > 0);
    return {
      status: drifted ? 'drifted' : 'in-sync',
      ...comparison,
      uncomparable: [...comparison.uncomparable, ...uncomparable],
      unmanaged,
      pending,
    };
  });
}

interface Comparison extends Omit<DriftReport, 'status' | 'pending'> {
  /** Whether the database has a list of applied revisions. */
  readonly listed: boolean;
}

async function compare(dataSource: DataSource, dialect: Database): Promise<Comparison> {
  const description = describe(dataSource, dialect.catalog.columns, dialect.defaultSchema(dataSource));
  const queryRunner = dataSource.createQueryRunner();
  try {
    const standby = await isStandby(queryRunner);
    const readAll = dialect.readAll(queryRunner);
    await dialect.assertSchema(dataSource, readAll);
    const found = await dialect.catalog.introspect(readAll, description.schemas);
    const divided = divide(found, description);
    const sides = await dialect.catalog.spell(
      { live: divided.live, desired: description.schema },
      readAll,
      dialect.defaultSchema(dataSource),
    );
    const { changes, uncomparable } = separateUncomparable(
      diff(normalise(sides.live), normalise(sides.desired)),
      divided.uncomparable,
    );
    return {
      dialect: dialect.name,
      changes,
      uncomparable,
      unmanaged: divided.unmanaged,
      tables: description.schema.tables.length,
      ...(standby ? { standby } : {}),
      listed: found.schema.tables.some(({ name }) => name === revisionTableName(dataSource)),
    };
  } finally {
    await queryRunner.release();
  }
}

function isIgnored(object: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) =>
    new RegExp(`^${pattern.split('*').map(literalPattern).join('.*')}$`).test(object),
  );
}
