import type { RuleId } from '../../src/lint/rule-id.js';

/** A statement on a table of many parts, and what its advice comes to. */
export interface PartedCase {
  readonly title: string;
  readonly statement: string;
  /** Runs before it, in the same list. */
  readonly first?: readonly string[];
  readonly transaction?: false;
  /** SQL that gives true when the advice was followed. */
  readonly holds?: string;
  /** A rule that has no other way for such a table still finds its own advice. */
  readonly isFoundAgain?: true;
}

const ALTER = 'ALTER TABLE "measure"';
const isComplete = (index: string, parts: number) =>
  `(SELECT indisvalid FROM pg_index WHERE indexrelid = '${index}'::regclass)
   AND (SELECT count(*) = ${parts} FROM pg_partition_tree('${index}'))`;
const hasType = (table: string, column: string, type: string) =>
  `(SELECT bool_and(format_type(atttypid, atttypmod) = '${type}') FROM pg_attribute
     WHERE attname = '${column}' AND attrelid IN (SELECT oid FROM pg_class WHERE relkind IN ('r', 'p') AND relname LIKE '${table}%'))`;
const none = (table: string, condition: string) => `NOT EXISTS (SELECT FROM "${table}" WHERE ${condition})`;
const isNotNull = (column: string) =>
  `(SELECT bool_and(attnotnull) FROM pg_attribute WHERE attname = '${column}' AND attrelid::regclass::text LIKE 'measure%'
     AND attrelid IN (SELECT oid FROM pg_class WHERE relkind IN ('r', 'p')))`;

/** By rule. */
export const PARTED_CASES: Partial<Readonly<Record<RuleId, readonly PartedCase[]>>> = {
  'add-foreign-key-validated': [
    {
      title: 'a key of the table',
      statement: `${ALTER} ADD CONSTRAINT "fk_m" FOREIGN KEY ("zone_id") REFERENCES "zone" ("id")`,
      holds: `(SELECT count(*) = 5 AND bool_and(convalidated) FROM pg_constraint WHERE conname LIKE 'fk_m%')`,
    },
    {
      title: 'a key of a new column',
      statement: `${ALTER} ADD COLUMN "second" integer DEFAULT 1 CONSTRAINT "fk_m" REFERENCES "zone" ("id")`,
      holds: `(SELECT count(*) = 5 AND bool_and(convalidated) FROM pg_constraint WHERE conname LIKE 'fk_m%')`,
    },
    {
      title: 'a key without a name',
      statement: `${ALTER} ADD FOREIGN KEY ("zone_id") REFERENCES "zone" ("id")`,
      holds: `(SELECT count(*) = 5 AND bool_and(convalidated) FROM pg_constraint WHERE contype = 'f')`,
    },
    {
      title: 'a key of a table with heirs',
      statement: `ALTER TABLE "logs" ADD CONSTRAINT "fk_l" FOREIGN KEY ("v") REFERENCES "zone" ("id")`,
      first: ['DELETE FROM ONLY "logs" WHERE "v" > 3'],
      holds: `(SELECT bool_and(convalidated) FROM pg_constraint WHERE conname = 'fk_l')`,
    },
  ],
  'add-check-validated': [
    {
      title: 'a check',
      statement: `${ALTER} ADD CONSTRAINT "ck_m" CHECK ("v" > 0)`,
      holds: `(SELECT count(*) = 5 AND bool_and(convalidated) FROM pg_constraint WHERE conname = 'ck_m')`,
    },
  ],
  'validate-in-same-transaction': [
    {
      title: 'a check',
      first: [`${ALTER} ADD CONSTRAINT "ck_m" CHECK ("v" > 0) NOT VALID`],
      statement: `${ALTER} VALIDATE CONSTRAINT "ck_m"`,
    },
  ],
  'add-unique-constraint': [
    {
      title: 'a unique constraint',
      statement: `${ALTER} ADD CONSTRAINT "uq_m" UNIQUE ("v", "at", "id")`,
      holds: isComplete('uq_m', 5),
    },
    {
      title: 'one that can be deferred',
      statement: `${ALTER} ADD CONSTRAINT "uq_m" UNIQUE ("v", "at", "id") DEFERRABLE INITIALLY DEFERRED`,
      holds: isComplete('uq_m', 5),
    },
    {
      title: 'a primary key',
      first: [`${ALTER} DROP CONSTRAINT "measure_pkey"`, `${ALTER} ALTER COLUMN "id" DROP NOT NULL`],
      statement: `${ALTER} ADD CONSTRAINT "pk_m" PRIMARY KEY ("id", "at")`,
      holds: isComplete('pk_m', 5),
    },
  ],
  'create-index-blocking': [
    {
      title: 'an index',
      statement: 'CREATE INDEX "ix_m" ON "measure" ("zone_id")',
      holds: isComplete('ix_m', 5),
    },
    {
      title: 'an index without a name',
      statement: 'CREATE INDEX ON "measure" USING btree ("zone_id") WHERE "zone_id" > 1',
      holds: isComplete('measure_zone_id_idx', 5),
    },
    {
      title: 'an index of a level between',
      statement: 'CREATE UNIQUE INDEX "ux_m" ON public."measure_2027" ("at", "id", "v")',
      holds: isComplete('ux_m', 2),
    },
    {
      title: 'an index of a partition',
      statement: 'CREATE INDEX "ix_m" ON "measure_2026" ("zone_id")',
      holds: `to_regclass('ix_m') IS NOT NULL`,
    },
    {
      title: 'an index of a table with heirs',
      statement: 'CREATE INDEX "ix_l" ON "logs" ("v")',
      holds: `(SELECT indisvalid FROM pg_index WHERE indexrelid = 'ix_l'::regclass)`,
    },
  ],
  'drop-index-blocking': [
    {
      title: 'an index',
      statement: 'DROP INDEX "ix_measure_v"',
      holds: `to_regclass('ix_measure_v') IS NULL`,
      isFoundAgain: true,
    },
  ],
  'concurrently-in-transaction': [
    {
      title: 'an index',
      statement: 'CREATE INDEX CONCURRENTLY "ix_m" ON "measure" ("zone_id")',
      holds: isComplete('ix_m', 5),
    },
    {
      title: 'an index, outside a transaction',
      transaction: false,
      statement: 'CREATE INDEX CONCURRENTLY "ix_m" ON "measure" ("zone_id")',
      holds: isComplete('ix_m', 5),
    },
    {
      title: 'an index that goes, outside a transaction',
      transaction: false,
      statement: 'DROP INDEX CONCURRENTLY "ix_measure_v"',
      holds: `to_regclass('ix_measure_v') IS NULL`,
    },
  ],
  'set-not-null-unproven': [
    {
      title: 'a column',
      statement: `${ALTER} ALTER COLUMN "zone_id" SET NOT NULL`,
      holds: isNotNull('zone_id'),
    },
  ],
  'add-column-volatile-default': [
    {
      title: 'a column',
      statement: `${ALTER} ADD COLUMN "key" uuid NOT NULL DEFAULT gen_random_uuid()`,
      holds: `${none('measure', '"key" IS NULL')} AND ${isNotNull('key')}`,
    },
    {
      title: 'a column of a table with heirs',
      statement: 'ALTER TABLE "logs" ADD COLUMN "key" uuid DEFAULT gen_random_uuid()',
      holds: none('logs', '"key" IS NULL'),
    },
  ],
  'add-column-required': [
    {
      title: 'a column',
      statement: `${ALTER} ADD COLUMN "depth" integer NOT NULL`,
      holds: none('measure', '"depth" <> 7'),
    },
  ],
  'change-type-rewrite': [
    {
      title: 'a column',
      statement: `${ALTER} ALTER COLUMN "zone_id" TYPE bigint`,
      holds: `${hasType('measure', 'zone_id', 'bigint')} AND ${none('measure', '"zone_id" IS NULL')}`,
    },
    {
      title: 'a column of a table with heirs',
      statement: 'ALTER TABLE "logs" ALTER COLUMN "v" TYPE bigint',
      holds: `${hasType('logs', 'v', 'bigint')} AND ${none('logs', '"v" IS DISTINCT FROM "id"')}`,
    },
  ],
  'change-type-rebuild': [
    {
      title: 'an index over an expression',
      first: [
        'CREATE INDEX "ix_note" ON "measure" (lower("note"))',
        `${ALTER} ADD CONSTRAINT "ck_note" CHECK (length("note") > 0)`,
      ],
      statement: `${ALTER} ALTER COLUMN "note" TYPE varchar(300)`,
      holds: `${hasType('measure', 'note', 'character varying(300)')} AND ${isComplete('ix_note', 5)}`,
    },
  ],
  'change-type-without-zone': [
    {
      title: 'a column',
      statement: `${ALTER} ALTER COLUMN "seen" TYPE timestamptz`,
      holds: hasType('measure', 'seen', 'timestamp with time zone'),
    },
  ],
  'drop-column': [{ title: 'a column', statement: `${ALTER} DROP COLUMN "v"`, isFoundAgain: true }],
  'drop-table': [{ title: 'the table', statement: 'DROP TABLE "measure"', isFoundAgain: true }],
  'drop-not-null': [
    {
      title: 'a column',
      first: [`${ALTER} ALTER COLUMN "zone_id" SET NOT NULL`],
      statement: `${ALTER} ALTER COLUMN "zone_id" DROP NOT NULL`,
      isFoundAgain: true,
    },
  ],
  'rename-column': [
    {
      title: 'a column',
      statement: `${ALTER} RENAME COLUMN "zone_id" TO "area_id"`,
      holds: none('measure', '"area_id" IS NULL'),
    },
    {
      title: 'a column of a table with heirs',
      statement: 'ALTER TABLE "logs" RENAME COLUMN "v" TO "w"',
      holds: none('logs', '"w" IS DISTINCT FROM "id"'),
    },
  ],
  'rename-table': [
    {
      title: 'the table',
      statement: `${ALTER} RENAME TO "reading"`,
      holds: none('reading', '"v" IS NULL'),
      isFoundAgain: true,
    },
  ],
  'rename-enum-value': [
    {
      title: 'a value',
      statement: `ALTER TYPE "state" RENAME VALUE 'OPEN' TO 'FREE'`,
      holds: none('measure', `"state" = 'OPEN'`),
    },
  ],
  'enum-value-used-at-once': [
    {
      title: 'a default',
      first: [`ALTER TYPE "state" ADD VALUE 'LOST'`],
      statement: `${ALTER} ALTER COLUMN "state" SET DEFAULT 'LOST'`,
    },
  ],
  'truncate-cascade': [
    { title: 'the table', statement: 'TRUNCATE "measure" CASCADE', holds: none('measure', 'true') },
  ],
  'write-without-where': [
    { title: 'UPDATE', statement: 'UPDATE "measure" SET "v" = 0', holds: none('measure', '"v" <> 0') },
    {
      title: 'UPDATE of a table with heirs',
      statement: 'UPDATE "logs" SET "v" = 0',
      holds: none('logs', '"v" <> 0'),
    },
    {
      title: 'UPDATE to a text with signs of the block',
      statement: 'UPDATE "logs" SET "note" = $sql$50% $batches$ %s$sql$',
      holds: none('logs', `"note" <> '50% $batches$ %s'`),
    },
    {
      title: 'UPDATE to a value that the column rounds',
      first: ['ALTER TABLE "logs" ADD COLUMN "r" real'],
      statement: 'UPDATE "logs" SET "r" = 0.1',
      holds: none('logs', '"r" IS NULL'),
    },
    { title: 'DELETE', statement: 'DELETE FROM "measure"', holds: none('measure', 'true') },
  ],
};

/** Those about words of one statement, or without words to write instead; what they print is for no table. */
export const OTHER_RULES: readonly RuleId[] = [
  ...(['drop-database', 'drop-primary-key', 'serial-key', 'integer-key', 'timestamp-without-zone'] as const),
  ...(['long-identifier', 'set-without-local', 'down-does-not-undo', 'dialects-differ'] as const),
  ...(['unused-exception', 'unparsable', 'reindex-blocking', 'rewrite-table', 'drop-cascade'] as const),
  ...(['truncate-table', 'attach-partition-unproven'] as const),
];
