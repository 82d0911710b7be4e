/** The SQL that keeps, beside the record of a revision, what older code needs to know of it. The same for all databases. */

import type { BoundStatement, Writer } from './bound.js';
import type { RecordContext, RecordEntry } from './syntax.js';
import { PHASED_FORMAT } from './tables.js';

/**
 * Statements for behind the record of a revision, in its transaction. With the first contract revision the log gets the
 * format that older versions of this package refuse.
 */
export function phaseStatements(
  context: RecordContext,
  { outcome, change, phase }: RecordEntry,
  write: Writer,
): readonly BoundStatement[] {
  const { syntax, tables, phased, format } = context;
  if (!phased || (change === 'insert' && phase === undefined)) return [];
  const { sql } = tables.phases;
  const former = write(
    (bind) => `DELETE FROM ${sql} WHERE "revision" ${syntax.equals} ${bind(outcome.revision)}`,
  );
  if (change === 'delete' || phase === undefined) return [former];
  const row = write((bind) => {
    const values = [outcome.revision, phase.phase, phase.changes].map(
      (value) => `CAST(${bind(value)} AS varchar)`,
    );
    return `INSERT INTO ${sql} ("revision", "phase", "changes") SELECT ${values.join(', ')}`;
  });
  const isOutdated = phase.phase === 'contract' && (format ?? 0) < PHASED_FORMAT;
  const formats = isOutdated ? syntax.setFormat(tables.runs, PHASED_FORMAT, format !== null) : [];
  return [former, row, ...formats.map((text) => ({ sql: text, parameters: [] }))];
}
