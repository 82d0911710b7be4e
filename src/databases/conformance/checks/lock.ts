import type { MigrationLock } from '../../lock.js';
import { assertHolds, assertSame, type Check, type Subject } from '../subject.js';
import { inWorld, type Connection, type World } from '../world.js';
import { recordTables } from '../../records/tables.js';

/** The lock, under which one process migrates. */
export const LOCK_CHECKS: readonly Check[] = [
  { name: 'the lock excludes a second holder until it is released', run: checkExclusion },
  { name: 'the lock of one database leaves another database free', run: checkOthers },
];

/** A connection and its lock. */
interface Contender {
  readonly lock: MigrationLock;
  /** Whether another connection sees the lock as held. */
  readonly isLocked: () => Promise<boolean>;
}

function checkExclusion(subject: Subject): Promise<void> {
  return inWorld(subject, (world) =>
    contending(world, 2, async ([first, second]) => {
      assertSame(await second.isLocked(), false, 'isLocked before anything holds the lock');
      const held = await first.lock.tryAcquire();
      assertHolds(held !== undefined, 'The lock of an empty database cannot be acquired');
      assertHolds(await held.isAlive(), 'A lock that was just acquired is not alive');
      assertSame(await second.isLocked(), true, 'isLocked while the lock is held');
      const stolen = await second.lock.tryAcquire();
      await stolen?.release();
      assertHolds(stolen === undefined, 'A second holder acquired the lock');
      assertHolds((await second.lock.describeHolder()).trim() !== '', 'describeHolder gives no words');
      await held.release();
      assertSame(await second.isLocked(), false, 'isLocked after the release');
      const next = await second.lock.tryAcquire();
      assertHolds(next !== undefined, 'A lock that was released cannot be acquired');
      await next.release();
      assertHolds(!held.lost.aborted, 'A lock that was released counts as lost');
    }),
  );
}

function checkOthers(subject: Subject): Promise<void> {
  return inWorld(subject, (one) =>
    inWorld(subject, (other) =>
      contending(one, 1, ([first]) =>
        contending(other, 1, async ([second]) => {
          const held = await first.lock.tryAcquire();
          assertSame(await second.isLocked(), false, 'isLocked of another database');
          const free = await second.lock.tryAcquire();
          await free?.release();
          await held?.release();
          assertHolds(free !== undefined, 'The lock of one database keeps another one locked');
        }),
      ),
    ),
  );
}

async function contending(
  world: World,
  count: number,
  use: (contenders: readonly [Contender, Contender]) => Promise<void>,
): Promise<void> {
  const contenders: Contender[] = [];
  try {
    for (let number = 0; number < count; number += 1)
      contenders.push(await contender(world, await world.connect()));
    await use(contenders as unknown as readonly [Contender, Contender]);
  } finally {
    for (const { lock } of contenders) await lock.close();
  }
}

async function contender(
  { database: { migration } }: World,
  { dataSource, session }: Connection,
): Promise<Contender> {
  const tables = await migration.resolveLock(session, recordTables(dataSource));
  const describeRun = () => Promise.resolve(undefined);
  return {
    lock: migration.lock({ session, tables, identity: 'conformance', describeRun }),
    isLocked: () => migration.isLocked(session, tables),
  };
}
