/** The statements that make partitions and take them away. */

import { GE, LT } from '../../../sql/postgres-operators.js';
import { postgresLiteral, quoteIdentifier } from '../../../sql/quote.js';
import type { Period } from '../../../schema/periods.js';
import type { LivePartition, LiveTable, NewPartition, PartitionWork } from '../../partitioning.js';

/** What a partition has like its table from the start; indexes, keys and triggers come when it is attached. */
export const LIKE =
  'INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING GENERATED INCLUDING STORAGE INCLUDING COMPRESSION';

/**
 * A plain table that is attached then: attaching lets others read and write the table, which CREATE TABLE ... PARTITION
 * OF does not. https://www.postgresql.org/docs/current/ddl-partitioning.html#DDL-PARTITIONING-DECLARATIVE-MAINTENANCE
 */
export function make(table: LiveTable, partition: NewPartition): PartitionWork {
  const path = partitionPath(table, partition.name);
  return {
    transaction: true,
    statements: [
      `CREATE TABLE ${path} (LIKE ${table.path} ${LIKE})${table.placed}`,
      ...ownedLike(table, path),
      `ALTER TABLE ${table.path} ATTACH PARTITION ${path} ${boundsSql(partition)}`,
    ],
  };
}

/** Gives a new table the owner of the partitioned one: who owns that alone could not drop it otherwise. */
export function ownedLike({ owner }: LiveTable, path: string): readonly string[] {
  return owner === undefined ? [] : [`ALTER TABLE ${path} OWNER TO ${owner}`];
}

/** A partition whose rows another table refers to has to be detached first: that checks it. */
export function drop(table: LiveTable, { path, isDetaching, isForeign }: LivePartition): PartitionWork {
  const detached = `ALTER TABLE ${table.path} DETACH PARTITION ${path}`;
  const first = isDetaching ? [`${detached} FINALIZE`] : table.isReferenced ? [detached] : [];
  const kind = isForeign ? 'FOREIGN TABLE' : 'TABLE';
  return { transaction: true, statements: [...first, `DROP ${kind} ${path}`] };
}

/** Beside a default partition, the server refuses CONCURRENTLY. */
export function detach(table: LiveTable, { path, isDetaching }: LivePartition): PartitionWork {
  const detached = `ALTER TABLE ${table.path} DETACH PARTITION ${path}`;
  if (isDetaching) return { transaction: true, statements: [`${detached} FINALIZE`] };
  if (table.rest) return { transaction: true, statements: [detached] };
  return { transaction: false, statements: [`${detached} CONCURRENTLY`] };
}

/** The path of a partition that is in the schema of its table. */
export function partitionPath({ schema }: LiveTable, name: string): string {
  return `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
}

/** `FOR VALUES FROM ('2026-11-01 00:00:00+00') TO ('2026-12-01 00:00:00+00')` */
export function boundsSql({ lower, upper }: Period): string {
  return `FOR VALUES FROM (${boundSql(lower)}) TO (${boundSql(upper)})`;
}

function boundSql(bound: number): string {
  if (Number.isFinite(bound)) return moment(bound);
  return bound < 0 ? 'MINVALUE' : 'MAXVALUE';
}

/** A condition for the rows of a period. */
export function isIn({ lower, upper }: Period, column: string): string {
  return [
    `${column} IS NOT NULL`,
    ...(Number.isFinite(lower) ? [`${column} ${GE} ${moment(lower)}`] : []),
    ...(Number.isFinite(upper) ? [`${column} ${LT} ${moment(upper)}`] : []),
  ].join(' AND ');
}

/** A moment, in UTC whatever the time zone of the session is; a date and a timestamp pass over the zone. */
export function moment(ms: number): string {
  return postgresLiteral(
    new Date(ms)
      .toISOString()
      .replace('T', ' ')
      .replace(/(?:\.000)?Z$/, '+00'),
  );
}

/** The column by which a table is divided, as SQL. */
export function keyColumn({ key }: LiveTable): string {
  return quoteIdentifier(key[0] ?? '');
}
