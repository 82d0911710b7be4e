import type { DataSource } from 'typeorm';
import { recordTables } from '../databases/records/tables.js';
import { databaseOf } from '../databases/registry.js';
import { loadEntities, loadRevisions } from './load-revisions.js';
import { recordBody } from './offline-body.js';
import { scriptFrom, type ByHand, type ScriptOptions } from './offline-script.js';
import { extensionsOnConnecting, preparation } from './preparation.js';
import { assertRunNumbers } from './run-limits.js';

export type { ScriptOptions };

/**
 * Writes the SQL of a run, without a database: sections for `psql` or `sqlite3` that record what they do and refuse to
 * run where they do not belong. `up` begins at base, `down` at head, unless `A..B` says otherwise.
 *
 * @throws UsageError for a target that leads nowhere
 * @throws ScriptError when a revision written by hand reads the database, naming it
 */
export async function writeScript(dataSource: DataSource, options: ScriptOptions): Promise<string> {
  assertRunNumbers(options);
  const parts = {
    own: databaseOf(dataSource),
    revisions: await loadRevisions(dataSource),
    tablesOn: ({ capabilities }: { readonly capabilities: { readonly schemas: boolean } }) =>
      recordTables(dataSource, capabilities.schemas),
    byHand: byHandIn(dataSource),
  };
  return scriptFrom(parts, options);
}

function byHandIn(dataSource: DataSource): ByHand {
  const of = { dataSource, database: databaseOf(dataSource) };
  return {
    record: (revision, direction) => recordBody(of, revision, direction),
    prepare: async () => {
      await loadEntities(dataSource);
      return [...(await extensionsOnConnecting(of)), ...(await preparation(of))];
    },
  };
}
