import { expect } from 'chai';
import { TableLockedError, type TableLock } from '../../src/errors/table-locked.js';

const HELD: TableLock = {
  table: 'app.jobs',
  mode: 'ACCESS EXCLUSIVE',
  granted: true,
  pid: 7,
  application: 'psql',
  since: '2026-11-28T18:00:00Z',
  isReplayed: false,
  awaitsStandby: false,
};

const CASES: readonly (readonly [locks: readonly TableLock[], words: string])[] = [
  [
    [HELD, { ...HELD, granted: false, pid: 8, application: null, since: null }],
    'Process 7 (psql) holds ACCESS EXCLUSIVE on app.jobs, in a transaction since 2026-11-28T18:00:00Z; ' +
      'Process 8 waits for ACCESS EXCLUSIVE on app.jobs. ' +
      'Wait until it ends, or end it: SELECT pg_terminate_backend(7); SELECT pg_terminate_backend(8); Then run the same command again.',
  ],
  [
    [{ ...HELD, pid: null, application: null, since: null }],
    'A prepared transaction holds ACCESS EXCLUSIVE on app.jobs. ' +
      'End it: COMMIT PREPARED or ROLLBACK PREPARED with its name from pg_prepared_xacts. Then run the same command again.',
  ],
  [
    [{ ...HELD, isReplayed: true }],
    'A transaction on the primary holds ACCESS EXCLUSIVE on app.jobs, and this standby repeats the lock. ' +
      'Wait until it ends, or end it on the primary. Then run the same command again.',
  ],
  [
    [{ ...HELD, mode: 'ROW EXCLUSIVE', awaitsStandby: true }],
    'Process 7 (psql) holds ROW EXCLUSIVE on app.jobs, in a transaction since 2026-11-28T18:00:00Z, whose COMMIT waits for a synchronous standby. ' +
      'Wait until it ends, or end it: SELECT pg_terminate_backend(7); Then run the same command again.',
  ],
  [[], 'No session holds such a lock any more. Run the same command again.'],
];

describe('TableLockedError', () => {
  for (const [index, [locks, words]] of CASES.entries())
    it(`TableLockedError names the sessions and a remedy: case ${index + 1}`, () => {
      const error = new TableLockedError('postgres://db.example/orders', { limit: '10s', locks }, undefined);
      expect(error.code).to.equal('TABLE_LOCKED');
      expect(error.message).to.equal(
        `postgres://db.example/orders: a read waited 10s for a locked table and gave up. ${words}`,
      );
    });
});
