import { expect } from 'chai';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../../src/clock.js';
import { acquire, type HeldLock, type MigrationLock } from '../../../src/databases/lock.js';
import { LockWaitError } from '../../../src/errors/migration.js';

const HELD = {} as HeldLock;

/** A clock on which each pause lasts so long, as it does for a process that is suspended meanwhile. */
function jumping(ms: number): Clock {
  let time = 0;
  return { now: () => time, pause: () => Promise.resolve((time += ms)) };
}

/** A lock that each try finds like this, after some milliseconds. */
function lockOf(answers: readonly (HeldLock | undefined)[], ms: number): MigrationLock {
  const rest = [...answers];
  return {
    remedy: 'Look.',
    tryAcquire: () => sleep(ms).then(() => rest.shift()),
    describeHolder: () => sleep(ms).then(() => 'the other one'),
    close: () => Promise.resolve(),
  };
}

function waiting(lock: MigrationLock, clock: Clock): Promise<HeldLock | undefined> {
  const signal = new AbortController().signal;
  const isNeeded = () => sleep(20).then(() => true);
  return acquire(lock, { waitMs: 6000, clock, signal, onWaiting: () => undefined, isNeeded });
}

describe('Waiting for the migration lock in a process that was suspended past its limit', () => {
  it('Waiting for the migration lock in a process that was suspended past its limit takes the lock if it is free by then', async () => {
    expect(await waiting(lockOf([undefined, HELD], 20), jumping(60_000))).to.equal(HELD);
  });

  it('Waiting for the migration lock in a process that was suspended past its limit names the holder if it is not', async () => {
    const error: unknown = await waiting(lockOf([], 20), jumping(60_000)).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(LockWaitError);
    expect((error as LockWaitError).message).to.include('the other one');
  });
});
