import { messageOf } from '../../errors/base.js';
import type { Bind } from './bound.js';
import type { RecordContext, RecordEntry } from './syntax.js';

/** What the database quotes in its error where the record is not there. */
const MARK = 'orchestrator-db: the record was not kept';

/**
 * A statement that fails unless a revision's record and its attempt are in their tables as they were written. It comes
 * behind the statements of `RecordSyntax.record`, in their transaction: a trigger, a rule or a view may have changed or
 * swallowed what these wrote. It writes nothing, so that no trigger has a say in it.
 */
export function verifyRecordStatement(context: RecordContext, entry: RecordEntry, bind: Bind): string {
  const holds = recordCondition(context, entry, bind);
  return context.syntax.assertion(holds, MARK);
}

/** Whether an error is that of `verifyRecordStatement`. */
export function saysNotKept(error: unknown): boolean {
  return messageOf(error).includes(MARK);
}

/** That both are there, as SQL. */
export function recordCondition(context: RecordContext, entry: RecordEntry, bind: Bind): string {
  const { change, outcome } = entry;
  const { tables, syntax, run } = context;
  const { equals } = syntax;
  const text = (value: string) => `CAST(${bind(value)} AS varchar)`;
  // Called where it stands in the text, since SQLite's parameters have no numbers.
  const isNamed = (list: string) => `${list}."name" ${equals} ${text(outcome.revision)}`;
  const isOurs = (list: string) =>
    `${isNamed(list)} AND ${list}."timestamp" ${equals} CAST(${bind(outcome.stamp)} AS bigint)`;
  const list = tables.migrations.sql;
  const newest = `(SELECT * FROM ${list} ORDER BY "id" DESC LIMIT 1) AS n`;
  // The list has no index on names; the newest record is nearly always the one.
  const record = {
    insert: () =>
      `(EXISTS (SELECT 1 FROM ${newest} WHERE ${isOurs('n')}) OR EXISTS (SELECT 1 FROM ${list} AS m WHERE ${isOurs('m')})) AND `,
    delete: () => `NOT EXISTS (SELECT 1 FROM ${list} AS m WHERE ${isNamed('m')}) AND `,
    keep: () => '',
  }[change]();
  const attempt = `"run_id" ${equals} ${run} AND "revision" ${equals} ${text(outcome.revision)} AND "direction" ${equals} ${text(outcome.direction)} AND "outcome" ${equals} 'done'`;
  const checksum = `coalesce("checksum_up", '') ${equals} coalesce(CAST(${bind(outcome.checksums?.up ?? null)} AS varchar), '')`;
  return `${record}EXISTS (SELECT 1 FROM ${tables.attempts.sql} WHERE ${attempt} AND ${checksum})`;
}
