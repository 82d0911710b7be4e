import type { QueryRunner } from 'typeorm';
import { SchemaNotRecordedError } from '../errors/migration.js';
import type { PlannedStep } from './plan.js';
import type { Project, State } from './state.js';

/**
 * Makes sure that revisions do not begin on tables of the entities that something else has made: creating them again
 * would fail half way, or worse.
 *
 * @throws SchemaNotRecordedError
 */
export async function assertAdoptable(
  { dataSource, dialect, tables }: Project,
  queryRunner: QueryRunner,
  { state, steps }: { readonly state: State; readonly steps: readonly PlannedStep[] },
): Promise<void> {
  if (state.history.applied.length > 0 || steps.every(({ kind }) => kind === 'stamp')) return;
  const own = [tables.migrations, tables.runs, tables.attempts].map(({ name }) => name);
  const wanted = dataSource.entityMetadatas.filter(
    ({ tableName, tableType }) => tableType !== 'view' && !own.includes(tableName),
  );
  const paths = wanted.map(({ tablePath }) => tablePath);
  const present = paths.length === 0 ? [] : await dialect.presentTables(queryRunner, paths);
  const found = wanted.flatMap(({ tableName, tablePath }) =>
    present.includes(tablePath) ? [tableName] : [],
  );
  if (found.length > 0) throw new SchemaNotRecordedError(found.sort(), tables.migrations.name);
}
