import type { DataSource } from 'typeorm';
import type { Revision } from '../../src/migrator/revision.js';
import type { TestDatabase } from './databases.js';
import { revision } from './revisions.js';

const COLUMNS = '"id" integer PRIMARY KEY NOT NULL, "email" varchar NOT NULL, "name" varchar';
/** A table. */
export const ACCOUNT: new () => Revision = revision(
  'Account1800000000051',
  [`CREATE TABLE "ac" (${COLUMNS})`],
  ['DROP TABLE "ac"'],
);
/** A revision behind it. */
export const NEXT_ID = 'Next1800000000052';

/** Made on the live database, where no revision and no entity knows of them. */
export const INDEXES: readonly string[] = [
  'CREATE UNIQUE INDEX ac_email_ci ON ac (lower(email))',
  'CREATE INDEX "ac_plain" ON "ac" ("name")',
  'CREATE INDEX `ac_descending` ON `ac` (`name` COLLATE NOCASE DESC, id)',
  `CREATE UNIQUE INDEX [ac_partial] ON [ac] ([name]) WHERE "email" LIKE '%@example.org'`,
  `CREATE INDEX "ac odd"" name" ON "ac" ("email" || 'it''s')`,
];

const copy = (into: string, from: string) =>
  `INSERT INTO "${into}" ("id", "email", "name") SELECT "id", "email", "name" FROM "${from}"`;

/** Each manner in which people rebuild a table. */
export const MANNERS: Readonly<Record<string, readonly string[]>> = {
  'a new table takes the name': [
    `CREATE TABLE "temporary_ac" (${COLUMNS}, "rank" integer)`,
    copy('temporary_ac', 'ac'),
    'DROP TABLE "ac"',
    'ALTER TABLE "temporary_ac" RENAME TO "ac"',
  ],
  'the old table is put away first': [
    'ALTER TABLE "ac" RENAME TO "temporary_ac"',
    `CREATE TABLE "ac" (${COLUMNS}, "rank" integer)`,
    copy('ac', 'temporary_ac'),
    'DROP TABLE "temporary_ac"',
  ],
  'under a name of its own': [
    `CREATE TABLE new_ac (${COLUMNS}, "rank" integer)`,
    copy('new_ac', 'ac'),
    'DROP TABLE IF EXISTS main.ac',
    'ALTER TABLE main.new_ac RENAME TO AC',
  ],
  'put away under a name of its own': [
    'ALTER TABLE ac RENAME TO ac_old',
    `CREATE TABLE ac (${COLUMNS}, "rank" integer)`,
    copy('ac', 'ac_old'),
    'DROP TABLE ac_old',
  ],
};
/** The first of them. */
export const REBUILD: readonly string[] = MANNERS['a new table takes the name'] ?? [];

/** The text of each. */
export async function indexesOf(dataSource: DataSource): Promise<readonly string[]> {
  const rows = await dataSource.query<{ sql: string }[]>(
    `SELECT sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL ORDER BY name`,
  );
  return rows.map(({ sql }) => sql.replace(/\s+/g, ' '));
}

/** The table with its indexes, and one more revision that is pending. */
export async function withIndexes(
  database: TestDatabase,
  next: new () => Revision,
  indexes: readonly string[] = INDEXES,
): Promise<DataSource> {
  const first = await database.connectAtHead({ entities: [], migrations: [ACCOUNT] });
  await first.query(`INSERT INTO "ac" VALUES (1, 'Ada@Example.org', 'Ada')`);
  for (const sql of indexes) await first.query(sql);
  return database.connect({ entities: [], migrations: [ACCOUNT, next] });
}
