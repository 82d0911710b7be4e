import { expect } from 'chai';
import { Entity, PrimaryColumn, type DataSource } from 'typeorm';
import { checkDrift } from '../../src/drift/check-drift.js';
import { createDataSource, type DataSourceContents, type GuardedDataSource } from '../../src/data-source.js';
import { entities } from '../../src/entities/index.js';
import { OrchestratorDbError } from '../../src/errors/base.js';
import { SchemaNotRecordedError } from '../../src/errors/migration.js';
import { migrations } from '../../src/migrations/index.js';
import { migrateDown } from '../../src/migrator/migrate.js';
import { parseSettings } from '../../src/settings.js';
import { readCatalog } from '../support/catalog.js';
import { eachDatabase, type TestDatabase } from '../support/databases.js';
import { keepingLogger, revision } from '../support/revisions.js';

const GAUGES = revision(
  'MakeGauges1800000000001',
  [
    'CREATE TABLE gauges (id integer PRIMARY KEY, reading integer NOT NULL)',
    'INSERT INTO gauges VALUES (1, 11)',
  ],
  ['DROP TABLE gauges'],
);
const DIALS = revision('MakeDials1800000000002', ['CREATE TABLE dials (id integer)'], ['DROP TABLE dials']);
const KNOBS = revision('MakeKnobs1800000000003', ['CREATE TABLE knobs (id integer)'], ['DROP TABLE knobs']);
const BROKEN_UP = revision(
  'BreakHalfway1800000000002',
  ['CREATE TABLE half (id integer)', 'UPDATE gauges SET reading = 12', 'SELECT no_such_column FROM gauges'],
  [],
);
const BROKEN_DOWN = revision(
  'NoWayBack1800000000002',
  ['CREATE TABLE half (id integer)'],
  ['DROP TABLE half', 'UPDATE gauges SET reading = 13', 'SELECT no_such_column FROM gauges'],
);

/** Another application's. */
@Entity({ name: 'external_accounts', synchronize: false })
class ExternalAccount {
  @PrimaryColumn({ type: 'integer' })
  id!: number;
}

/** Of these migrations alone. */
function only(...list: DataSourceContents['migrations']): Partial<DataSourceContents> {
  return { entities: [], migrations: list };
}

async function failureOf(work: Promise<unknown>): Promise<OrchestratorDbError> {
  const outcome = await work.then(
    () => new Error('It succeeded.'),
    (error: unknown) => error,
  );
  expect(outcome).to.be.instanceOf(OrchestratorDbError);
  return outcome as OrchestratorDbError;
}

async function applied(dataSource: DataSource): Promise<readonly string[]> {
  const rows = await dataSource.query<{ name: string }[]>('SELECT name FROM migrations ORDER BY id');
  return rows.map(({ name }) => name);
}

function unconnected(
  { target }: TestDatabase,
  contents: Partial<DataSourceContents> = {},
): GuardedDataSource {
  const { logger } = keepingLogger();
  const settings = { ...parseSettings({}), database: target };
  return createDataSource(settings, { entities, migrations, logger, ...contents });
}

eachDatabase('The guard of every way to migrate', (database) => {
  const objects = async (dataSource: DataSource) =>
    (await readCatalog(dataSource, database().dialect)).objects;
  const readings = (dataSource: DataSource) => dataSource.query('SELECT reading FROM gauges');

  it('The guard of every way to migrate shows what is applied and what is pending', async () => {
    const { logger, lines } = keepingLogger();
    const first = await database().connect({ ...only(GAUGES), logger });
    await first.runMigrations();
    const dataSource = await database().connect({ ...only(GAUGES, DIALS), logger });
    expect(await dataSource.showMigrations()).to.equal(true);
    await dataSource.runMigrations();
    expect(await dataSource.showMigrations()).to.equal(false);
    expect(lines).to.deep.equal([
      'Migration MakeGauges1800000000001 has been executed successfully.',
      '[X] 1 MakeGauges1800000000001',
      '[ ] MakeDials1800000000002',
      'Migration MakeDials1800000000002 has been executed successfully.',
      '[X] 1 MakeGauges1800000000001',
      '[X] 2 MakeDials1800000000002',
    ]);
  });

  it('The guard of every way to migrate shows an empty database without creating anything in it', async () => {
    const dataSource = await database().connect();
    expect(await dataSource.showMigrations()).to.equal(true);
    expect(await objects(dataSource)).to.deep.equal([]);
  });

  it('The guard of every way to migrate answers with the revisions that it applied, oldest first, however they are listed', async () => {
    const dataSource = await database().connect(only(KNOBS, GAUGES, DIALS));
    const done = await dataSource.runMigrations();
    expect(done.map(({ name, timestamp }) => ({ name, timestamp }))).to.deep.equal([
      { name: 'MakeGauges1800000000001', timestamp: 1800000000001 },
      { name: 'MakeDials1800000000002', timestamp: 1800000000002 },
      { name: 'MakeKnobs1800000000003', timestamp: 1800000000003 },
    ]);
    expect(await applied(dataSource)).to.deep.equal(done.map(({ name }) => name));
  });

  it('The guard of every way to migrate reports that nothing is pending, and that nothing can be reverted', async () => {
    const { logger, lines } = keepingLogger();
    const dataSource = await database().connect({ ...only(), logger });
    await dataSource.runMigrations();
    await dataSource.undoLastMigration();
    expect(lines).to.deep.equal([
      'No migrations are pending',
      'No migrations are applied, nothing to revert',
    ]);
    expect(await objects(dataSource)).to.deep.equal([]);
  });

  it('The guard of every way to migrate records without running, and takes the record back without running', async () => {
    const { logger, lines } = keepingLogger();
    const dataSource = await database().connect({ ...only(GAUGES, BROKEN_UP), logger });
    await dataSource.runMigrations({ fake: true });
    expect(await applied(dataSource)).to.deep.equal(['MakeGauges1800000000001', 'BreakHalfway1800000000002']);
    await dataSource.undoLastMigration({ fake: true });
    expect(await applied(dataSource)).to.deep.equal(['MakeGauges1800000000001']);
    expect(await objects(dataSource)).not.to.include('table gauges');
    expect(lines.at(-1)).to.equal(
      'Migration BreakHalfway1800000000002 is no longer recorded; it was not reverted.',
    );
  });

  for (const transaction of ['all', 'each', 'none'] as const) {
    it(`The guard of every way to migrate leaves the former state and no record when a revision fails, also with transaction: ${transaction}`, async () => {
      const dataSource = await database().connect(only(GAUGES, BROKEN_UP, KNOBS));
      const error = await failureOf(dataSource.runMigrations({ transaction }));
      expect(error.code).to.equal('REVISION_FAILED');
      expect(error.message).to.match(/^BreakHalfway1800000000002: up failed: .*no_such_column/);
      expect(error.message).to.match(
        /\. Its transaction was rolled back: the database is as it was before this revision\. Fix the cause, then run the command again\.$/,
      );
      expect(await applied(dataSource)).to.deep.equal(['MakeGauges1800000000001']);
      expect(await objects(dataSource)).not.to.include('table half');
      expect(await readings(dataSource)).to.deep.equal([{ reading: 11 }]);
    });
  }

  it('The guard of every way to migrate completes on the next run, once the cause is fixed', async () => {
    const broken = await database().connect(only(GAUGES, BROKEN_UP));
    await failureOf(broken.runMigrations());
    const mended = revision('BreakHalfway1800000000002', ['CREATE TABLE half (id integer)'], []);
    const dataSource = await database().connect(only(GAUGES, mended));
    expect(await dataSource.runMigrations()).to.have.length(1);
    expect(await applied(dataSource)).to.deep.equal(['MakeGauges1800000000001', 'BreakHalfway1800000000002']);
  });

  it('The guard of every way to migrate leaves nothing but the records when the very first revision fails', async () => {
    const dataSource = await database().connect(only(BROKEN_UP));
    expect(await failureOf(dataSource.runMigrations())).to.have.property(
      'revision',
      'BreakHalfway1800000000002',
    );
    const own = /^(table|index|sequence) (migrations\w*|PK_\w+)$/;
    expect((await objects(dataSource)).filter((words) => !own.test(words))).to.deep.equal([]);
    expect(await applied(dataSource)).to.deep.equal([]);
  });

  it('The guard of every way to migrate keeps a revision applied when its way back fails', async () => {
    const dataSource = await database().connect(only(GAUGES, BROKEN_DOWN));
    await dataSource.runMigrations();
    const before = await readCatalog(dataSource, database().dialect);
    const error = await failureOf(dataSource.undoLastMigration());
    expect(error.message).to.match(/^NoWayBack1800000000002: down failed: .*no_such_column/);
    expect(await readCatalog(dataSource, database().dialect)).to.deep.equal(before);
    expect(await applied(dataSource)).to.deep.equal(['MakeGauges1800000000001', 'NoWayBack1800000000002']);
    expect(await readings(dataSource)).to.deep.equal([{ reading: 11 }]);
  });

  it('The guard of every way to migrate refuses a pending revision that is older than the current one', async () => {
    await (await database().connect(only(GAUGES, KNOBS))).runMigrations();
    const dataSource = await database().connect(only(GAUGES, DIALS, KNOBS));
    const error = await failureOf(dataSource.runMigrations());
    expect(error.message).to.equal(
      'MakeDials1800000000002: pending, but older than MakeKnobs1800000000003, which is already applied. ' +
        'Give it a newer stamp (class name and file name), or first revert to a revision before it (down <revision> --allow-out-of-order). ' +
        'To continue anyway: the option { allow: { outOfOrder: true } }',
    );
    expect(await objects(dataSource)).not.to.include('table dials');
    await migrateDown(dataSource, { allow: { outOfOrder: true } });
    expect(await dataSource.runMigrations()).to.have.length(2);
  });

  it('The guard of every way to migrate refuses to go either way when the code lacks an applied revision', async () => {
    await (await database().connect(only(GAUGES, DIALS))).runMigrations();
    const dataSource = await database().connect(only(GAUGES, KNOBS));
    const words =
      'MakeDials1800000000002: recorded in the database, missing in the code. ' +
      'Deploy the version of the code that contains it, or add it to the list of migrations. To continue without it: the option { allow: { missing: true } }';
    expect(await failureOf(dataSource.runMigrations())).to.have.property('message', words);
    expect(await failureOf(dataSource.undoLastMigration())).to.have.property(
      'message',
      words.replace(
        'To continue without it: the option { allow: { missing: true } }',
        'To remove its record without reverting it: npx orchestrator-db stamp -d <file> <the revision before it>',
      ),
    );
    expect(await objects(dataSource))
      .to.include('table dials')
      .and.not.include('table knobs');
  });

  it('The guard of every way to migrate refuses names that give no order', async () => {
    const unnamed = revision('NoStamp', [], []);
    const twin = revision('Twin1800000000001', [], []);
    const cases = [
      [
        [unnamed],
        'NoStamp: the name of a migration class must end in a 13-digit stamp, NoStamp1764000000000 for example.',
      ],
      [
        [GAUGES, twin],
        'Twin1800000000001: has the same stamp as MakeGauges1800000000001. Stamps define the order, so each revision needs its own. Look at 1800000000001-MakeGauges and 1800000000001-Twin.',
      ],
    ] as const;
    for (const [list, words] of cases) {
      expect(await failureOf(database().connect(only(...list)))).to.have.property('message', words);
    }
  });

  it('The guard of every way to migrate refuses tables that are there without a record, before anything changes', async () => {
    const dataSource = await database().connect();
    await dataSource.query('CREATE TABLE workers (id integer)');
    await dataSource.query('CREATE TABLE users (id integer)');
    const before = await objects(dataSource);
    const error = await failureOf(dataSource.runMigrations());
    expect(error.message).to.equal(
      'The database has tables of the entities (users, workers) but no revision is recorded in "migrations". ' +
        'Nothing was changed. Use an empty database. If these tables are already at head, record that without running anything: ' +
        'npx orchestrator-db stamp -d <file> head',
    );
    expect(await objects(dataSource)).to.deep.equal(before);
    await dataSource.runMigrations({ fake: true });
    expect(await applied(dataSource)).to.have.length(migrations.length);
  });

  it('The guard of every way to migrate does not mind the tables of others', async () => {
    const dataSource = await database().connect();
    await dataSource.query('CREATE TABLE of_someone_else (id integer)');
    expect(await dataSource.runMigrations()).to.have.length(migrations.length);
    expect(await objects(dataSource)).to.include('table of_someone_else');
  });

  it('The guard of every way to migrate does not mind the table of an entity with synchronize: false', async () => {
    const dataSource = await database().connect({ entities: [ExternalAccount], migrations: [GAUGES] });
    await dataSource.query('CREATE TABLE external_accounts (id integer PRIMARY KEY)');
    expect(await dataSource.runMigrations()).to.have.length(1);
    expect((await checkDrift(dataSource)).changes).to.deep.equal([]);
  });

  it('The guard of every way to migrate is what migrationsRun goes through', async () => {
    const dataSource = unconnected(database());
    dataSource.setOptions({ migrationsRun: true });
    await dataSource.initialize();
    try {
      expect(await dataSource.showMigrations()).to.equal(false);
      expect(await applied(dataSource)).to.have.length(migrations.length);
    } finally {
      await dataSource.destroy();
    }
  });

  it('The guard of every way to migrate lets migrationsRun change nothing where tables are there without a record, and closes the connection', async () => {
    const other = await database().connect();
    await other.query('CREATE TABLE jobs (id integer)');
    const before = await objects(other);
    const dataSource = unconnected(database());
    dataSource.setOptions({ migrationsRun: true });
    expect(await failureOf(dataSource.initialize())).to.be.instanceOf(SchemaNotRecordedError);
    expect(dataSource.isInitialized).to.equal(false);
    expect(await objects(other)).to.deep.equal(before);
  });

  it('The guard of every way to migrate asks for a connection first', async () => {
    const dataSource = unconnected(database());
    const words = 'The DataSource is not connected: call initialize() first.';
    for (const attempt of [
      dataSource.runMigrations(),
      dataSource.undoLastMigration(),
      dataSource.showMigrations(),
    ])
      expect(await failureOf(attempt)).to.have.property('message', words);
  });
});
