import { expect } from 'chai';
import { entities } from '../../src/entities/index.js';
import { migrateUp } from '../../src/migrator/migrate.js';
import { readHistory } from '../../src/migrator/run-history.js';
import { readStatus } from '../../src/migrator/status.js';
import { migrations } from '../../src/migrations/index.js';
import { execute, tablesOf } from '../support/cli-database.js';
import { eachDatabase, type TestDatabase } from '../support/databases.js';
import { databaseState } from '../support/offline-state.js';
import {
  documentOf,
  runCommandHere,
  runOwnProcess,
  runShelves,
  withoutTimes,
} from '../support/run-shelves.js';
import { COUNT, FILL, MAKE, shelves, type ShelfCode } from '../support/shelves.js';

const OWN = { entities, migrations };
const IDS = migrations.map(({ name }) => name);
const RECORDS = [
  'migrations',
  'migrations_attempt',
  'migrations_heartbeat',
  'migrations_phase',
  'migrations_run',
];

/** Makes the tables as another tool would: the statements of the revisions, and no record of them. */
function makeByHand(database: TestDatabase): Promise<void> {
  return execute(
    database,
    migrations.flatMap((Migration) => {
      const { transaction = true, ...revision } = new Migration();
      const { up } = revision[database.dialect];
      return transaction ? ['BEGIN', ...up, 'COMMIT'] : up;
    }),
  );
}

eachDatabase('A database that another tool created', (database) => {
  const run = (...args: readonly string[]) => runCommandHere(OWN, database().url, args);

  it('stamp head adopts a database in sync', async () => {
    await makeByHand(database());
    const before = await databaseState(database().target);
    const refused = await run('up');
    expect(refused.code).to.equal(1);
    expect(refused.stderr).to.match(
      /^error: The database has tables of the entities \(idempotency_keys \.\.\. workers, 7 in all\) but no revision is recorded/,
    );
    expect(refused.stderr).to.contain('npm run -s db -- stamp head');
    expect(await databaseState(database().target)).to.deep.equal(before);

    const stamped = await runOwnProcess({ DATABASE_URL: database().url }, 'stamp', 'head');

    const lines = [...IDS.map((id) => `recorded ${id}`), `at ${IDS.at(-1) ?? ''}`];
    expect({ ...stamped, stdout: withoutTimes(stamped.stdout) }).to.deep.equal({
      code: 0,
      stdout: lines,
      stderr: '',
    });
    expect((await run('check')).code).to.equal(0);
    expect(await run('up')).to.deep.equal({
      code: 0,
      stdout: `nothing to do, at ${IDS.at(-1) ?? ''}\n`,
      stderr: '',
    });
    const after = await databaseState(database().target);
    const own = ({ schema }: typeof after) =>
      schema.filter((row) => !/migrations|PK_|sqlite_sequence/.test(JSON.stringify(row)));
    expect(own(after)).to.deep.equal(own(before));
    const { applied } = await readStatus(await database().connect());
    expect(applied.map(({ id, verification }) => [id, verification])).to.deep.equal(
      IDS.map((id) => [id, 'verified']),
    );
  });

  it('stamp head refuses a database that differs, and lists the differences', async () => {
    await makeByHand(database());
    await execute(database(), [
      'DROP INDEX ix_workers_status',
      'ALTER TABLE jobs DROP COLUMN task_description',
    ]);
    const before = await databaseState(database().target);
    const differences = [
      'Column jobs.task_description is missing in the database; the entities declare type text, nullable no.',
      'Index workers.ix_workers_status is missing in the database; the entities declare columns (status).',
    ];
    const message =
      'The schema differs from the entities, so it is not at head: 2 difference(s). Nothing was recorded. ' +
      'Fix them, accept them (check --accept), stamp the revision that the database is at, or record head anyway: --force';
    for (const target of ['head', 'WorkersAndJobs']) {
      expect(await run('stamp', target)).to.deep.equal({
        code: 3,
        stdout: '',
        stderr: `${differences.map((line) => `  ${line}\n`).join('')}error: ${message}\n`,
      });
      const answer = await run('stamp', target, '--json');
      expect(answer.code).to.equal(3);
      expect(documentOf(answer)).to.deep.include({
        status: 'failed',
        error: { code: 'STAMP_REFUSED', message, differences },
      });
    }
    expect(await databaseState(database().target)).to.deep.equal(before);
  });

  it('stamp head --force adopts a database that differs', async () => {
    await makeByHand(database());
    await execute(database(), ['DROP INDEX ix_workers_status']);
    const { code, stdout } = await run('stamp', 'head', '--force');
    expect({ code, lines: withoutTimes(stdout) }).to.deep.equal({
      code: 0,
      lines: [...IDS.map((id) => `recorded ${id}`), `at ${IDS.at(-1) ?? ''}`],
    });
    expect((await run('check')).code).to.equal(2);
  });

  it('stamp adopts a database at an older revision without a comparison, and up continues from there', async () => {
    const [Initial] = migrations;
    await execute(database(), new Initial().statements(database().dialect, 'up'));
    expect((await run('stamp', 'Initial')).code).to.equal(0);
    expect(withoutTimes((await run('up')).stdout)[0]).to.equal(`applied ${IDS[1] ?? ''}`);
    expect((await run('check')).code).to.equal(0);
  });
});

eachDatabase('The command stamp', (database) => {
  const run = (code: ShelfCode, ...args: readonly string[]) =>
    runShelves(code, database().url, 'stamp', ...args);
  const statusOf = async (code: ShelfCode) => readStatus(await database().connect(shelves(code)));

  it('stamp runs no statements of revisions, up or down', async () => {
    for (const code of ['made', 'downThrows', 'failing'] as const) {
      expect((await run(code, COUNT, '--force')).code).to.equal(0);
      expect((await statusOf(code)).current).to.equal(COUNT);
      expect((await run(code, 'base')).code).to.equal(0);
      expect((await statusOf(code)).current).to.equal(null);
      const own = (await tablesOf(database())).filter((name) => name !== 'sqlite_sequence');
      expect(own).to.deep.equal(RECORDS);
    }
  });

  it('stamp records the way to a revision in both directions, and reports it', async () => {
    const steps = [
      [[FILL], [`recorded ${MAKE}`, `recorded ${FILL}`, `at ${FILL}`]],
      [[FILL], [`nothing to do, at ${FILL}`]],
      [['head'], [`recorded ${COUNT}`, `at ${COUNT}`]],
      [['Make'], [`removed the record of ${COUNT}`, `removed the record of ${FILL}`, `at ${MAKE}`]],
      [['base'], [`removed the record of ${MAKE}`, 'at base']],
    ] as const;
    for (const [args, lines] of steps) {
      const { code, stdout, stderr } = await run('made', ...args);
      expect({ code, stderr, lines: withoutTimes(stdout) }).to.deep.equal({ code: 0, stderr: '', lines });
    }
    const runs = await readHistory(await database().connect(shelves('made')));
    expect(runs.map(({ direction }) => direction)).to.deep.equal(['stamp', 'stamp', 'stamp', 'stamp']);
    expect(new Set(runs.flatMap(({ attempts }) => attempts.map(({ kind }) => kind)))).to.deep.equal(
      new Set(['stamped']),
    );
  });

  it('stamp --json prints one document', async () => {
    const step = { direction: 'up', stamped: true, durationMs: 0, tries: 1 };
    expect(documentOf(await run('made', FILL, '--json'))).to.deep.equal({
      status: 'done',
      direction: 'stamp',
      done: [MAKE, FILL].map((id) => ({ id, ...step })),
      current: FILL,
    });
    expect(documentOf(await run('made', FILL, '--json'))).to.deep.equal({
      status: 'nothing-to-do',
      direction: 'stamp',
      done: [],
      current: FILL,
    });
  });

  it('stamp renews the checksum of an edited revision, so that it counts as applied', async () => {
    await migrateUp(await database().connect(shelves('made')), { target: FILL });
    expect((await statusOf('edited')).edited).to.deep.equal([MAKE]);
    const { rows } = await databaseState(database().target);
    const { code, stdout } = await run('edited', FILL);
    expect({ code, lines: withoutTimes(stdout) }).to.deep.equal({
      code: 0,
      lines: [`recorded ${MAKE}`, `at ${FILL}`],
    });
    expect((await databaseState(database().target)).rows['migrations']).to.deep.equal(rows['migrations']);
    expect((await statusOf('edited')).edited).to.deep.equal([]);
    expect((await runShelves('edited', database().url, 'up')).code).to.equal(0);
    expect((await statusOf('made')).edited).to.deep.equal([MAKE]);
  });

  it('stamp removes the records of newer revisions that the code does not contain', async () => {
    await migrateUp(await database().connect(shelves('made')));
    const { code, stdout } = await run('old', 'head', '--force');
    expect({ code, lines: withoutTimes(stdout) }).to.deep.equal({
      code: 0,
      lines: [`removed the record of ${COUNT}`, `at ${FILL}`],
    });
  });

  it('stamp exits with 64 for an unknown target, and records nothing', async () => {
    await migrateUp(await database().connect(shelves('made')), { target: FILL });
    const before = await databaseState(database().target);
    for (const [target, words] of [
      ['+1', 'stamp takes head, base or a revision, not +1.'],
      ['-1', 'stamp takes head, base or a revision, not -1.'],
      ['+0', '+0 changes nothing. Use +1, +2 or -1, -2 and so on.'],
      ['FilShelf', `There is no revision "FilShelf". Did you mean ${FILL}?`],
      [
        'Shelves',
        `"Shelves" matches several revisions: ${MAKE}, ${FILL}, ${COUNT}. Use a longer part of the name.`,
      ],
    ] as const)
      expect({ target, ...(await run('made', target)) }).to.deep.equal({
        ...{ target, code: 64, stdout: '' },
        stderr: `error: ${words}\n`,
      });
    expect(await databaseState(database().target)).to.deep.equal(before);
  });
});
