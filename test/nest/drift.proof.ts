import { expect } from 'chai';
import { buildExample } from '../support/example.js';
import { rowsOn, tell, withFleet } from '../support/replicas.js';
import { until } from '../support/until.js';

const CACHE_MS = 2_000;
/** What asking itself may take. */
const LOOK_MS = 1_000;

describe('Manual drift while the application runs', () => {
  before(buildExample);

  it('Drift sets readiness to down within the cache time, with the object only in the log, and up after its repair', async () => {
    await withFleet([{ DRIFT_CACHE_MS: String(CACHE_MS) }], async ({ target, replicas: [app] }) => {
      const ready = () => app!.call('GET', '/health/ready');
      expect((await ready()).status).to.equal(200);
      await rowsOn(target, 'DROP INDEX "ix_jobs_status"');
      const began = Date.now();
      await until(async () => (await ready()).status === 503);
      const downMs = Date.now() - began;
      expect(downMs).to.be.at.most(CACHE_MS + LOOK_MS);
      const { body } = await ready();
      expect(body).to.nested.include({ 'error.database.reason': 'drift' });
      expect(body).to.nested.include({ 'error.database.counts.differences': 1 });
      expect(JSON.stringify(body)).not.to.contain('ix_jobs_status');
      expect(app!.output).to.contain(
        'not ready, drift: 1 difference in 1 table; jobs; + Index jobs.ix_jobs_status',
      );
      expect((await app!.call('GET', '/health/live')).status).to.equal(200);
      await rowsOn(target, 'CREATE INDEX "ix_jobs_status" ON "jobs" ("status")');
      const mended = Date.now();
      await until(async () => (await ready()).status === 200);
      tell(
        `down ${downMs} ms after the index was dropped, up ${Date.now() - mended} ms after it was back; cache ${CACHE_MS} ms`,
      );
    });
  });
});
