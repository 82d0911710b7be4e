/** A table of the entities becomes a partitioned one. */
const PARTED = [
  'DROP TABLE stays',
  'CREATE TABLE stays (bed integer NOT NULL, night date NOT NULL, guest text NOT NULL, CONSTRAINT stays_pk PRIMARY KEY (bed, night)) PARTITION BY RANGE (night)',
  `CREATE TABLE stays_2026 PARTITION OF stays FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')`,
];

/** What is done to a database, and what a check lists as unmanaged. */
export const PARTITION_CASES: readonly {
  readonly title: string;
  readonly sql: readonly string[];
  readonly unmanaged: readonly string[];
}[] = [
  {
    title: 'how a table of the entities is partitioned, but not its partitions',
    sql: PARTED,
    unmanaged: ['table-option stays.PARTITION BY RANGE (night)'],
  },
  {
    title: 'what a partition alone has',
    sql: [
      ...PARTED,
      'CREATE INDEX alone ON stays_2026 (guest)',
      'ALTER TABLE stays_2026 ADD CONSTRAINT unlike UNIQUE (guest), ADD CONSTRAINT small CHECK (bed < 9)',
      `ALTER TABLE stays_2026 ALTER COLUMN guest SET DEFAULT 'me'`,
      'CREATE TRIGGER own BEFORE UPDATE ON stays_2026 FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()',
      'CREATE TRIGGER of_all BEFORE UPDATE ON stays FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()',
      'ALTER TABLE stays_2026 DISABLE TRIGGER of_all',
    ],
    unmanaged: [
      'check stays_2026.small',
      'default stays_2026.guest',
      'disabled-trigger stays_2026.of_all',
      'index stays_2026.alone',
      'table-option stays.PARTITION BY RANGE (night)',
      'trigger stays.of_all',
      'trigger stays_2026.own',
      'unique stays_2026.unlike',
    ],
  },
  {
    title: 'a partition that was detached, and a table with a like name that was none',
    sql: [
      ...PARTED,
      `CREATE TABLE stays_p2027_01 PARTITION OF stays FOR VALUES FROM ('2027-01-01') TO ('2027-02-01')`,
      'ALTER TABLE stays DETACH PARTITION stays_p2027_01',
      'CREATE TABLE stays_paid (n integer)',
    ],
    unmanaged: [
      'detached-partition stays_p2027_01',
      'table stays_paid',
      'table-option stays.PARTITION BY RANGE (night)',
    ],
  },
];
