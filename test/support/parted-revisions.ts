import type { MigrationInterface } from 'typeorm';
import { indexEachPartition, type PartedIndex } from '../../src/databases/postgres/plan/each-partition.js';
import { Revision, type DialectStatements } from '../../src/migrator/revision.js';

const NOTHING: DialectStatements = { up: [], down: [] };

class MakeParts1800000000601 extends Revision {
  override readonly postgres: DialectStatements = {
    up: [
      'CREATE TABLE "part" ("id" integer NOT NULL, "kind" integer) PARTITION BY RANGE ("id")',
      ...[0, 1, 2].map(
        (at) =>
          `CREATE TABLE "part_${at}" PARTITION OF "part" FOR VALUES FROM (${at * 100}) TO (${at * 100 + 100})`,
      ),
      'INSERT INTO "part" SELECT n, n FROM generate_series(0, 299) n',
    ],
    down: ['DROP TABLE "part"'],
  };
  override readonly sqlite = NOTHING;
}

/** What is built on the parts. */
const UNIQUE: PartedIndex = {
  ...{ table: '"part"', name: 'uq_part', path: '"uq_part"', unique: true, definition: '("id", "kind")' },
  constraint: { text: 'UNIQUE ("id", "kind")', deferrable: '' },
};

class MakeUnique1800000000602 extends Revision {
  override readonly postgres: DialectStatements = {
    up: ['ALTER TABLE ONLY "part" ADD CONSTRAINT "uq_part" UNIQUE ("id", "kind")'],
    down: ['ALTER TABLE "part" DROP CONSTRAINT "uq_part"'],
  };
  override readonly sqlite = NOTHING;
}

class MakeEach1800000000603 extends Revision {
  override readonly transaction = false;
  override readonly postgres: DialectStatements = { up: [indexEachPartition(UNIQUE).sql], down: [] };
  override readonly sqlite = NOTHING;
}

/** A table of three parts with 100 rows each, a unique constraint of it alone, and that of its parts. */
export const PARTED: readonly (new () => MigrationInterface)[] = [
  MakeParts1800000000601,
  MakeUnique1800000000602,
  MakeEach1800000000603,
];
