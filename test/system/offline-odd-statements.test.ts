import type { Revision } from '../../src/migrator/revision.js';
import { eachPair, expectSameUpOrRefusal } from '../support/pair.js';
import { revision } from '../support/revisions.js';

const ID = 'Odd1800000000401';
const TABLE = 'CREATE TABLE "odd" ("id" integer NOT NULL, "words" varchar)';

/** Statements that a shell takes for something else than a driver does. */
const ODD: Readonly<Record<string, readonly string[]>> = {
  'an index whose statement ends in a comment': [TABLE, 'CREATE INDEX "ix" ON "odd" ("words") -- of; it'],
  'an index whose statement ends in blanks': [TABLE, 'CREATE INDEX "ix" ON "odd" ("words") \n '],
  'a view whose statement ends in a comment': [TABLE, 'CREATE VIEW "seen" AS SELECT 1 AS one /* of; it */;'],
  'a statement that begins with comments': [`/* a; */ -- b;\n${TABLE}`],
  'statements that begin with an exception from a lint rule': [
    `-- lint-allow some-rule: it's "so"; :HOST\n  ${TABLE}`,
    `-- why\n-- lint-allow some-rule: it is so\nINSERT INTO "odd" VALUES (1, 'a')`,
    `-- lint-allow some-rule: it is so\n    CREATE INDEX "ix" ON "odd" ("words")`,
  ],
  'a line that is a slash': [TABLE, 'INSERT INTO "odd" VALUES (10\n/\n2, NULL)'],
  'a line that is a slash, after what could be a statement': [TABLE, 'UPDATE "odd" SET "id" = "id"\n/\n2'],
  'a line that is the word go': [TABLE, 'CREATE VIEW "seen" AS SELECT "words" AS\ngo\nFROM "odd"'],
  'a line that begins with a dot': [TABLE, 'CREATE VIEW "seen" AS SELECT "odd"\n.words FROM "odd"'],
  'a line end of two characters in a text': [TABLE, `INSERT INTO "odd" VALUES (1, 'a\r\nb')`],
  'a carriage return, a tab and blanks in a text': [TABLE, `INSERT INTO "odd" VALUES (1, 'a\rb\tc  \n  d')`],
  'tables with the names that a script might want for itself': [
    ...['violations', 'dependents', 'assertion'].flatMap((name) => [
      `CREATE TABLE "${name}" ("id" integer)`,
      `INSERT INTO "${name}" VALUES (1), (2)`,
      `DELETE FROM "${name}" WHERE "id" = 2`,
    ]),
    'DROP TABLE "dependents"',
  ],
};

/** PostgreSQL's own, and what psql does with them. */
const POSTGRES: Readonly<Record<string, readonly string[]>> = {
  'a body of standard SQL': [
    'CREATE FUNCTION "one"() RETURNS integer LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT 2; END',
  ],
  'a block that begins with an exception from a lint rule': [
    TABLE,
    `-- lint-allow some-rule: it's so\nDO $$ BEGIN INSERT INTO "odd" VALUES (1, 'a;b'); END $$`,
  ],
  'a slice by a column that has the name of a variable of psql': [
    'CREATE TABLE "odd" ("HOST" integer, "list" integer[])',
    'CREATE VIEW "seen" AS SELECT "list"[1:"HOST"] AS "some" FROM "odd"',
  ],
  'a slice by numbers': [
    'CREATE TABLE "odd" ("l" integer[])',
    'INSERT INTO "odd" VALUES ((ARRAY[1,2,3])[2:3])',
  ],
  'backslashes in a text': [TABLE, String.raw`INSERT INTO "odd" VALUES (1, 'a\b \q'), (2, E'it\'s \\ ; --')`],
};

/** A rebuild, while a table has the name of what the script notes triggers in. */
const SQLITE: Readonly<Record<string, readonly string[]>> = {
  'a trigger whose statement begins with a comment': [
    TABLE,
    `-- x;\nCREATE TRIGGER "odd_noted" AFTER INSERT ON "odd" BEGIN SELECT 1; SELECT CASE WHEN 1 THEN 2 END; END`,
  ],
  'a rebuild of which each statement begins with an exception from a lint rule': [
    TABLE,
    ...[
      'CREATE TABLE "temporary_odd" ("id" integer NOT NULL, "words" varchar, "more" integer)',
      'INSERT INTO "temporary_odd" ("id", "words") SELECT "id", "words" FROM "odd"',
      'DROP TABLE "odd"',
      'ALTER TABLE "temporary_odd" RENAME TO "odd"',
    ].map((sql) => `-- lint-allow some-rule: it is so\n  ${sql}`),
  ],
  'a rebuild beside a table "triggers"': [
    TABLE,
    'CREATE TABLE "triggers" ("name" text, "more" text)',
    `INSERT INTO "triggers" VALUES ('one', 'two')`,
    'CREATE TABLE "temporary_odd" ("id" integer NOT NULL, "words" varchar, "more" integer)',
    'INSERT INTO "temporary_odd" ("id", "words") SELECT "id", "words" FROM "odd"',
    'DROP TABLE "odd"',
    'ALTER TABLE "temporary_odd" RENAME TO "odd"',
    `UPDATE "triggers" SET "more" = 'three'`,
  ],
};

eachPair(
  'A statement comes to the same by script, or is named as one that does not go into a script',
  (pair, dialect) => {
    const own = dialect === 'postgres' ? POSTGRES : SQLITE;
    for (const [title, statements] of Object.entries({ ...ODD, ...own }))
      it(title, () => {
        const odd: new () => Revision = revision(ID, statements, []);
        return expectSameUpOrRefusal(pair(), { entities: [], migrations: [odd] }, ID);
      });
  },
);
