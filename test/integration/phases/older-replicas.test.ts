import { expect } from 'chai';
import { systemClock } from '../../../src/clock.js';
import { ReleaseTooOldError } from '../../../src/errors/phases.js';
import { migrateUp } from '../../../src/migrator/migrate.js';
import { applyOnStart } from '../../../src/nest/on-start.js';
import { postgresTargetOf } from '../../support/chain-database.js';
import { onDatabase } from '../../support/databases.js';
import { failureOf } from '../../support/failures.js';
import { expectErrorForFrozen, expectWaitsForKilled } from '../../support/older-replicas.js';
import { AddDescr, beatOf, CONTRACT, MAKE, MakeJobs, NewJob, OLD, phased } from '../../support/phased.js';
import { revision } from '../../support/revisions.js';

onDatabase('postgres', 'A replica of an older release', (database) => {
  const ways = () => {
    const direct = postgresTargetOf({ ...database(), copy: unused, remove: unused });
    return { direct, through: direct };
  };

  it('A replica of an older release keeps contract waiting while it lives, and after a kill until it is silent for long', async function () {
    this.timeout(120_000);
    await expectWaitsForKilled(ways());
  });

  it('A replica of an older release that is frozen and wakes after contract gets an error, and no wrong data', async function () {
    this.timeout(120_000);
    await expectErrorForFrozen(ways());
  });

  it('A replica of an older release that starts during contract is refused', async function () {
    this.timeout(60_000);
    await migrateUp(await database().connect(OLD));
    const slow = revision(CONTRACT, ['SELECT pg_sleep(1.5)', 'ALTER TABLE "jobs" DROP COLUMN "task"'], []);
    const migrations = [MakeJobs, AddDescr, phased(slow, 'contract', [])];
    const newer = await database().connect({ entities: [NewJob], migrations });
    let refused: Promise<Error> | undefined;
    await migrateUp(newer, {
      onEvent: (event) => {
        if (event.kind === 'statement' && event.revision === CONTRACT && event.number === 1)
          refused ??= startOlder();
      },
    });
    expect(await refused).to.be.instanceOf(ReleaseTooOldError);
  });

  /** The first heartbeat comes before the check, and waits for the contract. */
  async function startOlder(): Promise<Error> {
    await beatOf(database(), { head: MAKE });
    const older = await database().connect(OLD);
    const log = () => undefined;
    return failureOf(applyOnStart(older, { onStart: 'check', waitMs: 500, clock: systemClock, log }));
  }
});

function unused(): never {
  throw new Error('This database is not copied.');
}
