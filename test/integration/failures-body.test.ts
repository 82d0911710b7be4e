import { expect } from 'chai';
import { RevisionFailedError } from '../../src/errors/migration.js';
import { migrateUp } from '../../src/migrator/migrate.js';
import { readStatus } from '../../src/migrator/status.js';
import { rowsOf, tablesOf } from '../support/cli-database.js';
import { eachDatabase, onDatabase } from '../support/databases.js';
import {
  attemptsIn,
  expectFailure,
  failureOf,
  formerState,
  only,
  recordsIn,
  runsIn,
} from '../support/failures.js';
import { handWritten } from '../support/hand-written.js';
import { revision } from '../support/revisions.js';

const FIRST = 'MakeGauges1800000000401';
const SECOND = 'Meddle1800000000402';
const GAUGES = revision(
  FIRST,
  ['CREATE TABLE gauges (id integer PRIMARY KEY, reading integer)', 'INSERT INTO gauges VALUES (1, 11)'],
  ['DROP TABLE gauges'],
);
const LEFT =
  'Its transaction was rolled back: the database is as it was before this revision. Fix the cause, then run the command again.';

eachDatabase('A body that meddles with its own transaction', (database) => {
  const refused = (word: string) =>
    `${SECOND}: up failed: it would end the transaction that it runs in (${word}); remove that statement. ${LEFT}`;
  const MAKE = 'CREATE TABLE half (id integer)';
  const FAIL = 'SELECT no_such FROM gauges';

  type Body = Parameters<typeof handWritten>[1];

  /** Runs it after GAUGES, then another one in its place with the same DataSource's connection. */
  async function outcomeOf(body: Body): Promise<{ readonly error: string | null; readonly half: boolean }> {
    const dataSource = await database().connect(only(GAUGES, handWritten(SECOND, body)), { poolSize: 1 });
    const error = await migrateUp(dataSource).then(
      () => null,
      (failure: unknown) => (failure as Error).message,
    );
    const isDone = error === null;
    expect(await recordsIn(database())).to.deep.equal(isDone ? [FIRST, SECOND] : [FIRST]);
    expect((await attemptsIn(database())).map(({ outcome }) => outcome)).to.deep.equal([
      'done',
      isDone ? 'done' : 'failed',
    ]);
    expect((await runsIn(database())).at(-1)).to.include({ outcome: isDone ? 'completed' : 'failed' });
    const half = (await tablesOf(database())).includes('half');
    await expectUsable(dataSource);
    return { error, half };
  }

  async function expectUsable(dataSource: Parameters<typeof migrateUp>[0]): Promise<void> {
    expect(dataSource.createQueryRunner().isTransactionActive).to.equal(false);
    await dataSource.query('UPDATE gauges SET reading = 13');
    expect(await rowsOf(database(), 'SELECT reading FROM gauges')).to.deep.equal([{ reading: 13 }]);
    dataSource.setOptions({ migrations: [] });
  }

  it('A body that meddles with its own transaction may have a savepoint of its own, kept', async () => {
    const body: Body = async (queryRunner) => {
      await queryRunner.startTransaction();
      await queryRunner.query(MAKE);
      await queryRunner.commitTransaction();
    };
    expect(await outcomeOf(body)).to.deep.equal({ error: null, half: true });
  });

  it('A body that meddles with its own transaction may have a savepoint of its own, rolled back', async () => {
    const body: Body = async (queryRunner) => {
      await queryRunner.startTransaction();
      await queryRunner.query(MAKE);
      await queryRunner.query(FAIL).catch(() => queryRunner.rollbackTransaction());
    };
    expect(await outcomeOf(body)).to.deep.equal({ error: null, half: false });
  });

  it('A body that meddles with its own transaction may name savepoints in SQL', async () => {
    const body: Body = async (queryRunner) => {
      for (const sql of ['SAVEPOINT mine', MAKE, 'ROLLBACK TO SAVEPOINT mine', 'RELEASE SAVEPOINT mine'])
        await queryRunner.query(sql);
    };
    expect(await outcomeOf(body)).to.deep.equal({ error: null, half: false });
  });

  it('A body that meddles with its own transaction is rolled back whole when it fails inside a savepoint of its own', async () => {
    const body: Body = async (queryRunner) => {
      await queryRunner.query('UPDATE gauges SET reading = 12');
      await queryRunner.startTransaction();
      await queryRunner.query(MAKE);
      await queryRunner.startTransaction();
      await queryRunner.query(FAIL);
    };
    const { error, half } = await outcomeOf(body);
    expect(error).to.include(`${SECOND}: up failed: `).and.include(LEFT);
    expect(half).to.equal(false);
  });

  it('A body that meddles with its own transaction is rolled back whole when it leaves a savepoint of its own open', async () => {
    const body: Body = async (queryRunner) => {
      await queryRunner.startTransaction();
      await queryRunner.query(MAKE);
    };
    const { error, half } = await outcomeOf(body);
    expect(error).to.equal(
      `${SECOND}: up failed: it left a transaction open (startTransaction without commitTransaction). ${LEFT}`,
    );
    expect(half).to.equal(false);
  });

  const saying =
    (...statements: readonly string[]): Body =>
    async (queryRunner) => {
      for (const sql of statements) await queryRunner.query(sql);
    };
  const ending: readonly (readonly [string, string, Body])[] = [
    [
      'commits',
      'COMMIT',
      async (queryRunner) => {
        await queryRunner.query(MAKE);
        await queryRunner.commitTransaction();
      },
    ],
    [
      'rolls back',
      'ROLLBACK',
      async (queryRunner) => {
        await queryRunner.query(MAKE);
        await queryRunner.rollbackTransaction();
      },
    ],
    [
      'commits and begins another one',
      'COMMIT',
      async (queryRunner) => {
        await queryRunner.query(MAKE);
        await queryRunner.commitTransaction();
        await queryRunner.startTransaction();
      },
    ],
    ['says COMMIT', 'COMMIT', saying(MAKE, 'COMMIT')],
    ['says ROLLBACK', 'ROLLBACK', saying(MAKE, 'ROLLBACK')],
    ['says COMMIT and BEGIN', 'COMMIT', saying(MAKE, '/* so */ commit ;', 'begin')],
    ['says END', 'END', saying(MAKE, '-- the\nEnd')],
    ['says COMMIT and then fails', 'COMMIT', saying(MAKE, 'COMMIT', FAIL)],
    [
      'commits and takes no notice of the refusal',
      'COMMIT',
      async (queryRunner) => {
        await queryRunner.query(MAKE);
        await queryRunner.query('COMMIT').catch(() => undefined);
        await queryRunner.query('UPDATE gauges SET reading = 12');
      },
    ],
  ];
  for (const [kind, word, body] of ending)
    it(`A body that meddles with its own transaction is rolled back whole, and the message gives the reason, when it ${kind}`, async () => {
      expect(await outcomeOf(body)).to.deep.equal({ error: refused(word), half: false });
    });
});

onDatabase('postgres', 'A body that sends several statements in one message (PostgreSQL)', (database) => {
  it('A body that sends several statements in one message leaves nothing recorded when one of them ends the transaction', async () => {
    const several = revision(SECOND, ['CREATE TABLE half (id integer); COMMIT'], []);
    const dataSource = await database().connect(only(GAUGES, several), { poolSize: 1 });
    expect(await failureOf(migrateUp(dataSource))).to.be.instanceOf(RevisionFailedError);
    expect(await recordsIn(database())).to.deep.equal([FIRST]);
    expect((await readStatus(dataSource)).failed.map(({ id }) => id)).to.deep.equal([SECOND]);
  });
});

onDatabase('postgres', 'A body that reaches a foreign server (PostgreSQL)', (database) => {
  it('A body that reaches a foreign server and fails there has not lost its own connection', async () => {
    // As postgres_fdw reports it.
    const far = `DO $$ BEGIN RAISE EXCEPTION 'could not connect to server "far"' USING ERRCODE = '08001'; END $$`;
    const dataSource = await database().connect(only(GAUGES, revision(SECOND, [far], [])), { poolSize: 1 });
    await expectFailure(
      migrateUp(dataSource),
      RevisionFailedError,
      `${SECOND}: up failed: could not connect to server "far". ${LEFT}`,
    );
  });
});

onDatabase('postgres', 'A constraint that is checked at COMMIT (PostgreSQL)', (database) => {
  it('A constraint that is checked at COMMIT fails the revision, leaves the former state, and the next run completes', async () => {
    const parents = revision(
      FIRST,
      [
        'CREATE TABLE parent (id integer PRIMARY KEY)',
        'CREATE TABLE child (parent_id integer REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED)',
      ],
      [],
    );
    const orphan = ['INSERT INTO child VALUES (7)', 'CREATE TABLE half (id integer)'];
    await database().connectAtHead(only(parents));
    const before = await formerState(database());
    const dataSource = await database().connect(only(parents, revision(SECOND, orphan, [])), { poolSize: 1 });
    await expectFailure(
      migrateUp(dataSource),
      RevisionFailedError,
      `${SECOND}: up failed: insert or update on table "child" violates foreign key constraint "child_parent_id_fkey". Key (parent_id)=(7) is not present in table "parent". ${LEFT}`,
    );
    expect(await formerState(database())).to.deep.equal(before);
    expect((await attemptsIn(database())).map(({ outcome }) => outcome)).to.deep.equal(['done', 'failed']);
    const mended = revision(SECOND, [...orphan, 'INSERT INTO parent VALUES (7)'], []);
    expect((await migrateUp(await database().connect(only(parents, mended)))).done).to.have.length(1);
  });
});
