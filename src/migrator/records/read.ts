import type { QueryRunner } from 'typeorm';
import type { AppliedRevision } from '../history.js';
import { dialectOf } from '../../dialect/dialect.js';
import { readRows, type Row } from './read-rows.js';
import { instantOf, textOf } from './rows.js';
import { wordsOf, type Words } from './sql.js';
import type { RecordTables } from './tables.js';

/** Which tables of the records exist and may be read. */
export interface Presence {
  readonly migrations: boolean;
  /** The two tables of the log. */
  readonly log: boolean;
  /** Whether the log has the indexes that `createTables` gives it; one of an earlier version does not. */
  readonly indexed: boolean;
  /** Whether the role may add them. */
  readonly indexable: boolean;
}

/** The applied revisions in the order in which they were recorded, with what the log says of them. One statement. */
export async function readApplied(
  queryRunner: QueryRunner,
  tables: RecordTables,
  { migrations, log, indexed }: Presence,
): Promise<readonly AppliedRevision[]> {
  if (!migrations) return [];
  const { name } = dialectOf(queryRunner.connection);
  const rows = await readRows(
    queryRunner,
    log ? (indexed ? appliedByIndex : appliedWithLog)(tables, wordsOf(name)) : appliedAlone(tables),
  );
  return rows.map((row) => ({
    id: String(row['name']),
    appliedAt: row['direction'] === 'up' ? instantOf(row['applied_at']) : null,
    checksums: checksumsIn(row),
  }));
}

function appliedAlone({ migrations }: RecordTables): string {
  return `SELECT "name" FROM ${migrations.sql} ORDER BY "id"`;
}

/** One look per revision, however long the log is. */
function appliedByIndex({ migrations, attempts }: RecordTables, { equals, differs, max }: Words): string {
  const newest = (which: string) =>
    `(SELECT ${max}("id") FROM ${attempts.sql} WHERE "revision" ${equals} m."name" AND "outcome" ${equals} 'done'${which})`;
  return `SELECT m."name", a."direction", a."checksum_up", a."checksum_down", made."finished_at" AS "applied_at" FROM ${migrations.sql} m
  LEFT JOIN ${attempts.sql} a ON a."id" ${equals} ${newest('')}
  LEFT JOIN ${attempts.sql} made ON made."id" ${equals} ${newest(` AND "kind" ${differs} 'renewed'`)} ORDER BY m."id"`;
}

/** Every attempt is read, since a log of an earlier version has no index to look in. */
function appliedWithLog({ migrations, attempts }: RecordTables, { equals, differs, max }: Words): string {
  const newest = (which: string) =>
    `(SELECT "revision", ${max}("id") AS "id" FROM ${attempts.sql} WHERE "outcome" ${equals} 'done'${which} GROUP BY "revision")`;
  return `SELECT m."name", a."direction", a."checksum_up", a."checksum_down", made."finished_at" AS "applied_at" FROM ${migrations.sql} m
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
