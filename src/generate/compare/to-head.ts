/** The revisions of a project on a scratch database. */

import type { DataSource } from 'typeorm';
import { databaseOf } from '../../databases/registry.js';
import { databaseWords, GenerateError } from '../../errors/base.js';
import { RevisionFailedError } from '../../errors/migration.js';
import { migrateUp } from '../../migrator/migrate.js';
import { listRevisions, statementsOf } from '../../migrator/revision.js';

/** The statements of all revisions that have lists. */
export function statementsIn(dataSource: DataSource): readonly string[] {
  const { name } = databaseOf(dataSource);
  return listRevisions(dataSource).flatMap((revision) => statementsOf(revision, name, 'up') ?? []);
}

/**
 * Runs the revisions of the project.
 *
 * @param last the newest of them, where others follow that are not run
 * @throws GenerateError naming the revision that does not run on an empty database
 */
export async function toHead(
  dataSource: DataSource,
  { signal, last }: { readonly signal?: AbortSignal | undefined; readonly last?: string },
): Promise<void> {
  if (listRevisions(dataSource).length === 0) return;
  try {
    const target = last === undefined ? {} : { target: last };
    await migrateUp(dataSource, { ...target, ...(signal ? { signal } : {}) });
  } catch (error) {
    if (!(error instanceof RevisionFailedError)) throw error;
    const title = databaseOf(dataSource).title;
    throw new GenerateError(
      `The existing revisions do not run from base to head on a scratch database (${title}). ${error.revision}: ${error.failure.direction} failed: ${databaseWords(error.cause).replace(/\.$/, '')}. ` +
        'Correct that revision. If it needs what no revision creates, put that into scratch/setup.sql, which PostgreSQL runs first. If the first revisions are lost, begin with one that creates the schema of the entities: npx orchestrator-db baseline.',
      { cause: error },
    );
  }
}
