import { expect } from 'chai';
import type { DataSource } from 'typeorm';
import { checkDrift } from '../../src/drift/check-drift.js';
import { RecordNameTakenError } from '../../src/errors/records.js';
import { migrateUp, planMigration, stampAt } from '../../src/migrator/migrate.js';
import { readHistory } from '../../src/migrator/run-history.js';
import { readStatus } from '../../src/migrator/status.js';
import { dumpOf, execute } from '../support/cli-database.js';
import { eachDatabase, onDatabase, type TestDatabase } from '../support/databases.js';
import { expectFailure, only } from '../support/failures.js';
import { revision } from '../support/revisions.js';
import { runCommandHere } from '../support/run-shelves.js';

const GAUGES = revision(
  'MakeGauges1800000000451',
  ['CREATE TABLE gauges (id integer)'],
  ['DROP TABLE gauges'],
);
const DIALS = revision('MakeDials1800000000452', ['CREATE TABLE dials (id integer)'], ['DROP TABLE dials']);

const COMMANDS: readonly ((dataSource: DataSource) => Promise<unknown>)[] = [
  migrateUp,
  (dataSource) => planMigration(dataSource, 'up'),
  readStatus,
  readHistory,
  checkDrift,
  (dataSource) => stampAt(dataSource, 'head'),
];

const NAMES = {
  migrations: 'the list of applied revisions',
  runs: 'the log of runs',
  attempts: 'the log of attempts',
  primaryKey: 'the primary key of the list of applied revisions',
};
const OPTION = 'the option "migrationsTableName" of the DataSource.';
const RENAME = `Specify another name for the tables of the records: ${OPTION}`;

/** Objects of other tools. */
interface Case {
  readonly title: string;
  readonly made: readonly string[];
  readonly part: keyof typeof NAMES;
  readonly found: string;
}

/** Every command names the object, and the database stays as it was. */
async function expectTaken(
  database: TestDatabase,
  { part, found }: Pick<Case, 'part' | 'found'>,
  remedy = RENAME,
): Promise<void> {
  const before = await dumpOf(database);
  const dataSource = await database.connect(only(GAUGES, DIALS));
  const words = `The name of ${NAMES[part]} is taken: ${found}. Nothing was changed. ${remedy}`;
  for (const run of COMMANDS) await expectFailure(run(dataSource), RecordNameTakenError, words);
  expect(await dumpOf(database)).to.deep.equal(before);
}

const table = (database: TestDatabase, name: string) =>
  database.dialect === 'postgres' ? `public.${name}` : `"${name}"`;

const FOREIGN: readonly (Omit<Case, 'found'> & { readonly name: string; readonly wrong: string })[] = [
  {
    title: 'Laravel',
    name: 'migrations',
    made: ['CREATE TABLE migrations (id integer, migration varchar(255), batch integer)'],
    part: 'migrations',
    wrong: 'no column "timestamp", no column "name", the column "id" has no default',
  },
  {
    title: 'db-migrate, with a row',
    name: 'migrations',
    made: [
      'CREATE TABLE migrations (id integer DEFAULT 1, name varchar(255) NOT NULL, run_on timestamp NOT NULL)',
      `INSERT INTO migrations VALUES (1, '/20240101-initial', '2024-01-01 00:00:00')`,
    ],
    part: 'migrations',
    wrong: 'no column "timestamp", the column "run_on" has no default',
  },
  {
    title: 'a hand-written runner that keeps a checksum',
    name: 'migrations',
    made: [
      'CREATE TABLE migrations (id integer DEFAULT 1, name text, "timestamp" bigint, hash text NOT NULL)',
    ],
    part: 'migrations',
    wrong: 'the column "hash" has no default',
  },
  {
    title: 'an application, in the place of the attempts',
    name: 'migrations_attempt',
    made: [
      'CREATE TABLE migrations_attempt (id integer DEFAULT 1, run_id integer, direction text, revision text, kind text, outcome text, checksum_up text, checksum_down text, started_at timestamp, finished_at timestamp, duration_ms integer)',
    ],
    part: 'attempts',
    wrong: 'no column "tries", no column "error"',
  },
];

eachDatabase('A table of something else with a name of the records', (database) => {
  for (const { title, made, name, part, wrong } of FOREIGN)
    it(`A table of something else with a name of the records is refused by every command: ${title}`, async () => {
      await execute(database(), made);
      await expectTaken(database(), {
        part,
        found: `${table(database(), name)} is a table of something else (${wrong})`,
      });
    });

  it('A table of something else with a name of the records is refused beside a list, whose name is no remedy', async () => {
    await database().connectAtHead(only(GAUGES));
    await execute(database(), [
      'DROP TABLE migrations_run',
      'CREATE TABLE migrations_run (id integer DEFAULT 1, at date)',
    ]);
    const wanted = 'direction planned allowed actor host tool pid started_at finished_at outcome error';
    const missing = wanted.split(' ').map((name) => `no column "${name}"`);
    await expectTaken(
      database(),
      {
        part: 'runs',
        found: `${table(database(), 'migrations_run')} is a table of something else (${missing.join(', ')})`,
      },
      `Rename it. Or rename the tables of the records, "migrations" first, and specify the new name: ${OPTION}`,
    );
  });

  it('A table of something else with a name of the records stays beside tables of another name', async () => {
    await execute(database(), ['CREATE TABLE migrations (id integer, migration varchar(255))']);
    const dataSource = await database().connect({ ...only(GAUGES), migrationsTableName: 'revisions' });
    expect((await migrateUp(dataSource)).current).to.equal('MakeGauges1800000000451');
    expect((await readStatus(dataSource)).pending).to.deep.equal([]);
  });

  it('A table of something else with a name of the records gives exit code 3, in check as in other commands', async () => {
    await execute(database(), ['CREATE TABLE migrations (id integer)']);
    const contents = { entities: [], migrations: [GAUGES] };
    for (const command of ['status', 'check', 'up']) {
      const { code, stderr } = await runCommandHere(contents, database().url, [command]);
      expect(code, command).to.equal(3);
      expect(stderr).to.match(/^error: The name of the list of applied revisions is taken: /);
    }
  });
});

const TYPED: readonly Case[] = [
  {
    title: 'a sequence',
    made: ['CREATE SEQUENCE migrations_attempt'],
    part: 'attempts',
    found: 'public.migrations_attempt is a sequence',
  },
  {
    title: 'a composite type',
    made: ['CREATE TYPE migrations_run AS (a int)'],
    part: 'runs',
    found: 'public.migrations_run is a composite type',
  },
  {
    title: 'an enum',
    made: [`CREATE TYPE migrations_run AS ENUM ('a')`],
    part: 'runs',
    found: 'public.migrations_run is a type',
  },
  {
    title: 'a time with a zone in the place of the stamp',
    made: ['CREATE TABLE migrations (id serial, name text, "timestamp" timestamptz)'],
    part: 'migrations',
    found:
      'public.migrations is a table of something else (the column "timestamp" is of type timestamp with time zone)',
  },
  {
    title: 'the primary key of a list that was renamed',
    made: [
      'CREATE TABLE migrations_old (id integer CONSTRAINT "PK_8c82d7f526340ab734260ea46be" PRIMARY KEY)',
    ],
    part: 'primaryKey',
    found: 'public."PK_8c82d7f526340ab734260ea46be" is an index',
  },
];

onDatabase('postgres', 'An object of PostgreSQL with a name of the records', (database) => {
  for (const { title, made, ...taken } of TYPED)
    it(`An object of PostgreSQL with a name of the records is refused by every command: ${title}`, async () => {
      await execute(database(), made);
      await expectTaken(database(), taken);
    });

  it('An object of PostgreSQL with a name of the records is accepted where it is a view of a log whose other tables are missing', async () => {
    await database().connectAtHead(only(GAUGES));
    await execute(database(), [
      'ALTER TABLE migrations_run RENAME TO kept',
      'DROP TABLE migrations_attempt, migrations',
      'CREATE VIEW migrations_run AS SELECT * FROM kept',
    ]);
    const dataSource = await database().connect(only(DIALS));
    expect((await migrateUp(dataSource)).current).to.equal('MakeDials1800000000452');
  });
});

onDatabase('sqlite', 'An index of SQLite with a name of the records', (database) => {
  it('An index of SQLite with a name of the records is refused by every command', async () => {
    await execute(database(), [
      'CREATE TABLE items (id integer)',
      'CREATE INDEX migrations_run ON items (id)',
    ]);
    await expectTaken(database(), { part: 'runs', found: '"migrations_run" is an index' });
  });
});
