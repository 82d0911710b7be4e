import type { Session } from '../../databases/session.js';
import { databaseNamed } from '../../databases/registry.js';
import type { AppliedRevision } from '../history.js';
import { readRows } from './read-rows.js';
import type { Row } from '../../databases/row.js';
import { instantOf, textOf } from './rows.js';
import type { RecordSyntax } from '../../databases/records/syntax.js';
import type { RecordTables, TableName } from '../../databases/records/tables.js';

/** Which tables of the records exist and may be read. */
export interface Presence {
  readonly migrations: boolean;
  /** The two tables of the log. */
  readonly log: boolean;
  /** Tables of the log that are there and that the role may not read. */
  readonly denied: readonly TableName[];
  /** Whether the log has the indexes that `createTables` gives it; one of an earlier version does not. */
  readonly indexed: boolean;
  /** Whether the role may add them. */
  readonly indexable: boolean;
  /** Whether the runs have the column for their progress; those of an earlier version do not. */
  readonly progress: boolean;
  /** Whether the list and the two tables of the log exist, readable or not. */
  readonly complete: boolean;
  /** Whether each of them is there and may be read: what applied revisions have changed, and who is connected. */
  readonly phases: boolean;
  readonly heartbeats: boolean;
  /** Whether both exist; beside a log of an earlier version they do not. */
  readonly released: boolean;
  /** Whether the role may create them. */
  readonly releasable: boolean;
  /** Whether the role may write the one, and lock the other against writers. */
  readonly phasable: boolean;
  readonly lockable: boolean;
  /** Of the log; null where it has no column for that. */
  readonly format: number | null;
}

/** The applied revisions, and whether it is a standby that knows no more of them. */
interface AppliedRead {
  readonly applied: readonly AppliedRevision[];
  readonly standby: boolean;
}

/**
 * The applied revisions in the order in which they were recorded, with what the log says of them. One statement, which
 * tells itself which server has answered it.
 */
export async function readApplied(
  session: Session,
  tables: RecordTables,
  { migrations, log, indexed, standbySql }: Presence & { readonly standbySql: string },
): Promise<AppliedRead> {
  if (!migrations) return { applied: [], standby: false };
  const server = `(SELECT ${standbySql} AS "standby") server`;
  const words = databaseNamed(session.place.dialect).records;
  const rows = await readRows(
    session,
    log ? (indexed ? appliedByIndex : appliedWithLog)(tables, server, words) : appliedAlone(tables, server),
  );
  const recorded = rows.filter((row) => row['name'] !== null);
  return { applied: recorded.map(appliedIn), standby: rows[0]?.['standby'] === true };
}

function appliedIn(row: Row): AppliedRevision {
  return {
    id: String(row['name']),
    appliedAt: row['direction'] === 'up' ? instantOf(row['applied_at']) : null,
    checksums: checksumsIn(row),
  };
}

/** @param server one row, which stays where no revision is recorded */
function appliedAlone({ migrations }: RecordTables, server: string): string {
  return `SELECT server."standby", m."name" FROM ${server} LEFT JOIN ${migrations.sql} m ON true ORDER BY m."id"`;
}

/** One look per revision, however long the log is. */
function appliedByIndex(
  { migrations, attempts }: RecordTables,
  server: string,
  { equals, differs, max }: RecordSyntax,
): string {
  const newest = (which: string) =>
    `(SELECT ${max}("id") FROM ${attempts.sql} WHERE "revision" ${equals} m."name" AND "outcome" ${equals} 'done'${which})`;
  return `SELECT server."standby", m."name", a."direction", a."checksum_up", a."checksum_down", made."finished_at" AS "applied_at"
  FROM ${server} LEFT JOIN ${migrations.sql} m ON true
  LEFT JOIN ${attempts.sql} a ON a."id" ${equals} ${newest('')}
  LEFT JOIN ${attempts.sql} made ON made."id" ${equals} ${newest(` AND "kind" ${differs} 'renewed'`)} ORDER BY m."id"`;
}

/** Every attempt is read, since a log of an earlier version has no index to look in. */
function appliedWithLog(
  { migrations, attempts }: RecordTables,
  server: string,
  { equals, differs, max }: RecordSyntax,
): string {
  const newest = (which: string) =>
    `(SELECT "revision", ${max}("id") AS "id" FROM ${attempts.sql} WHERE "outcome" ${equals} 'done'${which} GROUP BY "revision")`;
  return `SELECT server."standby", m."name", a."direction", a."checksum_up", a."checksum_down", made."finished_at" AS "applied_at"
  FROM ${server} LEFT JOIN ${migrations.sql} m ON true
  LEFT JOIN ${newest('')} latest ON latest."revision" ${equals} m."name"
  LEFT JOIN ${attempts.sql} a ON a."id" ${equals} latest."id"
  LEFT JOIN ${newest(` AND "kind" ${differs} 'renewed'`)} applied ON applied."revision" ${equals} m."name"
  LEFT JOIN ${attempts.sql} made ON made."id" ${equals} applied."id" ORDER BY m."id"`;
}

/** Only what was recorded by the newest way up counts; something else may have run since. */
function checksumsIn(row: Row): AppliedRevision['checksums'] {
  const up = textOf(row['checksum_up']);
  const down = textOf(row['checksum_down']);
  return row['direction'] === 'up' && up !== null && down !== null ? { up, down } : null;
}
