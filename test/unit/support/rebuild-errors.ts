import type { OrchestratorDbError } from '../../../src/errors/base.js';
import * as migration from '../../../src/errors/migration.js';
import * as rebuild from '../../../src/errors/rebuild.js';

const errors = { ...migration, ...rebuild };

/** One of each class about what a change of an SQLite table concerns besides it, and what `console.error` prints of it. */
export const REBUILD_SAMPLES: readonly (readonly [error: OrchestratorDbError, printed: string])[] = [
  [
    new errors.StructureNotKeptError('docs', [
      { kind: 'column', words: 'the column "note"', columns: ['note'] },
    ]),
    'the revision rebuilds the table "docs" and would lose the column "note". The revision does not contain it, neither up nor down. To keep it, add it to the entity and generate the revision again. To lose it, first execute ALTER TABLE "docs" DROP COLUMN "note"; [STRUCTURE_NOT_KEPT]',
  ],
  [
    new errors.ObjectNotRestoredError(
      [{ type: 'index', name: 'ac_email_ci', table: 'ac' }],
      new Error('no such column: email'),
    ),
    'the revision rebuilds a table, and the index ac_email_ci of ac cannot be created again: no such column: email. ' +
      'To remove objects that depend on a dropped column, put this before the rebuild in the revision: DROP INDEX IF EXISTS "ac_email_ci" [OBJECT_NOT_RESTORED]',
  ],
  [
    new errors.DependentBrokenError(
      [{ type: 'trigger', name: 'oth', table: 'orders' }],
      new Error('no such column: note'),
    ),
    'the revision breaks the trigger oth of orders: no such column: note. ' +
      'Drop it before the change in the revision, and create it again for the new columns: DROP TRIGGER IF EXISTS "oth" [DEPENDENT_BROKEN]',
  ],
];
