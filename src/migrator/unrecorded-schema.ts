/**
 * Refuses a database that has tables of the entities and no record. Asked under the lock, before the first
 * revision.
 */

import { allTables } from '../databases/records/tables.js';
import type { Session } from '../databases/session.js';
import { SchemaNotRecordedError } from '../errors/migration.js';
import type { PlannedStep } from './plan.js';
import type { Project, State } from './state.js';

/**
 * Makes sure that revisions do not begin on tables of the entities that something else has made: creating them again
 * would fail half way, or worse.
 *
 * @throws SchemaNotRecordedError
 */
export async function assertSchemaRecorded(
  { dialect, tables, entityTables }: Project,
  session: Session,
  { state, steps }: { readonly state: State; readonly steps: readonly PlannedStep[] },
): Promise<void> {
  if (state.history.recorded.length > 0 || steps.every(({ kind }) => kind === 'stamp')) return;
  const own = allTables(tables).map(({ name }) => name);
  const wanted = entityTables().filter(({ tableName }) => !own.includes(tableName));
  const present = wanted.length === 0 ? [] : await dialect.presentTables(session, wanted);
  const found = wanted.flatMap(({ tableName, path }) => (present.includes(path) ? [tableName] : []));
  if (found.length > 0) throw new SchemaNotRecordedError(found.sort(), tables.migrations.name);
}
