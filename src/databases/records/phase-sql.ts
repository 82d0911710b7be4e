/** The SQL that keeps, beside the record of a revision, what older code needs to know of it. The same for all databases. */

import type { BoundStatement, Writer } from './bound.js';
import type { RecordContext, RecordEntry } from './syntax.js';
import { PHASED_FORMAT } from './tables.js';

/**
 * Statements for behind the record of a revision, in its transaction. With the first revision that has a contract behind
 * it, the log gets the format that older versions of this package refuse.
 */
export function phaseStatements(
  context: RecordContext,
  entry: RecordEntry,
  write: Writer,
): readonly BoundStatement[] {
  if (!context.phased) return [];
  const formats = setsFormat(context, entry) ? newFormat(context) : [];
  return [...rowStatements(context, entry, write), ...formats.map((sql) => ({ sql, parameters: [] }))];
}

function rowStatements(
  { syntax, tables }: RecordContext,
  { outcome, change, phase }: RecordEntry,
  write: Writer,
): readonly BoundStatement[] {
  if (change === 'insert' && phase === undefined) return [];
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
  return [former, row];
}

/**
 * Whether the log gets another format with a record. An older version would run a contract revision like any other one, so
 * it is refused as soon as one may be the next.
 */
export function setsFormat(
  { phased, format, lastContract }: RecordContext,
  { outcome, change, phase }: RecordEntry,
): boolean {
  if (!phased || change === 'delete' || (format ?? 0) >= PHASED_FORMAT) return false;
  const isAwaited = lastContract !== undefined && outcome.stamp < lastContract;
  return isAwaited || phase?.phase === 'contract';
}

function newFormat({ syntax, tables, format }: RecordContext): readonly string[] {
  return syntax.setFormat(tables.runs, PHASED_FORMAT, format !== null);
}
