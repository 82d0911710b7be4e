/** Checks a DataSource: compares its schemas, lists pending revisions, applies --ignore and --strict. */

import type { DataSource } from 'typeorm';
import { describeEntities } from '../metadata/describe.js';
import { compareSchemas } from './compare.js';
import type { DriftReport } from './drift-report.js';
import { withReadOnlyConnection } from '../databases/read-only-connection.js';
import { withSession } from '../migrator/connections.js';
import { assertTablesBeside, projectOf } from '../migrator/state.js';
import { readPending } from './pending.js';
import { literalPattern } from '../text/pattern.js';

/** How to check. */
export interface DriftOptions {
  /** Whether an unmanaged object is drift; default false. */
  readonly strict?: boolean;
  /** Unmanaged objects to pass over, by name; `*` stands for any text. */
  readonly ignore?: readonly string[];
}

/**
 * Compares the entities of a DataSource, any TypeORM DataSource, with its live schema, read from the catalogs. It
 * writes nothing, takes no lock on a table but a reader's, and needs no right on one. A DataSource that is not
 * connected is connected for it, without synchronizing, dropping or migrating whatever its options say, and closed
 * again.
 *
 * @throws DialectUnsupportedError, ConnectError, SearchPathError, SchemaMissingError, TwoSchemasError, or what the
 *   driver throws when a catalog cannot be read
 */
export async function checkDrift(dataSource: DataSource, options: DriftOptions = {}): Promise<DriftReport> {
  return withReadOnlyConnection(dataSource, async () => {
    const { listed, views, ...comparison } = await compareSchemas(dataSource, describeEntities(dataSource));
    if (comparison.changes.some(({ kind }) => kind === 'create-table'))
      await withSession(dataSource, (session) => assertTablesBeside(projectOf(dataSource), session));
    const { pending, uncomparable } = await readPending(dataSource, listed);
    const unmanaged = comparison.unmanaged.filter(({ object }) => !isIgnored(object, options.ignore ?? []));
    const changes = [...comparison.changes, ...views.changes];
    const drifted = changes.length > 0 || (options.strict === true && unmanaged.length > 0);
    return {
      status: drifted ? 'drifted' : 'in-sync',
      ...comparison,
      changes,
      uncomparable: [...comparison.uncomparable, ...views.uncomparable, ...uncomparable],
      unmanaged,
      pending,
    };
  });
}

function isIgnored(object: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) =>
    new RegExp(`^${pattern.split('*').map(literalPattern).join('.*')}$`).test(object),
  );
}
