/**
 * A partitioned table with a level of partitions between, and a table with heirs; each leaf has more than 100 pages.
 */
export const PARTITIONED: readonly string[] = [
  `CREATE TYPE "state" AS ENUM ('OPEN', 'SHUT')`,
  'CREATE TABLE "zone" ("id" integer PRIMARY KEY)',
  `CREATE TABLE "measure" ("id" integer NOT NULL, "at" date NOT NULL, "zone_id" integer, "v" integer, "note" varchar(200),
    "state" "state" DEFAULT 'OPEN', "seen" timestamp, PRIMARY KEY ("id", "at")) PARTITION BY RANGE ("at")`,
  `CREATE TABLE "measure_2026" PARTITION OF "measure" FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')`,
  `CREATE TABLE "measure_2027" PARTITION OF "measure" FOR VALUES FROM ('2027-01-01') TO ('2028-01-01') PARTITION BY LIST ("id")`,
  'CREATE TABLE "measure_2027_rest" PARTITION OF "measure_2027" DEFAULT',
  'CREATE TABLE "measure_2028" ("id" integer NOT NULL, "at" date NOT NULL, "zone_id" integer, "v" integer, "note" varchar(200), "state" "state", "seen" timestamp)',
  `ALTER TABLE "measure" ATTACH PARTITION "measure_2028" FOR VALUES FROM ('2028-01-01') TO ('2029-01-01')`,
  'CREATE INDEX "ix_measure_v" ON "measure" (abs("v"))',
  'CREATE INDEX "ix_measure_seen" ON "measure" ("seen")',
  `CREATE TABLE "logs" ("id" integer NOT NULL, "v" integer, "note" varchar(200))`,
  'CREATE TABLE "logs_old" () INHERITS ("logs")',
];

/** Their rows. */
export const PARTITIONED_ROWS: readonly string[] = [
  'INSERT INTO "zone" SELECT generate_series(1, 3)',
  `INSERT INTO "measure" ("id", "at", "zone_id", "v", "note", "seen")
     SELECT g, date '2026-02-01' + g % 3 * 366, 1 + g % 3, g, repeat('x', 180), now() FROM generate_series(1, 18000) AS g`,
  `INSERT INTO "logs" SELECT g, g, 'x' FROM generate_series(1, 10) AS g`,
  `INSERT INTO "logs_old" SELECT g, g, repeat('x', 180) FROM generate_series(11, 6000) AS g`,
];
