/** Each file of this folder has the checks of one part of a database. This one: how a database executes revisions. */

import { saysUnrecorded } from '../../records/outcome-sql.js';
import { entryOf, executing, LIMITS, namesIn, recordingOf, type Execution } from '../recording.js';
import { assertHolds, assertSame, refusalOf, type Check, type Subject } from '../subject.js';
import { type Connection, inWorld, namedTables } from '../world.js';

const FIRST = entryOf(1);

/** What executes revisions. */
export const EXECUTOR_CHECKS: readonly Check[] = [
  { name: 'a transaction commits together with its record', run: checkCommit },
  { name: 'a transaction whose body fails leaves nothing', run: checkRollback },
  { name: 'a transaction whose record is refused leaves nothing', run: checkRefusal },
  { name: 'a revision cannot end the transaction that it runs in', run: checkEnding },
  { name: 'a rehearsed record is not written', run: checkRehearsal },
  { name: 'statements that are sent together are all done, or none', run: checkSend },
  { name: 'what runs outside a transaction is recorded after it', run: checkOutside },
];

/** An executor, its connection, and another connection that looks at what it has done. */
interface Scene extends Execution {
  readonly body: (sql: string) => Promise<void>;
  /** What is there: tables and records. */
  readonly seen: () => Promise<readonly [tables: number, names: unknown]>;
  readonly connection: Connection;
}

const NOTHING = [0, []] as const;
const DONE = [1, [FIRST.outcome.revision]] as const;

function scene(subject: Subject, play: (scene: Scene) => Promise<void>): Promise<void> {
  return inWorld(subject, async ({ connect, database }) => {
    const connection = await connect();
    const observer = await connect();
    await executing(subject, connection, async (execution) => {
      const { tables } = execution.context;
      const seen = async () => {
        const there = await database.migration.presentTables(observer.session, namedTables(['things']));
        return [there.length, await namesIn(observer, tables)] as const;
      };
      const body = (sql: string) =>
        execution.executor.runBody(() => connection.query(sql).then(() => undefined));
      await play({ ...execution, connection, seen, body });
    });
  });
}

function checkCommit(subject: Subject): Promise<void> {
  return scene(subject, async ({ executor, context, body, seen }) => {
    await executor.awaitUncommitted(context.tables);
    await executor.inTransaction(LIMITS, async () => {
      await executor.nextTurn();
      await body('CREATE TABLE "things" ("id" integer)');
      const condition = await executor.recordCondition();
      return recordingOf(context, { ...FIRST, condition });
    });
    assertSame(await seen(), DONE, 'Tables and records after a commit');
  });
}

function checkRollback(subject: Subject): Promise<void> {
  return scene(subject, async ({ executor, connection, body, seen }) => {
    const failure = new Error('the body fails');
    const failing = async () => {
      await body('CREATE TABLE "things" ("id" integer)');
      await connection.query('INSERT INTO "things" VALUES (1)');
      throw failure;
    };
    const error = await refusalOf(() => executor.inTransaction(LIMITS, failing), 'A body that fails');
    assertHolds(error === failure, `A body that failed is reported as another error: ${String(error)}`);
    assertSame(await seen(), NOTHING, 'Tables and records after a body that failed');
    assertHolds(!connection.queryRunner.isTransactionActive, 'A transaction is open after its body failed');
  });
}

function checkRefusal(subject: Subject): Promise<void> {
  return scene(subject, async ({ executor, context, connection, body, seen }) => {
    const refused = () =>
      executor.inTransaction(LIMITS, async () => {
        await body('CREATE TABLE "things" ("id" integer)');
        return recordingOf(context, { ...FIRST, condition: '1 = 0' });
      });
    const error = await refusalOf(refused, 'A record under a false condition');
    assertHolds(saysUnrecorded(error, context.tables), `A refused record is reported as ${String(error)}`);
    assertSame(await seen(), NOTHING, 'Tables and records after a refused record');
    assertHolds(
      !connection.queryRunner.isTransactionActive,
      'A transaction is open after its record was refused',
    );
  });
}

function checkEnding(subject: Subject): Promise<void> {
  return scene(subject, async ({ executor, context, body, seen }) => {
    const ending = () =>
      executor.inTransaction(LIMITS, async () => {
        await body('CREATE TABLE "things" ("id" integer)');
        await body('COMMIT');
        return recordingOf(context, FIRST);
      });
    await refusalOf(ending, 'A body that commits');
    assertSame(await seen(), NOTHING, 'Tables and records after a body that commits');
  });
}

function checkRehearsal(subject: Subject): Promise<void> {
  return scene(subject, async ({ executor, context, seen }) => {
    await executor.rehearse(recordingOf(context, FIRST));
    assertSame(await seen(), NOTHING, 'Records after a rehearsal');
    const refused = () => executor.rehearse(recordingOf(context, { ...FIRST, condition: '1 = 0' }));
    const error = await refusalOf(refused, 'The rehearsal of a record under a false condition');
    assertHolds(saysUnrecorded(error, context.tables), `A rehearsal is refused with ${String(error)}`);
  });
}

function checkSend(subject: Subject): Promise<void> {
  return scene(subject, async ({ executor, seen }) => {
    const create = 'CREATE TABLE "things" ("id" integer)';
    await refusalOf(() => executor.send([create, 'INSERT INTO "nowhere" VALUES (1)']), 'A wrong statement');
    assertSame(await seen(), NOTHING, 'Tables after statements of which one failed');
    await executor.send([create, 'INSERT INTO "things" VALUES (1)']);
    assertSame(await seen(), [1, []], 'Tables after statements that succeeded');
  });
}

function checkOutside(subject: Subject): Promise<void> {
  return scene(subject, async ({ executor, context, connection, seen }) => {
    await executor.outside(LIMITS, async () => {
      assertHolds(!connection.queryRunner.isTransactionActive, 'Outside a transaction, one is open');
      await connection.query('CREATE TABLE "things" ("id" integer)');
      assertSame(await seen(), [1, []], 'Tables while a body runs outside any transaction');
      return recordingOf(context, FIRST);
    });
    assertSame(await seen(), DONE, 'Tables and records after a body outside any transaction');
  });
}
