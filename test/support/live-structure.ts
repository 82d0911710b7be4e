import type { DataSource } from 'typeorm';
import type { Revision } from '../../src/migrator/revision.js';
import type { TestDatabase } from './databases.js';
import { revision } from './revisions.js';

const CHECK = 'CONSTRAINT "ck_ac_email" CHECK (length("email") > 2)';
const KEY =
  'CONSTRAINT "fk_ac_parent" FOREIGN KEY ("parent_id") REFERENCES "ac" ("id") ON DELETE CASCADE ON UPDATE NO ACTION';
const ID = '"id" integer PRIMARY KEY NOT NULL';
const EMAIL = '"email" text NOT NULL';
const NAME = `"name" text DEFAULT ('x')`;
const PARENT = '"parent_id" integer';
const COLUMNS = [ID, EMAIL, NAME, PARENT].join(', ');
const NEW_CHECK = 'CONSTRAINT "ck_ac_parent" CHECK ("parent_id" <> "id")';

/** A table, and another one with a column that the first does not have. */
export const ACCOUNT: new () => Revision = revision(
  'Account1800000000071',
  [
    `CREATE TABLE "ac" (${COLUMNS}, ${CHECK}, ${KEY})`,
    'CREATE TABLE "other" ("email" text PRIMARY KEY NOT NULL, "remark" text)',
  ],
  ['DROP TABLE "other"', 'DROP TABLE "ac"'],
);

const copied = '"id", "email", "name", "parent_id"';
const rebuild = (parts: string): readonly string[] => [
  `CREATE TABLE "temporary_ac" (${parts})`,
  `INSERT INTO "temporary_ac" (${copied}) SELECT ${copied} FROM "ac"`,
  'DROP TABLE "ac"',
  'ALTER TABLE "temporary_ac" RENAME TO "ac"',
];
const UP = rebuild(`${COLUMNS}, "rank" integer, ${CHECK}, ${NEW_CHECK}, ${KEY}`);
const DOWN = rebuild(`${COLUMNS}, ${CHECK}, ${KEY}`);

/** As the generator writes it: adds a column and a check, and takes them away. */
export const GENERATED: new () => Revision = Object.assign(revision('Next1800000000072', UP, DOWN), {
  proof: 'd'.repeat(64),
});

/** The same, by hand and without a way back. */
export const BY_HAND: new () => Revision = revision('Next1800000000072', UP, []);

/** A class written by hand that does more than send statements. */
export class Opaque1800000000070 {
  async up(): Promise<void> {
    await Promise.resolve(this.constructor.name);
  }

  down(): Promise<void> {
    return Promise.resolve();
  }
}

const table = (columns: readonly string[], ...rest: readonly string[]) =>
  `CREATE TABLE "ac" (${[...columns, ...rest, CHECK, KEY].join(', ')})`;

/**
 * What was given to the live table alone: how it was created, what of it is lost, and which words of a script
 * show that.
 */
export const LOST: Readonly<Record<string, readonly [create: string, lost: string, offline: string]>> = {
  'a column': [table([COLUMNS, `"note" text DEFAULT 'kept'`]), 'the column "note"', 'columns'],
  'a column of which a revision tells in another table': [
    table([COLUMNS, '"remark" text']),
    'the column "remark"',
    'columns',
  ],
  'a generated column': [
    table([COLUMNS, '"shout" text AS (upper("email")) STORED']),
    'the column "shout"',
    'columns',
  ],
  'a check': [table([COLUMNS], 'CHECK ("id" > 0)'), 'the check ("id" > 0)', 'checks'],
  'a foreign key': [
    table([ID, `${EMAIL} REFERENCES "other"`, NAME, PARENT]),
    'the foreign key ("email") to "other"',
    'keys, unique constraints or foreign keys',
  ],
  'a collation': [
    table([ID, `${EMAIL} COLLATE NOCASE`, NAME, PARENT]),
    'the collation NOCASE of "email"',
    'collations or conflict clauses',
  ],
  'a default': [
    table([ID, EMAIL, NAME, `${PARENT} DEFAULT 1`]),
    'the default 1 of "parent_id"',
    'types, NOT NULL, defaults or expressions of columns',
  ],
  'an expression': [
    table([ID, EMAIL, '"name" text AS (lower("email"))', PARENT]),
    'the expression (lower("email")) of "name"',
    'types, NOT NULL, defaults or expressions of columns',
  ],
  'NOT NULL': [
    table([ID, EMAIL, `${NAME} NOT NULL`, PARENT]),
    'NOT NULL of "name"',
    'types, NOT NULL, defaults or expressions of columns',
  ],
  'a type': [
    table([ID, EMAIL, `"name" blob DEFAULT 'x'`, PARENT]),
    'the type BLOB of "name"',
    'types, NOT NULL, defaults or expressions of columns',
  ],
  'a unique constraint': [
    table([COLUMNS], 'UNIQUE ("name", "email")'),
    'the unique constraint ("name", "email")',
    'keys, unique constraints or foreign keys',
  ],
  'a unique column': [
    table([ID, `${EMAIL} UNIQUE`, NAME, PARENT]),
    'the unique constraint ("email")',
    'keys, unique constraints or foreign keys',
  ],
  'another primary key': [
    table(['"id" integer NOT NULL UNIQUE', EMAIL, NAME, PARENT], 'PRIMARY KEY ("id", "email")'),
    'the unique constraint ("id"), the primary key ("id", "email")',
    'keys, unique constraints or foreign keys',
  ],
  AUTOINCREMENT: [
    table(['"id" integer PRIMARY KEY AUTOINCREMENT NOT NULL', EMAIL, NAME, PARENT]),
    'AUTOINCREMENT',
    'AUTOINCREMENT, STRICT, WITHOUT ROWID or INITIALLY DEFERRED',
  ],
  STRICT: [
    `${table([COLUMNS])} STRICT`,
    'STRICT',
    'AUTOINCREMENT, STRICT, WITHOUT ROWID or INITIALLY DEFERRED',
  ],
  'WITHOUT ROWID': [
    `${table([COLUMNS])} WITHOUT /* rows have no numbers */ ROWID`,
    'WITHOUT ROWID',
    'AUTOINCREMENT, STRICT, WITHOUT ROWID or INITIALLY DEFERRED',
  ],
  'a conflict clause': [
    table([ID, `${EMAIL} ON CONFLICT IGNORE`, NAME, PARENT]),
    'ON CONFLICT IGNORE of "email"',
    'collations or conflict clauses',
  ],
  'a deferred foreign key': [
    `CREATE TABLE "ac" (${COLUMNS}, ${CHECK}, ${KEY} DEFERRABLE INITIALLY DEFERRED)`,
    'the foreign key ("parent_id") to "ac"',
    'AUTOINCREMENT, STRICT, WITHOUT ROWID or INITIALLY DEFERRED',
  ],
};

/** Tables that are equal, have less, or have what the revision makes; written in other ways. */
export const HARMLESS: Readonly<Record<string, readonly string[]>> = {
  'with other quotes, in other case, with constraints in columns': [
    `create table [ac] (ID INTEGER not null primary key asc, [email] TEXT not null check(((length(email)>2))), \`name\` varchar(255) default "x", parent_id int references AC on delete cascade)`,
  ],
  'with columns in another order, and words in comments, texts and names': [
    `CREATE TABLE ac (parent_id integer, -- CHECK ( COLLATE AUTOINCREMENT
      name text DEFAULT 'x' /* ON CONFLICT IGNORE, CHECK */, email text NOT NULL, id integer PRIMARY KEY,
      CONSTRAINT "CHECK ' COLLATE ( NOCASE" CHECK (length(email) > 2), FOREIGN KEY (parent_id) REFERENCES ac ON DELETE CASCADE)`,
  ],
  'as ALTER TABLE leaves it': [
    `CREATE TABLE ac ("id" integer PRIMARY KEY, "mail" text NOT NULL, CHECK (length("mail") > 2))`,
    'ALTER TABLE ac RENAME COLUMN "mail" TO "email"',
    `ALTER TABLE ac ADD COLUMN "name" text DEFAULT 'x'`,
    'ALTER TABLE ac ADD "gone" text',
    'ALTER TABLE ac ADD COLUMN "parent_id" integer REFERENCES "ac" ("id") ON DELETE CASCADE',
    'ALTER TABLE ac DROP COLUMN "gone"',
  ],
  'with less': ['CREATE TABLE ac ("id" integer, "email" text, "name" text, "parent_id" integer)'],
  'with what the revision adds': [table([COLUMNS, '"rank" integer'], NEW_CHECK)],
};

/** At ACCOUNT, with the table as it was created by hand, and a row; the other revision is pending. */
export async function withTable(
  database: TestDatabase,
  create: readonly string[],
  next: new () => Revision = GENERATED,
): Promise<DataSource> {
  const migrations = [Opaque1800000000070, ACCOUNT];
  const first = await database.connectAtHead({ entities: [], migrations });
  for (const sql of ['DROP TABLE "ac"', ...create]) await first.query(sql);
  await first.query(`INSERT INTO "other" ("email") VALUES ('Ada@example.org')`);
  const columns = await first.query<{ name: string; hidden: number }[]>(`PRAGMA table_xinfo("ac")`);
  const isFree = columns.some(({ name, hidden }) => name === 'name' && hidden === 0);
  await first.query(
    `INSERT INTO "ac" ("id", "email", "parent_id"${isFree ? ', "name"' : ''}) VALUES (1, 'Ada@example.org', NULL${isFree ? ", 'Ada'" : ''})`,
  );
  return database.connect({ entities: [], migrations: [...migrations, next] });
}

/** The text and the rows of the table. */
export async function tableOf(dataSource: DataSource): Promise<object> {
  const [schema] = await dataSource.query<{ sql: string }[]>(
    `SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = 'ac'`,
  );
  return { ...schema, rows: await dataSource.query<unknown[]>('SELECT * FROM "ac"') };
}
