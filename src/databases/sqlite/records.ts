import { valueLiteral } from '../../sql/quote.js';
import type { Bind, BoundStatement, Writer } from '../records/bound.js';
import { changeRecord, conditionsOf, insertAttempt, runIf } from '../records/outcome-sql.js';
import type { RecordContext, RecordEntry, RecordSyntax } from '../records/syntax.js';

/** The instant of the statement, cut to milliseconds, as instants are stored. */
export const NOW = "strftime('%Y-%m-%d %H:%M:%f', 'now')";

/** Records on SQLite. */
export const sqliteRecords: RecordSyntax = {
  now: NOW,
  equals: '=',
  differs: '<>',
  atLeast: '>=',
  elapsedMs: (instant) => `CAST(round((julianday('now') - julianday(${instant})) * 86400000) AS integer)`,
  instantOf: (instant) => `strftime('%Y-%m-%d %H:%M:%f', ${valueLiteral(instant)})`,
  lessThan: '<',
  joined: '||',
  isOlder: (id, stamp) => `${id} IS NULL OR CAST(substr(${id}, -13) AS integer) < ${stamp}`,
  // The processes of a development database come and go.
  youngMs: 0,
  max: 'max',
  count: 'count',
  serial: 'integer PRIMARY KEY AUTOINCREMENT NOT NULL',
  identity: 'integer PRIMARY KEY AUTOINCREMENT',
  text: 'varchar',
  instant: 'datetime',
  placeholder: () => '?',
  literal: valueLiteral,
  primaryKey: () => '',
  sequenceOf: () => 'NULL',
  identityOf: () => 'NULL',
  onPrimary: 'true',
  finished: NOW,
  startedAt: (durationMs, bind) => {
    const shift = durationMs === null ? '' : `, ${bind(`-${(durationMs / 1000).toFixed(3)} seconds`)}`;
    return `strftime('%Y-%m-%d %H:%M:%f', 'now'${shift})`;
  },
  // Parses the text only if the condition is false; the error then quotes the text.
  assertion: (condition, text) =>
    `SELECT json_extract('{}', CASE WHEN ${condition} THEN '$' ELSE '${text}' END)`,
  // The lock is of a file, which SQL cannot see.
  held: () => 'SELECT 1',
  record,
  addProgress: ({ sql }) => [`ALTER TABLE ${sql} ADD COLUMN "progress" varchar`],
  // SQLite cannot change the default of a column.
  setFormat: ({ sql }, format, has) => [
    ...(has ? [`ALTER TABLE ${sql} DROP COLUMN "format"`] : []),
    `ALTER TABLE ${sql} ADD COLUMN "format" integer NOT NULL DEFAULT ${format}`,
  ],
};

/** Two statements: an attempt of no run is what the database refuses. */
function record(context: RecordContext, entry: RecordEntry, write: Writer): readonly BoundStatement[] {
  const { change, outcome } = entry;
  const holds = (bind: Bind) =>
    change === 'keep' ? conditionsOf(context, entry, bind).join(' AND ') || 'true' : 'changes() > 0';
  return [
    ...(change === 'keep' ? [] : [write((bind) => changeRecord(context, entry, { bind }))]),
    write((bind) =>
      insertAttempt({ ...context, run: runIf(holds(bind), context.run) }, { outcome, error: null }, bind),
    ),
  ];
}
