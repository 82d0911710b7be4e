import { isOwnError, messageOf } from '../../../errors/base.js';
import { assertHolds, assertSame, refusalOf, type Check, type Subject } from '../subject.js';
import { connected, inWorld, sourceOf } from '../world.js';

/** Errors in words. */
export const FAILURE_CHECKS: readonly Check[] = [
  { name: 'a statement that fails is distinguished from other errors', run: checkTyped },
  { name: 'a connection that cannot be made is explained', run: checkConnect },
  { name: 'a database that answers is probed and read', run: checkAnswer },
];

function checkTyped(subject: Subject): Promise<void> {
  return inWorld(subject, async ({ connect, database }) => {
    const { dataSource, query } = await connect();
    const { migration } = database;
    const error = await refusalOf(() => query('SELECT * FROM "nowhere"'), 'A SELECT from no table');
    const typed = database.typedError(database.place(dataSource), error);
    assertHolds(isOwnError(typed), 'typedError gives no error of this package for a statement that failed');
    const words = messageOf(typed);
    assertHolds(words.includes('nowhere'), `typedError hides the message of the database: ${words}`);
    assertHolds(words.includes(database.shownDatabase(dataSource)), `typedError names no database: ${words}`);
    assertHolds(
      migration.sqlState(error) !== undefined,
      'sqlState gives no code for an error of the database',
    );
    const foreign = new Error('something else');
    assertHolds(
      database.typedError(database.place(dataSource), foreign) === foreign,
      'typedError replaces an error of something else',
    );
    assertHolds(
      database.typedError(database.place(dataSource), typed) === typed,
      'typedError replaces an error of this package',
    );
    for (const other of [foreign, undefined, error]) {
      const facts = [
        migration.isRetryable(other),
        migration.isDisconnected(other),
        migration.brokenLimit(other),
      ];
      assertSame(
        facts,
        [false, false, undefined],
        `What ${String(other)} reports about locks, connections and limits`,
      );
    }
    assertSame(migration.sqlState(foreign), undefined, 'sqlState of an error of something else');
  });
}

async function checkConnect(subject: Subject): Promise<void> {
  const { database, unreachable } = subject;
  const dataSource = sourceOf(subject, unreachable);
  const error = await refusalOf(
    () => connected(dataSource),
    'To connect to an address that nothing answers at',
  );
  const { reason, transient } = database.explainConnectFailure(error);
  assertHolds(reason.trim() !== '', 'explainConnectFailure gives no words');
  assertHolds(typeof transient === 'boolean', 'explainConnectFailure does not specify whether to try again');
  const plain = database.explainConnectFailure(new Error('a plain reason'));
  assertSame(plain, { reason: 'a plain reason', transient: false }, 'The explanation of an unknown failure');
}

function checkAnswer(subject: Subject): Promise<void> {
  return inWorld(subject, async ({ connect, database, settings, target }) => {
    const connection = await connect();
    database.assertReachable({ ...settings, database: target }, { readOnly: false });
    database.assertExists(connection.dataSource);
    await database.firstRead(connection.dataSource);
    await database.probe(connection.dataSource).answer;
    const [row] = await connection.query(`SELECT ${database.migration.standbySql} AS "standby"`);
    assertHolds(!row?.['standby'], 'A database that takes writes counts as a standby');
  });
}
