/** A rebuild copies the number of each row. A table that is WITHOUT ROWID in the live database alone has none. */

import { messageOf } from '../../../errors/base.js';
import { StructureNotKeptError } from '../../../errors/rebuild.js';
import { relationsIn } from '../../../sql/view-text.js';
import type { RunningRevision } from '../../running-revision.js';
import { lostParts } from './lost-parts.js';
import { tableParts } from './table-parts.js';

const NO_NUMBER = /no such column: (?:"?\w+"?\.)?"?(?:rowid|_rowid_|oid)"?$/i;

/** What is known where a statement fails. */
interface Failing {
  readonly sql: string;
  readonly running: RunningRevision | undefined;
  readonly migrations: readonly object[];
  /** The text of a table. */
  readonly textOf: (table: string) => Promise<string | undefined>;
}

/** The error of a statement; a StructureNotKeptError where the table that it copies has no numbers of rows any more. */
export async function withoutNumbers(error: unknown, failing: Failing): Promise<unknown> {
  const { sql, textOf, ...context } = failing;
  if (!NO_NUMBER.test(messageOf(error))) return error;
  for (const table of relationsIn(sql, 'sqlite')) {
    const text = await textOf(table);
    const parts = text === undefined ? [] : tableParts(text, [table]);
    const options = parts.filter(({ kind, words }) => kind === 'option' && words === 'WITHOUT ROWID');
    const lost = lostParts(options, { names: [table], after: [] }, context);
    if (lost.length > 0) return new StructureNotKeptError(table, lost);
  }
  return error;
}
