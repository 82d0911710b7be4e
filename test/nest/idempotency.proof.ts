import { expect } from 'chai';
import { buildExample, submitJob } from '../support/example.js';
import { rowsOn, tell, withFleet } from '../support/replicas.js';

const REQUESTS = 500;
const KEYS = 50;
const REPLICAS = 4;

describe('Requests with an Idempotency-Key over several replicas', () => {
  before(buildExample);

  it('Several replicas create one job per Idempotency-Key, and every request with the key gets its answer', async () => {
    const environments = Array.from({ length: REPLICAS }, () => ({ ON_START: 'migrate' }));
    await withFleet(environments, async ({ target, replicas }) => {
      const answers = await Promise.all(
        Array.from({ length: REQUESTS }, async (_, index) => {
          const key = `key-${index % KEYS}`;
          // The ten requests of a key go to the replicas in turn, so that each has two or three of them.
          const replica = replicas[Math.floor(index / KEYS) % REPLICAS]!;
          const { status, body } = await submitJob(replica, key, { taskDescription: `Task of ${key}` });
          return { key, status, answer: JSON.stringify(body) };
        }),
      );
      expect(answers.filter(({ status }) => status !== 201)).to.deep.equal([]);
      const pairs = new Set(answers.map(({ key, answer }) => `${key} ${answer}`));
      const jobs = await rowsOn(target, 'SELECT "job_id" FROM "jobs"');
      const changes = await rowsOn(target, 'SELECT "job_id" FROM "job_state_transitions"');
      expect([pairs.size, jobs.length, changes.length]).to.deep.equal([KEYS, KEYS, KEYS]);
      tell(
        `${answers.length} answers 201 over ${REPLICAS} replicas, ${jobs.length} jobs, ${pairs.size} pairs of key and answer`,
      );
    });
  });
});
