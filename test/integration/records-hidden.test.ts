import { expect } from 'chai';
import type { GuardedDataSource } from '../../src/data-source.js';
import { checkDrift } from '../../src/drift/check-drift.js';
import { RecordsHiddenError } from '../../src/errors/server.js';
import { migrateDown, migrateUp, planMigration, stampAt } from '../../src/migrator/migrate.js';
import { readHistory } from '../../src/migrator/run-history.js';
import { readStatus } from '../../src/migrator/status.js';
import { execute } from '../support/cli-database.js';
import { eachDatabase, onDatabase, type TestDatabase } from '../support/databases.js';
import { expectFailure, formerState, only } from '../support/failures.js';
import { revision } from '../support/revisions.js';
import { runCommandHere } from '../support/run-shelves.js';

const GAUGES = revision(
  'MakeGauges1800000000381',
  ['CREATE TABLE IF NOT EXISTS gauges (id integer)', 'INSERT INTO gauges VALUES (1)'],
  ['DELETE FROM gauges'],
);
const DIALS = revision('MakeDials1800000000382', ['CREATE TABLE dials (id integer)'], ['DROP TABLE dials']);

const COMMANDS: readonly (readonly [
  title: string,
  run: (dataSource: GuardedDataSource) => Promise<unknown>,
])[] = [
  ['status', readStatus],
  ['history', readHistory],
  ['up --plan', (dataSource) => planMigration(dataSource, 'up')],
  ['up', migrateUp],
  ['up --allow-missing', (dataSource) => migrateUp(dataSource, { allow: { missing: true } })],
  ['down', migrateDown],
  ['stamp', (dataSource) => stampAt(dataSource, 'head')],
];

/** Puts something else in the place of a table, and sees every command refuse it. */
async function expectRefused(
  database: TestDatabase,
  kind: string,
  statements: readonly string[],
): Promise<void> {
  await database.connectAtHead(only(GAUGES));
  await execute(database, statements);
  const before = await formerState(database);
  const dataSource = await database.connect(only(GAUGES, DIALS));
  for (const [, run] of COMMANDS)
    await expectFailure(
      run(dataSource),
      RecordsHiddenError,
      new RegExp(
        `^"migrations\\w*" is ${kind}, which may hide records, .* Nothing was changed\\. Replace it with a table`,
      ),
    );
  const { pending, uncomparable } = await checkDrift(dataSource);
  expect(pending).to.deep.equal([]);
  expect(uncomparable.map(({ reason }) => reason).join()).to.match(/cannot be read: "migrations\w*" is/);
  expect(await formerState(database)).to.deep.equal(before);
}

eachDatabase('A view in the place of the list of revisions', (database) => {
  it('A view in the place of the list of revisions is refused where it hides a row: nothing runs a second time', () =>
    expectRefused(database(), 'a view', [
      'ALTER TABLE migrations RENAME TO kept',
      `CREATE VIEW migrations AS SELECT * FROM kept WHERE name <> 'MakeGauges1800000000381'`,
    ]));

  it('A view in the place of the list of revisions is refused in the place of the attempts', () =>
    expectRefused(database(), 'a view', [
      'ALTER TABLE migrations_attempt RENAME TO kept',
      'CREATE VIEW migrations_attempt AS SELECT * FROM kept WHERE id > 1',
    ]));

  it('A view in the place of the list of revisions gives exit code 3', async () => {
    await database().connectAtHead(only(GAUGES));
    await execute(database(), [
      'ALTER TABLE migrations RENAME TO kept',
      'CREATE VIEW migrations AS SELECT * FROM kept WHERE id > 1',
    ]);
    for (const command of ['up', 'status']) {
      const { code, stderr } = await runCommandHere({ entities: [], migrations: [GAUGES] }, database().url, [
        command,
      ]);
      expect([code, stderr.slice(0, 34)]).to.deep.equal([3, 'error: "migrations" is a view, whi']);
    }
  });
});

onDatabase('sqlite', 'A view in the place of the list of revisions, in SQLite alone', (database) => {
  it('A view in the place of the list of revisions, in SQLite alone is refused even where it shows every row', () =>
    expectRefused(database(), 'a view', [
      'ALTER TABLE migrations RENAME TO kept',
      'CREATE VIEW migrations AS SELECT * FROM kept',
    ]));
});

onDatabase('postgres', 'What stands in the place of the list of revisions (PostgreSQL)', (database) => {
  const VIEWS: Readonly<Record<string, readonly string[]>> = {
    'a condition that hides nothing yet': ['CREATE VIEW migrations AS SELECT * FROM kept WHERE id > 0'],
    'a limit': ['CREATE VIEW migrations AS SELECT * FROM kept LIMIT 1'],
    'ONLY a table with an heir': [
      'CREATE TABLE heir () INHERITS (kept)',
      'WITH moved AS (DELETE FROM ONLY kept RETURNING *) INSERT INTO heir SELECT * FROM moved',
      'CREATE VIEW migrations AS SELECT * FROM ONLY kept',
    ],
    'a view of ONLY a table with an heir': [
      'CREATE TABLE heir () INHERITS (kept)',
      'CREATE VIEW few AS SELECT * FROM ONLY kept',
      'CREATE VIEW migrations AS SELECT * FROM few',
    ],
    'a sample': ['CREATE VIEW migrations AS SELECT * FROM kept TABLESAMPLE SYSTEM (100)'],
    'DISTINCT ON': ['CREATE VIEW migrations AS SELECT DISTINCT ON (name) * FROM kept'],
    'a join': ['CREATE VIEW migrations AS SELECT kept.* FROM kept CROSS JOIN gauges'],
    'a condition that is never true': ['CREATE VIEW migrations AS SELECT * FROM kept WHERE false'],
    'a condition without a column': [
      'CREATE VIEW migrations AS SELECT * FROM kept WHERE pg_catalog.now() < pg_catalog.now()',
    ],
    'another name for each': [
      `CREATE VIEW migrations AS SELECT id, "timestamp", pg_catalog.upper(name)::varchar AS name FROM kept`,
    ],
    'a view with a condition below it': [
      'CREATE VIEW few AS SELECT * FROM kept WHERE id > 1',
      'CREATE VIEW migrations AS SELECT * FROM few',
    ],
    'a security barrier over a condition': [
      'CREATE VIEW migrations WITH (security_barrier) AS SELECT * FROM kept WHERE id > 1',
    ],
    'two tables': ['CREATE VIEW migrations AS SELECT * FROM kept UNION ALL SELECT * FROM kept WHERE id > 1'],
    'values alone': [
      `CREATE VIEW migrations AS SELECT 1 AS id, 1800000000382::bigint AS "timestamp", 'MakeDials1800000000382'::varchar AS name`,
    ],
  };
  for (const [title, statements] of Object.entries(VIEWS))
    it(`What stands in the place of the list of revisions is refused as a view of ${title}`, () =>
      expectRefused(database(), 'a view', ['ALTER TABLE migrations RENAME TO kept', ...statements]));

  it('What stands in the place of the list of revisions is refused as a materialized view, which shows former rows', () =>
    expectRefused(database(), 'a materialized view', [
      'ALTER TABLE migrations RENAME TO kept',
      'CREATE MATERIALIZED VIEW migrations AS SELECT * FROM kept',
    ]));

  it('What stands in the place of the list of revisions is refused as a view of a materialized view', () =>
    expectRefused(database(), 'a view', [
      'ALTER TABLE migrations RENAME TO kept',
      'CREATE MATERIALIZED VIEW former AS SELECT * FROM kept',
      'CREATE VIEW migrations AS SELECT * FROM former',
    ]));

  const WHOLE: Readonly<Record<string, readonly string[]>> = {
    'of the whole table': ['CREATE VIEW migrations AS SELECT * FROM kept'],
    'of such a view': [
      'CREATE VIEW whole AS SELECT name, id, "timestamp" FROM kept',
      'CREATE VIEW migrations AS SELECT * FROM whole',
    ],
    'with other names for table and columns': [
      'ALTER TABLE kept RENAME COLUMN name TO "Its Name"',
      'CREATE VIEW migrations AS SELECT id, "timestamp", "Its Name" AS name FROM kept AS "K"',
    ],
    'behind a security barrier': ['CREATE VIEW migrations WITH (security_barrier) AS SELECT * FROM kept'],
  };
  for (const [title, statements] of Object.entries(WHOLE))
    it(`What stands in the place of the list of revisions is accepted as a view ${title}`, async () => {
      await database().connectAtHead(only(GAUGES));
      await execute(database(), ['ALTER TABLE migrations RENAME TO kept', ...statements]);
      const dataSource = await database().connect(only(GAUGES, DIALS));
      const up = await migrateUp(dataSource);
      expect(up.done.map(({ id }) => id)).to.deep.equal(['MakeDials1800000000382']);
      expect(await readStatus(dataSource)).to.deep.include({ pending: [], missing: [] });
      expect((await migrateDown(dataSource, { target: 'base' })).done).to.have.length(2);
    });

  const TABLES: Readonly<Record<string, readonly string[]>> = {
    'with an heir that has the records': [
      'CREATE TABLE heir () INHERITS (migrations)',
      'WITH moved AS (DELETE FROM ONLY migrations RETURNING *) INSERT INTO heir SELECT * FROM moved',
    ],
    'that is an heir': [
      'CREATE TABLE elder (LIKE migrations)',
      'ALTER TABLE migrations INHERIT elder',
      `INSERT INTO elder VALUES (7, 1800000000382, 'MakeDials1800000000382')`,
    ],
  };
  for (const [title, statements] of Object.entries(TABLES))
    it(`What stands in the place of the list of revisions is accepted as a table ${title}`, async () => {
      await database().connectAtHead(only(GAUGES));
      await execute(database(), statements);
      const dataSource = await database().connect(only(GAUGES, DIALS));
      expect((await migrateUp(dataSource)).done.map(({ id }) => id)).to.deep.equal([
        'MakeDials1800000000382',
      ]);
      expect((await migrateDown(dataSource, { target: 'base' })).done).to.have.length(2);
    });
});
