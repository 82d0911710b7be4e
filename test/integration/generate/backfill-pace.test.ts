import { expect } from 'chai';
import type pg from 'pg';
import type { PostgresTarget } from '../../../src/database-url.js';
import { backfillBlock } from '../../../src/databases/postgres/plan/backfill.js';
import { withClient } from '../../support/failures.js';
import { delayReplay, startReplicatedPair, type ReplicatedPair } from '../../support/standby.js';

/** Ten batches. */
const ROWS = 20_000;
const BLOCK = backfillBlock({
  path: 'paced',
  column: 'n',
  value: 'id + 1',
  key: [{ name: 'id', type: 'integer' }],
});
const PAUSES =
  'A standby lags by more than 00:00:00.001. The backfill of paced pauses between its batches until the standby has replayed them.';
const DONE = `${ROWS} rows of paced have a value now`;

describe('The backfill block beside a standby', function () {
  this.timeout(60_000);
  let pair: ReplicatedPair;
  before(async () => {
    pair = await startReplicatedPair();
    await on(pair.primary, 'CREATE TABLE paced (id integer PRIMARY KEY, n integer)');
    await on(pair.primary, 'CREATE ROLE unseeing LOGIN; GRANT ALL ON paced TO unseeing');
  });
  after(() => pair.stop());
  beforeEach(() =>
    on(pair.primary, `TRUNCATE paced; INSERT INTO paced SELECT i FROM generate_series(1, ${ROWS}) AS i`),
  );
  afterEach(async () => {
    await on(pair.standby, 'SELECT pg_wal_replay_resume()');
    await delayReplay(pair, 0);
  });

  const on = (target: PostgresTarget, sql: string) =>
    withClient(target, (client: pg.Client) => client.query<Record<string, unknown>>(sql));
  /** The notices, and how long it took, seconds. */
  const fill = (limit: string, { block = BLOCK, role = '' } = {}) =>
    withClient(pair.primary, async (client: pg.Client) => {
      const notices: string[] = [];
      client.on('notice', ({ message = '' }) => notices.push(message));
      if (role !== '') await client.query(`SET ROLE ${role}`);
      await client.query(`SET orchestrator_db.max_lag = '${limit}'`);
      const start = performance.now();
      await client.query(block);
      return { notices, seconds: (performance.now() - start) / 1000 };
    });

  it('The backfill block beside a standby pauses while it lags by more than orchestrator_db.max_lag, and fills every row', async () => {
    await delayReplay(pair, 1500);
    const { notices, seconds } = await fill('0.001');
    expect(notices).to.deep.equal([PAUSES, DONE]);
    expect(seconds).to.be.above(1);
    const { rows } = await on(pair.primary, 'SELECT FROM paced WHERE n IS DISTINCT FROM id + 1');
    expect(rows).to.deep.equal([]);
  });

  it('The backfill block beside a standby does not pause where the standby follows, where the limit is 0, or where the role may not see it', async () => {
    expect((await fill('')).notices).to.deep.equal([DONE]);
    for (const given of [{ limit: '0' }, { limit: '1ms', role: 'unseeing' }]) {
      await on(pair.primary, 'UPDATE paced SET n = NULL');
      await delayReplay(pair, 1500);
      expect((await fill(given.limit, given)).notices).to.deep.equal([DONE]);
    }
  });

  it('The backfill block beside a standby that replays nothing continues after a limit, and does not wait for it again', async () => {
    await on(pair.standby, 'SELECT pg_wal_replay_pause()');
    const { notices, seconds } = await fill('1ms', { block: BLOCK.replace("'60s'", "'1s'") });
    expect(notices).to.deep.equal([
      PAUSES,
      'The backfill of paced has waited 60 s for a standby and continues without waiting.',
      DONE,
    ]);
    expect(seconds).to.be.within(1, 5);
  });

  it('The backfill block beside a standby refuses a limit that is no interval, before it fills anything', async () => {
    const error: unknown = await fill('soon').catch((reason: unknown) => reason);
    expect(error).to.deep.include({
      code: '22023',
      message: 'orchestrator_db.max_lag is "soon", which is no interval',
      hint: 'Set an interval, 5s for example; 0 fills without waiting for standbys. Then run the revision again',
    });
  });
});
