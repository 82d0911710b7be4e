import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { Revision, type DialectStatements } from '../../src/migrator/revision.js';

/** What the chain of revisions below makes. */
@Entity({ name: 'parent' })
export class Parent {
  @PrimaryColumn({ name: 'id', type: 'integer', primaryKeyConstraintName: 'pk_parent' })
  id!: number;

  @Column({ name: 'name', type: String, length: 100 })
  name!: string;

  @Column({ name: 'rank', type: 'integer', default: 7 })
  rank!: number;
}

/** Goes with its parent. */
@Entity({ name: 'child' })
@Index('ix_child_parent_id', ['parentId'])
export class Child {
  @PrimaryColumn({ name: 'id', type: 'integer', primaryKeyConstraintName: 'pk_child' })
  id!: number;

  @Column({ name: 'parent_id', type: 'integer' })
  parentId!: number;

  @ManyToOne(() => Parent, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'parent_id', foreignKeyConstraintName: 'fk_child_parent_id' })
  parent!: Relation<Parent>;
}

/** Tells how often a data revision was run. */
@Entity({ name: 'counter' })
export class Counter {
  @PrimaryColumn({ name: 'id', type: 'integer', primaryKeyConstraintName: 'pk_counter' })
  id!: number;

  @Column({ name: 'value', type: 'integer' })
  value!: number;
}

export const CHAIN_ENTITIES = [Parent, Child, Counter];

const PARENT =
  '"id" integer NOT NULL, "name" varchar(100) NOT NULL, CONSTRAINT "pk_parent" PRIMARY KEY ("id")';
const RANKED =
  '"id" integer NOT NULL, "name" varchar(100) NOT NULL, "rank" integer NOT NULL DEFAULT (7), CONSTRAINT "pk_parent" PRIMARY KEY ("id")';
const INDEX = 'CREATE INDEX "ix_child_parent_id" ON "child" ("parent_id")';

class CreateFamily1800000000101 extends Revision {
  override readonly postgres: DialectStatements = {
    up: [
      `CREATE TABLE "parent" (${PARENT})`,
      `CREATE TABLE "child" ("id" integer NOT NULL, "parent_id" integer NOT NULL, CONSTRAINT "pk_child" PRIMARY KEY ("id"), CONSTRAINT "fk_child_parent_id" FOREIGN KEY ("parent_id") REFERENCES "parent" ("id") ON DELETE CASCADE)`,
    ],
    down: ['DROP TABLE "child"', 'DROP TABLE "parent"'],
  };
  override readonly sqlite = this.postgres;
}

class CreateCounter1800000000102 extends Revision {
  override readonly postgres: DialectStatements = {
    up: [
      'CREATE TABLE "counter" ("id" integer NOT NULL, "value" integer NOT NULL, CONSTRAINT "pk_counter" PRIMARY KEY ("id"))',
      'INSERT INTO "counter" ("id", "value") VALUES (1, 0)',
    ],
    down: ['DROP TABLE "counter"'],
  };
  override readonly sqlite = this.postgres;
}

class FillFamily1800000000103 extends Revision {
  override readonly postgres = domain(1, 40);
  override readonly sqlite = this.postgres;
}

class CountOnce1800000000104 extends Revision {
  override readonly postgres: DialectStatements = {
    up: ['UPDATE "counter" SET "value" = "value" + 1 WHERE "id" = 1'],
    down: ['UPDATE "counter" SET "value" = "value" - 1 WHERE "id" = 1'],
  };
  override readonly sqlite = this.postgres;
}

/** SQLite does the work in the one that follows. */
class IndexChildren1800000000105 extends Revision {
  override readonly transaction = false;
  override readonly postgres: DialectStatements = {
    up: [INDEX.replace('CREATE INDEX', 'CREATE INDEX CONCURRENTLY IF NOT EXISTS')],
    down: ['DROP INDEX CONCURRENTLY IF EXISTS "ix_child_parent_id"'],
  };
  override readonly sqlite: DialectStatements = { up: [], down: [] };
}

/** The same in a transaction, for a pooler that takes nothing else. */
class IndexChildrenAtOnce1800000000105 extends Revision {
  override readonly postgres: DialectStatements = { up: [INDEX], down: ['DROP INDEX "ix_child_parent_id"'] };
  override readonly sqlite: DialectStatements = { up: [], down: [] };
}

/** On SQLite the parent is rebuilt both ways, in the statements that TypeORM's schema builder writes. */
class RankParents1800000000106 extends Revision {
  override readonly postgres: DialectStatements = {
    up: ['ALTER TABLE "parent" ADD COLUMN "rank" integer NOT NULL DEFAULT 7'],
    down: ['ALTER TABLE "parent" DROP COLUMN "rank"'],
  };
  override readonly sqlite: DialectStatements = {
    up: [
      INDEX,
      `CREATE TABLE "temporary_parent" (${RANKED})`,
      'INSERT INTO "temporary_parent"("id", "name") SELECT "id", "name" FROM "parent"',
      'DROP TABLE "parent"',
      'ALTER TABLE "temporary_parent" RENAME TO "parent"',
    ],
    down: [
      'ALTER TABLE "parent" RENAME TO "temporary_parent"',
      `CREATE TABLE "parent" (${PARENT})`,
      'INSERT INTO "parent"("id", "name") SELECT "id", "name" FROM "temporary_parent"',
      'DROP TABLE "temporary_parent"',
      'DROP INDEX "ix_child_parent_id"',
    ],
  };
}

class FillMore1800000000107 extends Revision {
  override readonly postgres = domain(41, 50);
  override readonly sqlite = this.postgres;
}

const BEFORE = [
  CreateFamily1800000000101,
  CreateCounter1800000000102,
  FillFamily1800000000103,
  CountOnce1800000000104,
];
const AFTER = [RankParents1800000000106, FillMore1800000000107];

/** Schema and data, an index made CONCURRENTLY in the middle on PostgreSQL, a rebuild on SQLite. */
export const CHAIN: readonly (new () => Revision)[] = [...BEFORE, IndexChildren1800000000105, ...AFTER];

/** The same without anything outside a transaction. */
export const TRANSACTIONAL_CHAIN: readonly (new () => Revision)[] = [
  ...BEFORE,
  IndexChildrenAtOnce1800000000105,
  ...AFTER,
];

/** Parents of these ids with two children each. */
function domain(from: number, to: number): DialectStatements {
  const ids = Array.from({ length: to - from + 1 }, (_, index) => from + index);
  const parents = ids.map((id) => `(${id}, 'parent ${id}')`).join(', ');
  const children = ids.map((id) => `(${1000 + id}, ${id}), (${2000 + id}, ${id})`).join(', ');
  const range = `BETWEEN ${from} AND ${to}`;
  return {
    up: [
      `INSERT INTO "parent" ("id", "name") VALUES ${parents}`,
      `INSERT INTO "child" ("id", "parent_id") VALUES ${children}`,
    ],
    down: [`DELETE FROM "child" WHERE "parent_id" ${range}`, `DELETE FROM "parent" WHERE "id" ${range}`],
  };
}
