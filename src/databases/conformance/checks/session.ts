import type { Session } from '../../session.js';
import { assertHolds, assertSame, refusalOf, type Check, type Subject } from '../subject.js';
import { inWorld } from '../world.js';

/** Sessions over the bare driver, and the messages of all sessions. */
export const SESSION_CHECKS: readonly Check[] = [
  { name: 'a session without TypeORM sends, reads and ends its transactions', run: checkSession },
  { name: 'a message of several statements ends with the first error', run: checkMessage },
];

const CREATE = 'CREATE TABLE "things" ("id" integer)';
const READ = 'SELECT "id" FROM "things" ORDER BY 1';

async function idsIn(session: Session): Promise<readonly unknown[]> {
  return (await session.query(READ)).map(({ id }) => id);
}

function checkSession(subject: Subject): Promise<void> {
  return inWorld(subject, async ({ database, settings, target, connect }) => {
    const { session: observer } = await connect();
    const session = await database.openSession({ ...settings, database: target }, () => undefined);
    try {
      assertSame(session.place.dialect, observer.place.dialect, 'The database of a session');
      await session.begin([CREATE]);
      await session.commit(['INSERT INTO "things" VALUES (1)']);
      assertSame(await idsIn(observer), [1], 'Rows after a session has committed');
      await session.begin(['INSERT INTO "things" VALUES (2)']);
      assertSame(await idsIn(session), [1, 2], 'Rows in the transaction of a session');
      await session.rollback();
      assertSame(await idsIn(session), [1], 'Rows after a session has rolled back');
      await refusalOf(() => session.commit(), 'A commit without a transaction');
    } finally {
      await session.close();
    }
    assertHolds(session.isClosed, 'A session that was closed is open');
    await refusalOf(() => session.query('SELECT 1'), 'A statement on a session that was closed');
  });
}

function checkMessage(subject: Subject): Promise<void> {
  return inWorld(subject, async ({ database: { wire }, connect }) => {
    const { session } = await connect();
    const connection = await session.connection();
    await wire.send(connection, [CREATE, 'INSERT INTO "things" VALUES (1)']);
    const wrong = ['INSERT INTO "nowhere" VALUES (2)', 'INSERT INTO "things" VALUES (3)'];
    await refusalOf(() => wire.send(connection, wrong), 'A message with a wrong statement');
    assertSame(await idsIn(session), [1], 'Rows after messages of several statements');
    await wire.send(connection, [wire.begin('START TRANSACTION'), 'INSERT INTO "things" VALUES (4)']);
    await wire.send(connection, ['ROLLBACK']);
    assertSame(await idsIn(session), [1], 'Rows after a transaction that a message has begun');
  });
}
