import { Column, Entity, PrimaryColumn } from 'typeorm';
import { Partitioned, type PartitionOptions } from '../../src/partitioned.js';

/** A month each, two ahead, for 90 days. */
export const MONTHLY: PartitionOptions = {
  by: 'at',
  strategy: 'range',
  every: '1 month',
  ahead: 2,
  keep: '90 days',
};

/** An entity whose table `event` is partitioned so. */
export function keptEvent(options: PartitionOptions = MONTHLY): Function {
  @Entity('event')
  @Partitioned(options)
  class Event {
    @PrimaryColumn({ type: 'bigint', primaryKeyConstraintName: 'PK_event' })
    id!: string;

    @PrimaryColumn({ type: 'timestamptz', primaryKeyConstraintName: 'PK_event' })
    at!: Date;

    @Column({ type: 'text', default: 'x' })
    note!: string;
  }
  return Event;
}

/** Its table, without partitions. */
export const EVENT_TABLE = `CREATE TABLE "event" ("id" bigint NOT NULL, "at" timestamptz NOT NULL, "note" text NOT NULL DEFAULT 'x',
  CONSTRAINT "PK_event" PRIMARY KEY ("id", "at")) PARTITION BY RANGE ("at")`;

/** Its default partition. */
export const EVENT_DEFAULT = 'CREATE TABLE "event_default" PARTITION OF "event" DEFAULT';

/** A partition for a month: `2026-11`. */
export function eventMonth(month: string, name = `event_p${month.replace('-', '_')}`): string {
  const [year = 0, number = 0] = month.split('-').map(Number);
  const bound = (at: number) => new Date(Date.UTC(year, at)).toISOString();
  return `CREATE TABLE "${name}" PARTITION OF "event" FOR VALUES FROM ('${bound(number - 1)}') TO ('${bound(number)}')`;
}

/** The partitions with their bounds in UTC, by name. */
export const EVENT_PARTS = `SELECT set_config('timezone', 'UTC', false), c.relname || ' ' || pg_get_expr(c.relpartbound, c.oid) AS part
  FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'event'::regclass ORDER BY c.relname`;

/** What `EVENT_PARTS` gives, in short: `event_p2026_11 2026-11-01 2026-12-01`. */
export function partWords(part: unknown): string {
  return String(part)
    .replaceAll(/FOR VALUES FROM|TO|[()']|00:00:00\+00/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
