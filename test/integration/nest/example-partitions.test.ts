import { expect } from 'chai';
import { execute, rowsOf } from '../../support/cli-database.js';
import { eachDatabase, onDatabase, type TestDatabase } from '../../support/databases.js';
import { buildExample, startReplica } from '../../support/example.js';
import { TRANSITIONS } from '../../support/own-transitions.js';
import { until } from '../../support/until.js';

const EXPIRED = `INSERT INTO idempotency_keys (key, expires_at) VALUES ('old', '2001-01-01'), ('kept', NULL)`;

/** Starts the example and stops it again once it has written all of these; what it has written. */
async function outputUntil({ url }: TestDatabase, words: readonly string[]): Promise<string> {
  const app = startReplica({ DATABASE_URL: url });
  await app.listening;
  await until(() => Promise.resolve(words.every((one) => app.output.includes(one))));
  await app.stop();
  return app.output;
}

function compileBefore(): void {
  before(function () {
    this.timeout(180_000);
    buildExample();
  });
}

eachDatabase('The example of an orchestrator and idempotency keys that have expired', (database) => {
  compileBefore();

  it('The example deletes them when it starts', async () => {
    await outputUntil(database(), []);
    await execute(database(), [EXPIRED]);
    await outputUntil(database(), ['deleted 1 row of idempotency_keys that expired']);
    expect(await rowsOf(database(), 'SELECT key FROM idempotency_keys')).to.deep.equal([{ key: 'kept' }]);
  }).timeout(60_000);
});

onDatabase(
  'postgres',
  'The example of an orchestrator and the partitions of its state transitions',
  (database) => {
    compileBefore();

    const partsOf = async (table: string) =>
      (
        await rowsOf(
          database(),
          `SELECT inhrelid::regclass::text AS part FROM pg_inherits WHERE inhparent = '${table}'::regclass ORDER BY 1`,
        )
      ).map(({ part }) => String(part));

    it('The example makes the months that are missing, and none when all are there', async () => {
      expect(await outputUntil(database(), [])).not.to.contain('made the partitions');
      const before = await Promise.all(TRANSITIONS.map(partsOf));
      const last = before.map((parts) => parts.at(-1) ?? '');
      expect(last.join()).to.match(
        /^worker_state_transitions_p\d{4}_\d\d,job_state_transitions_p\d{4}_\d\d$/,
      );
      await execute(database(), [`DROP TABLE ${last.join(', ')}`]);
      await outputUntil(
        database(),
        last.map((part) => `made the partitions ${part}`),
      );
      expect(await Promise.all(TRANSITIONS.map(partsOf))).to.deep.equal(before);
    }).timeout(60_000);
  },
);
