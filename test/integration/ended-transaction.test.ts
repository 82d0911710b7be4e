import { expect } from 'chai';
import type { QueryRunner } from 'typeorm';
import { RevisionFailedError } from '../../src/errors/migration.js';
import { migrateUp } from '../../src/migrator/migrate.js';
import { execNative, type NativeConnection } from '../../src/databases/sqlite/native.js';
import { rowsOf } from '../support/cli-database.js';
import { eachDatabase, onDatabase } from '../support/databases.js';
import { attemptsIn, expectFailure, only, recordsIn } from '../support/failures.js';
import { handWritten, isPostgres } from '../support/hand-written.js';
import { revision } from '../support/revisions.js';

const FIRST = 'MakeKept1800000000411';
const SECOND = 'EndIt1800000000417';
const KEPT = revision(
  FIRST,
  ['CREATE TABLE kept (a integer PRIMARY KEY)', 'INSERT INTO kept VALUES (1)'],
  [],
);
const ROLLED_BACK =
  'Its transaction was rolled back: the database is as it was before this revision. Fix the cause, then run the command again.';

type Body = Parameters<typeof handWritten>[1];

eachDatabase('A class that ends its transaction on the connection below the query runner', (database) => {
  const body =
    (last: (queryRunner: QueryRunner) => Promise<unknown>): Body =>
    async (queryRunner) => {
      await queryRunner.query('INSERT INTO kept VALUES (5)');
      const native: unknown = await queryRunner.connect();
      if (isPostgres(queryRunner))
        await (native as { query(sql: string): Promise<unknown> }).query('COMMIT; BEGIN');
      else await execNative(native as NativeConnection, ['COMMIT']);
      await last(queryRunner);
    };
  const cases: readonly (readonly [string, Body])[] = [
    ['goes on', body((queryRunner) => queryRunner.query('INSERT INTO kept VALUES (6)'))],
    ['fails', body(() => Promise.reject(new Error('no more')))],
  ];
  for (const [kind, up] of cases)
    it(`A class that ends its transaction on the connection below the query runner and ${kind} is not recorded, and the message does not claim a rollback`, async () => {
      const dataSource = await database().connect(only(KEPT, handWritten(SECOND, up)), { poolSize: 1 });
      await expectFailure(
        migrateUp(dataSource),
        RevisionFailedError,
        `${SECOND}: up failed: its transaction ended before the revision was recorded, on the connection below the query runner; send every statement through the query runner, and leave COMMIT and ROLLBACK to the migrator. It is not recorded; part of it may be in the database. Fix the cause, then run the command again.`,
      );
      expect(await recordsIn(database())).to.deep.equal([FIRST]);
      expect((await attemptsIn(database())).map(({ outcome }) => outcome)).to.deep.equal(['done', 'failed']);
      expect(dataSource.createQueryRunner().isTransactionActive).to.equal(false);
    });
});

onDatabase('sqlite', 'A statement that ends the transaction when it fails (SQLite)', (database) => {
  const ending: readonly (readonly [string, string, readonly string[]])[] = [
    ['INSERT OR ROLLBACK INTO kept VALUES (1)', 'UNIQUE constraint failed: kept.a', []],
    [
      'INSERT INTO kept VALUES (7)',
      'no seven',
      [
        "CREATE TRIGGER no_seven BEFORE INSERT ON kept WHEN NEW.a = 7 BEGIN SELECT RAISE(ROLLBACK, 'no seven'); END",
      ],
    ],
  ];
  const later: readonly (readonly [string, (queryRunner: QueryRunner) => Promise<unknown>])[] = [
    ['goes on', () => Promise.resolve()],
    ['sends more', (queryRunner) => queryRunner.query('INSERT INTO kept VALUES (6)')],
    [
      'sends more and catches that as well',
      (queryRunner) => queryRunner.query('INSERT INTO kept VALUES (6)').catch(() => undefined),
    ],
  ];
  for (const [sql, reason, before] of ending)
    for (const [kind, more] of later)
      it(`The class that catches the failure of ${sql} and ${kind} leaves nothing and is not recorded`, async () => {
        const up: Body = async (queryRunner) => {
          await queryRunner.query('INSERT INTO kept VALUES (5)');
          await queryRunner.query(sql).catch(() => undefined);
          await more(queryRunner);
        };
        const prepared = revision('Before1800000000416', [...before], []);
        const dataSource = await database().connect(only(KEPT, prepared, handWritten(SECOND, up)));
        await expectFailure(
          migrateUp(dataSource),
          RevisionFailedError,
          new RegExp(
            `^${SECOND}: up failed: a statement failed and ended the transaction that it runs in \\(.*${reason}\\); the class must not continue after that\\. ${ROLLED_BACK}$`,
          ),
        );
        expect(await rowsOf(database(), 'SELECT a FROM kept')).to.deep.equal([{ a: 1 }]);
        expect(await recordsIn(database())).not.to.include(SECOND);
        const fixed = await database().connect(
          only(KEPT, prepared, revision(SECOND, ['INSERT INTO kept VALUES (8)'], [])),
        );
        expect((await migrateUp(fixed)).done).to.have.length(1);
      });

  it('The class that throws an error of its own after such a failure leaves nothing', async () => {
    const up: Body = async (queryRunner) => {
      await queryRunner.query('INSERT OR ROLLBACK INTO kept VALUES (1)').catch(() => undefined);
      await queryRunner.query('INSERT INTO kept VALUES (6)').catch(() => undefined);
      throw new Error('given up');
    };
    const dataSource = await database().connect(only(KEPT, handWritten(SECOND, up)));
    await expectFailure(
      migrateUp(dataSource),
      RevisionFailedError,
      `${SECOND}: up failed: given up. ${ROLLED_BACK}`,
    );
    expect(await rowsOf(database(), 'SELECT a FROM kept')).to.deep.equal([{ a: 1 }]);
    expect(dataSource.createQueryRunner().isTransactionActive).to.equal(false);
  });
});

onDatabase('postgres', 'A revision that prepares its transaction (PostgreSQL)', (database) => {
  it('A revision that prepares its transaction is refused and rolled back', async () => {
    const up = ['INSERT INTO kept VALUES (5)', "PREPARE TRANSACTION 'ended'"];
    const dataSource = await database().connect(only(KEPT, revision(SECOND, up, [])));
    await expectFailure(
      migrateUp(dataSource),
      RevisionFailedError,
      `${SECOND}: up failed: it would end the transaction that it runs in (PREPARE TRANSACTION); remove that statement. ${ROLLED_BACK}`,
    );
    expect(await rowsOf(database(), 'SELECT a FROM kept')).to.deep.equal([{ a: 1 }]);
    expect(await recordsIn(database())).to.deep.equal([FIRST]);
  });
});
