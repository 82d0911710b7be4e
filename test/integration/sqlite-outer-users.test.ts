import { expect } from 'chai';
import { DependentBrokenError } from '../../src/errors/rebuild.js';
import { RevisionFailedError } from '../../src/errors/migration.js';
import { migrateUp } from '../../src/migrator/migrate.js';
import { onDatabase } from '../support/databases.js';
import { handWritten } from '../support/hand-written.js';

const sending = (id: string, statements: readonly string[]) =>
  handWritten(id, async (queryRunner) => {
    for (const sql of statements) await queryRunner.query(sql);
  });

const MAKE = sending('Make1800000000001', [
  'CREATE TABLE "customers" ("id" integer PRIMARY KEY NOT NULL, "note" varchar, "code" varchar)',
  'CREATE TABLE "orders" ("id" integer PRIMARY KEY NOT NULL, "customer" integer NOT NULL)',
  `INSERT INTO "customers" VALUES (1, 'n', 'c')`,
]);
const CHANGE = 'Change1800000000002';

const rebuilt = (columns: string, from: string) => [
  `CREATE TABLE "temporary_customers" ("id" integer PRIMARY KEY NOT NULL${columns})`,
  `INSERT INTO "temporary_customers" SELECT ${from} FROM "customers"`,
  'DROP TABLE "customers"',
  'ALTER TABLE "temporary_customers" RENAME TO "customers"',
];
const WITHOUT_NOTE = rebuilt(', "code" varchar', '"id", "code"');
const RENAMED = rebuilt(', "remark" varchar, "code" varchar', '"id", "note", "code"');

const USES = (column: string) =>
  `CREATE TRIGGER "oth" AFTER INSERT ON "orders" BEGIN UPDATE "customers" SET "${column}" = 'x' WHERE "id" = new."customer"; END`;
const VIEW = 'CREATE VIEW "notes" AS SELECT note FROM "customers"';
const OF_VIEW = `CREATE TRIGGER "into_codes" INSTEAD OF INSERT ON "codes" BEGIN INSERT INTO "customers" ("note") VALUES (new."code"); END`;

const FOUND = `CREATE VIRTUAL TABLE "found" USING fts5("note", content='customers', content_rowid='id')`;

onDatabase(
  'sqlite',
  'A trigger of another table, a view or a virtual table, of the live database',
  (database) => {
    const changed = async (
      live: readonly string[],
      statements: readonly string[],
      later: readonly string[] = [],
    ) => {
      const first = await database().connect({ entities: [], migrations: [MAKE] });
      await migrateUp(first);
      for (const sql of live) await first.query(sql);
      const migrations = [MAKE, sending(CHANGE, statements), sending('Later1800000000003', later)];
      const dataSource = await database().connect({ entities: [], migrations });
      const failure: unknown = await migrateUp(dataSource).then(
        () => undefined,
        (error: unknown) => error,
      );
      return { dataSource, failure };
    };

    for (const [title, live, statements, words] of [
      ['A rebuild that drops its column', [USES('note')], WITHOUT_NOTE, 'the trigger oth of orders'],
      ['A rebuild that renames its column', [USES('note')], RENAMED, 'the trigger oth of orders'],
      ['A rebuild below a view', [VIEW], WITHOUT_NOTE, 'the view notes'],
      [
        'A rebuild below the trigger of a view',
        ['CREATE VIEW "codes" AS SELECT "code" FROM "customers"', OF_VIEW],
        WITHOUT_NOTE,
        'the trigger into_codes of codes',
      ],
      [
        'A column of its rows that is renamed',
        [FOUND],
        ['ALTER TABLE "customers" RENAME COLUMN "note" TO "remark"'],
        'the virtual table found',
      ],
      [
        'The table of its rows that is renamed',
        [FOUND],
        ['ALTER TABLE "customers" RENAME TO "clients"'],
        'the virtual table found',
      ],
      [
        'The table of its rows that is dropped',
        [FOUND],
        ['DROP TABLE "customers"'],
        'the virtual table found',
      ],
    ] as const)
      it(`${title} is refused by name, and changes nothing`, async () => {
        const { dataSource, failure } = await changed(live, statements);
        expect(failure).to.be.instanceOf(RevisionFailedError);
        const { cause } = failure as RevisionFailedError;
        expect(cause).to.be.instanceOf(DependentBrokenError);
        expect((cause as Error).message).to.contain(`the revision breaks ${words}: `);
        expect(await dataSource.query('SELECT "note" FROM "customers"')).to.deep.equal([{ note: 'n' }]);
        await dataSource.query('INSERT INTO "orders" VALUES (1, 1)');
      });

    for (const [title, live, statements] of [
      ['a column of its own stays', [USES('code')], WITHOUT_NOTE],
      [
        'SQLite renames the column',
        [USES('note')],
        ['ALTER TABLE "customers" RENAME COLUMN "note" TO "remark"'],
      ],
      ['the revision drops it first', [USES('note')], ['DROP TRIGGER "oth"', ...WITHOUT_NOTE]],
      [
        'the revision makes it again',
        [VIEW],
        ['DROP VIEW "notes"', ...WITHOUT_NOTE, VIEW.replace(' note ', ' code ')],
      ],
      ['the table of its rows is rebuilt', [FOUND.replace('note', 'code')], WITHOUT_NOTE],
      [
        'it has rows of its own',
        ['CREATE VIRTUAL TABLE "own" USING fts5("note")'],
        ['ALTER TABLE "customers" RENAME COLUMN "note" TO "remark"'],
      ],
    ] as const)
      it(`A trigger of another table, or a view, stops nothing where ${title}`, async () => {
        const { dataSource, failure } = await changed(live, statements);
        expect(failure).to.equal(undefined);
        await dataSource.query('INSERT INTO "orders" VALUES (1, 1)');
      });

    it('A trigger or a view that did not work before stops nothing, and neither does one that the run makes', async () => {
      const broken = 'CREATE VIEW "dead" AS SELECT "nothing" FROM "customers"';
      const { failure } = await changed([broken], [VIEW, ...WITHOUT_NOTE], ['DROP VIEW "notes"']);
      expect(failure).to.equal(undefined);
    });
  },
);
