import { OrchestratorDbError } from '../errors.js';
import { quoteIdentifier } from '../sql/quote.js';

/** A revision has rebuilt a table on SQLite, and the new table lacks columns that no revision names. */
export class ColumnNotKeptError extends OrchestratorDbError {
  readonly code = 'COLUMN_NOT_KEPT';

  constructor(
    readonly table: string,
    readonly columns: readonly string[],
  ) {
    const [name, list] = [quoteIdentifier(table), columns.map(quoteIdentifier).join(', ')];
    const drops = columns.map((column) => `ALTER TABLE ${name} DROP COLUMN ${quoteIdentifier(column)};`);
    super(
      `the revision rebuilds the table ${name}, and would lose ${list} with all values: no revision names ${columns.length > 1 ? 'these columns' : 'this column'}. ` +
        `Add ${columns.length > 1 ? 'them' : 'it'} to the entity and to the rebuild, or drop first what is not needed: ${drops.join(' ')}`,
    );
  }
}
