import { expect } from 'chai';
import type { DataSource } from 'typeorm';
import { tableParts } from '../../src/databases/sqlite/rebuild/table-parts.js';
import { migrateDown } from '../../src/migrator/migrate.js';
import { RevisionFailedError } from '../../src/errors/migration.js';
import { StructureNotKeptError } from '../../src/errors/rebuild.js';
import type { Revision } from '../../src/migrator/revision.js';
import { onDatabase } from '../support/databases.js';
import { BY_HAND, GENERATED, HARMLESS, LOST, tableOf, withTable } from '../support/live-structure.js';
import { revision } from '../support/revisions.js';

const WAYS = { 'a generated revision': GENERATED, 'one by hand without a way back': BY_HAND };

onDatabase('sqlite', 'A rebuild of a table that is not as the revisions have made it', (database) => {
  for (const [way, next] of Object.entries(WAYS)) {
    for (const [title, [create, lost]] of Object.entries(LOST))
      it(`A rebuild of a table that is not as the revisions have made it refuses to lose ${title} of the live table by ${way}`, async () => {
        const dataSource = await withTable(database(), [create], next);
        const before = await tableOf(dataSource);
        const outcome: unknown = await dataSource.runMigrations().catch((error: unknown) => error);
        expect(outcome).to.be.instanceOf(RevisionFailedError);
        const { cause } = outcome as RevisionFailedError;
        expect(cause).to.be.instanceOf(StructureNotKeptError);
        expect((cause as StructureNotKeptError).message).to.include(
          `rebuilds the table "ac" and would lose ${lost}. `,
        );
        expect(await tableOf(dataSource)).to.deep.equal(before);
      });

    for (const [title, create] of Object.entries(HARMLESS))
      it(`A rebuild of a table that is not as the revisions have made it rebuilds a table ${title}, by ${way}`, async () => {
        const dataSource = await withTable(database(), create, next);
        await dataSource.runMigrations();
        const rows = await dataSource.query<{ email: string }[]>('SELECT "email" FROM "ac"');
        expect(rows).to.deep.equal([{ email: 'Ada@example.org' }]);
      });
  }

  const withoutNote = (parts: string) => `CREATE TABLE "temporary_users" (${parts})`;
  const renamedAndRebuilt = (...before: readonly string[]) =>
    generated(
      [
        'ALTER TABLE "ac" RENAME TO "users"',
        ...before,
        withoutNote('"id" integer PRIMARY KEY NOT NULL, "email" text, "name" text, "parent_id" integer'),
        'INSERT INTO "temporary_users" SELECT "id", "email", "name", "parent_id" FROM "users"',
        'DROP TABLE "users"',
        'ALTER TABLE "temporary_users" RENAME TO "users"',
      ],
      [
        ...new GENERATED().sqlite.down.map((sql) => sql.replaceAll('"ac"', '"users"')),
        'ALTER TABLE "users" RENAME TO "ac"',
      ],
    );

  it('A rebuild of a table that is not as the revisions have made it refuses to lose a column of a table that the revision has renamed before', async () => {
    const dataSource = await withTable(database(), [NOTED], renamedAndRebuilt());
    const outcome: unknown = await dataSource.runMigrations().catch((error: unknown) => error);
    expect((outcome as Error).message).to.include('"users" and would lose the column "note"');
  });

  it('A rebuild of a table that is not as the revisions have made it lets a column go that the revision drops by name', async () => {
    const drop = 'ALTER TABLE "users" DROP COLUMN "note"';
    const dataSource = await withTable(database(), [NOTED], renamedAndRebuilt(drop));
    await dataSource.runMigrations();
    expect(await dataSource.query('SELECT "email" FROM "users"')).to.have.length(1);
  });

  it('A rebuild of a table that is not as the revisions have made it takes a table that TypeORM has synchronised for the one of the revisions', async () => {
    const dataSource = await database().connectAtHead();
    const made = await partitionsOf(dataSource);
    await migrateDown(dataSource, { target: 'base' });
    await dataSource.driver.createSchemaBuilder().build();
    const parts = await partitionsOf(dataSource);
    expect(Object.keys(parts)).to.have.length.greaterThan(5);
    expect(parts).to.deep.equal(made);
  });

  it('A rebuild of a table that is not as the revisions have made it compares with the new table where the way back alters that in place', async () => {
    const next = generated(new GENERATED().sqlite.up, ['ALTER TABLE "ac" DROP COLUMN "rank"']);
    const dataSource = await withTable(database(), [NOTED], next);
    const outcome: unknown = await dataSource.runMigrations().catch((error: unknown) => error);
    expect((outcome as Error).message).to.include('"ac" and would lose the column "note".');
    await dataSource.query('ALTER TABLE "ac" DROP COLUMN "note"');
    await dataSource.runMigrations();
  });
});

const [NOTED] = LOST['a column'] ?? [''];

function generated(up: readonly string[], down: readonly string[]): new () => Revision {
  return Object.assign(revision('Next1800000000072', up, down), { proof: 'e'.repeat(64) });
}

async function partitionsOf(dataSource: DataSource): Promise<Record<string, readonly string[]>> {
  const tables = await dataSource.query<{ name: string; sql: string }[]>(
    `SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'`,
  );
  return Object.fromEntries(
    tables.map(({ name, sql }) => [
      name,
      tableParts(sql, [])
        .map(({ key }) => key)
        .sort(),
    ]),
  );
}
