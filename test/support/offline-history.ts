import { Revision, type DialectStatements } from '../../src/migrator/revision.js';

const QUOTED = String.raw`it's "quoted"; \n -- no comment, /* none */ :name $1 ? $$ 100% é 漢`;
const TEXT = QUOTED.replaceAll("'", "''");

const SUPPLIER =
  '"id" integer NOT NULL, "name" varchar(200) NOT NULL, CONSTRAINT "pk_supplier" PRIMARY KEY ("id")';
const RANKED = SUPPLIER.replace(', CONSTRAINT', ', "rank" integer NOT NULL DEFAULT (7), CONSTRAINT');
const PART = (states: string) => `"id" integer NOT NULL, "supplier_id" integer NOT NULL,
        "state" varchar CHECK( "state" IN (${states}) ) NOT NULL DEFAULT ('NEW'),
        CONSTRAINT "pk_part" PRIMARY KEY ("id"),
        CONSTRAINT "fk_part_supplier_id" FOREIGN KEY ("supplier_id") REFERENCES "supplier" ("id") ON DELETE CASCADE`;

/**
 * Tables with children that go with their parent, an enumerated type, a view, and a table whose statement is a mess.
 */
export class CreateStore1800000000301 extends Revision {
  static override readonly description = 'Creates suppliers, parts; and "notes".';

  override readonly postgres: DialectStatements = {
    up: [
      `CREATE TYPE "partstate" AS ENUM('NEW', 'OLD')`,
      `CREATE TABLE "supplier" (${SUPPLIER})`,
      `CREATE TABLE "part" ("id" SERIAL NOT NULL, "supplier_id" integer NOT NULL, "state" "partstate" NOT NULL DEFAULT 'NEW',
        CONSTRAINT "pk_part" PRIMARY KEY ("id"),
        CONSTRAINT "fk_part_supplier_id" FOREIGN KEY ("supplier_id") REFERENCES "supplier" ("id") ON DELETE CASCADE)`,
      'CREATE VIEW "supplied" AS SELECT s."name", p."id" AS "part" FROM "supplier" s JOIN "part" p ON p."supplier_id" = s."id" -- by name',
      `CREATE TABLE "notes" ("words" text NOT NULL DEFAULT '${TEXT}') -- the end; of it`,
      `COMMENT ON TABLE "notes" IS '${TEXT}'`,
    ],
    down: [
      'DROP TABLE "notes" -- gone',
      'DROP VIEW "supplied"',
      'DROP TABLE "part"',
      'DROP TABLE "supplier"',
      'DROP TYPE "partstate"',
    ],
  };

  override readonly sqlite: DialectStatements = {
    up: [
      `CREATE TABLE "supplier" (${SUPPLIER})`,
      `CREATE TABLE "part" (${PART("'NEW', 'OLD'")})`,
      'CREATE VIEW "supplied" AS SELECT s."name", p."id" AS "part" FROM "supplier" s JOIN "part" p ON p."supplier_id" = s."id" -- by name',
      `CREATE TABLE "notes" ("words" text NOT NULL DEFAULT '${TEXT}') -- the end; of it`,
    ],
    down: [
      'DROP TABLE "notes" -- gone',
      'DROP VIEW "supplied"',
      'DROP TABLE "part"',
      'DROP TABLE "supplier"',
    ],
  };
}

/** Rows, with all in them that a shell might take for something else. */
export class FillStore1800000000302 extends Revision {
  override readonly postgres: DialectStatements = {
    up: [
      `INSERT INTO "supplier" ("id", "name") VALUES (1, '${TEXT}'), (2, 'two\nlines;\n\\q\n.quit\n/\ngo\n'), (3, '')`,
      `INSERT INTO "part" ("id", "supplier_id", "state") VALUES (11, 1, 'NEW'), (12, 1, 'OLD'), (13, 2, 'NEW'), (14, 3, 'OLD')`,
      'INSERT INTO "notes" DEFAULT VALUES;',
    ],
    down: ['DELETE FROM "notes"', 'DELETE FROM "part"', 'DELETE FROM "supplier" -- all of them;'],
  };
  override readonly sqlite = this.postgres;
}

/** Outside a transaction on PostgreSQL; SQLite has nothing like it, and a comment of several lines instead. */
export class IndexParts1800000000303 extends Revision {
  override readonly transaction = false;
  override readonly postgres: DialectStatements = {
    up: ['CREATE INDEX CONCURRENTLY IF NOT EXISTS "ix_part_state" ON "part" ("state") -- for the list'],
    down: ['DROP INDEX CONCURRENTLY IF EXISTS "ix_part_state"'],
  };
  override readonly sqlite: DialectStatements = {
    up: [
      `CREATE INDEX "ix_part_state" ON "part" ("state") /* for
      the list; */`,
    ],
    down: ['DROP INDEX "ix_part_state"'],
  };
}

/** On SQLite the parent is rebuilt both ways, in the statements that TypeORM's schema builder writes. */
export class RankSuppliers1800000000304 extends Revision {
  override readonly postgres: DialectStatements = {
    up: ['ALTER TABLE "supplier" ADD COLUMN "rank" integer NOT NULL DEFAULT 7'],
    down: ['ALTER TABLE "supplier" DROP COLUMN "rank"'],
  };
  override readonly sqlite: DialectStatements = {
    up: [
      `CREATE TABLE "temporary_supplier" (${RANKED})`,
      'INSERT INTO "temporary_supplier"("id", "name") SELECT "id", "name" FROM "supplier"',
      'DROP TABLE "supplier"',
      'ALTER TABLE "temporary_supplier" RENAME TO "supplier"',
    ],
    down: [
      'ALTER TABLE "supplier" RENAME TO "temporary_supplier"',
      `CREATE TABLE "supplier" (${SUPPLIER})`,
      'INSERT INTO "supplier"("id", "name") SELECT "id", "name" FROM "temporary_supplier"',
      'DROP TABLE "temporary_supplier"',
    ],
  };
}

/** One more value of the enumerated type; another child rebuilt on SQLite, with its index. */
export class LostParts1800000000305 extends Revision {
  override readonly postgres: DialectStatements = {
    up: swap(`'NEW', 'OLD', 'LOST'`),
    down: [`UPDATE "part" SET "state" = 'OLD' WHERE "state" = 'LOST'`, ...swap(`'NEW', 'OLD'`)],
  };
  override readonly sqlite: DialectStatements = {
    up: rebuildPart(`'NEW', 'OLD', 'LOST'`),
    down: [`UPDATE "part" SET "state" = 'OLD' WHERE "state" = 'LOST'`, ...rebuildPart(`'NEW', 'OLD'`)],
  };
}

/** Bodies that have statements of their own, with their semicolons; and rows that the trigger writes. */
export class AuditParts1800000000306 extends Revision {
  override readonly postgres: DialectStatements = {
    up: [
      `DO $$
DECLARE
  made integer := 0; -- counts;
BEGIN
  CREATE TABLE "audit" ("id" bigint GENERATED ALWAYS AS IDENTITY, "words" text NOT NULL);
  CREATE FUNCTION "note_part"() RETURNS trigger LANGUAGE plpgsql AS $body$
  BEGIN
    INSERT INTO "audit" ("words") VALUES (old."state" || '; ' || new."state");
    RETURN new;
  END;
  $body$;
  LOOP
    made := made + 1;
    INSERT INTO "audit" ("words") VALUES ('loop ' || made || ';');
    EXIT WHEN made = 3;
  END LOOP;
END
$$`,
      'CREATE TRIGGER "part_noted" AFTER UPDATE ON "part" FOR EACH ROW EXECUTE FUNCTION "note_part"();',
      `UPDATE "part" SET "state" = 'LOST' WHERE "id" IN (12, 13)`,
    ],
    down: ['DROP TRIGGER "part_noted" ON "part"', 'DROP FUNCTION "note_part"()', 'DROP TABLE "audit"'],
  };
  override readonly sqlite: DialectStatements = {
    up: [
      'CREATE TABLE "audit" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "words" text NOT NULL)',
      `CREATE TRIGGER "part_noted" AFTER UPDATE ON "part" BEGIN
        INSERT INTO "audit" ("words") VALUES (old."state" || '; ' || new."state"); -- twice;
        INSERT INTO "audit" ("words") SELECT CASE WHEN new."id" = 12 THEN 'twelve;' ELSE 'end;' END;
      END;`,
      `UPDATE "part" SET "state" = 'LOST' WHERE "id" IN (12, 13)`,
    ],
    down: ['DROP TRIGGER "part_noted"', 'DROP TABLE "audit"'],
  };
}

/** Not a rebuild: children and view follow. */
export class RenameSuppliers1800000000307 extends Revision {
  override readonly postgres: DialectStatements = {
    up: ['ALTER TABLE "supplier" RENAME TO "vendor"'],
    down: ['ALTER TABLE "vendor" RENAME TO "supplier"'],
  };
  override readonly sqlite = this.postgres;
}

/** Rows in the renamed table; what this one writes does not come back on the way down. */
export class FillMore1800000000308 extends Revision {
  override readonly postgres: DialectStatements = {
    up: [
      `INSERT INTO "vendor" ("id", "name", "rank") SELECT "id" + 100, "name" || ' again', 9 FROM "vendor"`,
      `INSERT INTO "part" ("id", "supplier_id") VALUES (15, 101), (16, 102)`,
    ],
    down: ['DELETE FROM "part" WHERE "id" >= 15', 'DELETE FROM "vendor" WHERE "id" > 100'],
  };
  override readonly sqlite = this.postgres;
}

/** Everything that is hard to write in a script, on the way up and down. */
export const OFFLINE_HISTORY: readonly (new () => Revision)[] = [
  CreateStore1800000000301,
  FillStore1800000000302,
  IndexParts1800000000303,
  RankSuppliers1800000000304,
  LostParts1800000000305,
  AuditParts1800000000306,
  RenameSuppliers1800000000307,
  FillMore1800000000308,
];

function swap(values: string): readonly string[] {
  return [
    'ALTER TYPE "partstate" RENAME TO "partstate_old"',
    `CREATE TYPE "partstate" AS ENUM(${values})`,
    'ALTER TABLE "part" ALTER COLUMN "state" DROP DEFAULT',
    'ALTER TABLE "part" ALTER COLUMN "state" TYPE "partstate" USING "state"::text::"partstate"',
    `ALTER TABLE "part" ALTER COLUMN "state" SET DEFAULT 'NEW'`,
    'DROP TYPE "partstate_old"',
  ];
}

function rebuildPart(states: string): readonly string[] {
  return [
    'DROP INDEX "ix_part_state"',
    `CREATE TABLE "temporary_part" (${PART(states)})`,
    'INSERT INTO "temporary_part"("id", "supplier_id", "state") SELECT "id", "supplier_id", "state" FROM "part"',
    'DROP TABLE "part"',
    'ALTER TABLE "temporary_part" RENAME TO "part"',
    'CREATE INDEX "ix_part_state" ON "part" ("state")',
  ];
}
