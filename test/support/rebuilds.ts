import type { Revision } from '../../src/migrator/revision.js';
import { revision } from './revisions.js';

const COLUMNS = '"id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "name" varchar NOT NULL';

/** A parent and its children, which go with it, and a view and a trigger on the parent. */
export const FAMILY: new () => Revision = revision(
  'Family1800000000021',
  [
    `CREATE TABLE "parent" (${COLUMNS})`,
    `CREATE TABLE "child" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "parent_id" integer NOT NULL,
      CONSTRAINT "fk_child_parent_id" FOREIGN KEY ("parent_id") REFERENCES "parent" ("id") ON DELETE CASCADE)`,
    'CREATE TABLE "log" ("words" text NOT NULL)',
    'CREATE VIEW "families" AS SELECT p."name", c."id" AS child FROM "parent" p JOIN "child" c ON c."parent_id" = p."id"',
    `CREATE TRIGGER "note_child" AFTER INSERT ON "child" BEGIN
      INSERT INTO "log" SELECT 'child of ' || "name" FROM "parent" WHERE "id" = new."parent_id"; END`,
    `CREATE TRIGGER "note_parent" AFTER UPDATE ON "parent" BEGIN INSERT INTO "log" VALUES ('renamed ' || new."name"); END`,
  ],
  ['DROP VIEW "families"', 'DROP TABLE "child"', 'DROP TABLE "parent"', 'DROP TABLE "log"'],
);

/** Rebuilds the parent both ways, in the statements that TypeORM's schema builder writes. */
export const REBUILD: new () => Revision = revision(
  'RebuildParent1800000000022',
  [
    `CREATE TABLE "temporary_parent" (${COLUMNS}, "rank" integer NOT NULL DEFAULT (7))`,
    'INSERT INTO "temporary_parent"("id", "name") SELECT "id", "name" FROM "parent"',
    'DROP TABLE "parent"',
    'ALTER TABLE "temporary_parent" RENAME TO "parent"',
  ],
  [
    'ALTER TABLE "parent" RENAME TO "temporary_parent"',
    `CREATE TABLE "parent" (${COLUMNS})`,
    'INSERT INTO "parent"("id", "name") SELECT "id", "name" FROM "temporary_parent"',
    'DROP TABLE "temporary_parent"',
  ],
);

/** Not a rebuild: references to the parent must follow. */
export const RENAME: new () => Revision = revision(
  'RenameParent1800000000023',
  ['ALTER TABLE "parent" RENAME TO "guardian"'],
  ['ALTER TABLE "guardian" RENAME TO "parent"'],
);

/** A thousand parents with a child each. */
export const FILL: readonly string[] = [
  `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
   INSERT INTO "parent" ("id", "name") SELECT i, 'parent ' || i FROM n`,
  `INSERT INTO "child" ("id", "parent_id") SELECT "id" + 5000, "id" FROM "parent"`,
  'DELETE FROM "log"',
];
