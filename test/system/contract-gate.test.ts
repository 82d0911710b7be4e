import { randomBytes } from 'node:crypto';
import type { PostgresTarget } from '../../src/database-url.js';
import { newDatabase, postgresTargetOf, type ChainDatabase } from '../support/chain-database.js';
import { withClient } from '../support/failures.js';
import { expectErrorForFrozen, expectWaitsForKilled } from '../support/older-replicas.js';
import { startPooler, type Pooler } from '../support/pgbouncer.js';
import { startReadSplitter, type ReadSplitter } from '../support/pgpool.js';
import { startReplicatedPair, type ReplicatedPair } from '../support/standby.js';

const LIMIT_MS = 240_000;

describe('A contract revision and replicas of an older release behind PgBouncer in transaction mode', function () {
  this.timeout(LIMIT_MS);
  let database: ChainDatabase;
  let pooler: Pooler;
  beforeEach(async () => {
    database = await newDatabase('postgres');
    pooler = await startPooler({ poolSize: 4 });
  });
  afterEach(async () => {
    await pooler.stop();
    await database.remove();
  });
  const ways = () => {
    const direct = postgresTargetOf(database);
    return { direct, through: pooler.through(direct) };
  };

  it('Behind PgBouncer, contract waits for a replica that lives, and for one that was killed until it is silent for long', () =>
    expectWaitsForKilled(ways()));

  it('Behind PgBouncer, a frozen replica that wakes after contract gets an error', () =>
    expectErrorForFrozen(ways()));
});

describe('A contract revision and replicas of an older release behind pgpool-II', function () {
  this.timeout(LIMIT_MS);
  let pair: ReplicatedPair;
  let pool: ReadSplitter;
  let direct: PostgresTarget;
  before(async () => {
    pair = await startReplicatedPair();
    pool = await startReadSplitter(pair);
  });
  beforeEach(async () => {
    const database = `gate_${randomBytes(6).toString('hex')}`;
    await withClient(pair.primary, (client) => client.query(`CREATE DATABASE ${database}`));
    direct = { ...pair.primary, database };
  });
  after(async () => {
    await pool.stop();
    await pair.stop();
  });

  it('Behind pgpool-II, contract waits for a replica that lives, and for one that was killed until it is silent for long', () =>
    expectWaitsForKilled({ direct, through: pool.through(direct) }));

  it('Behind pgpool-II, a frozen replica that wakes after contract gets an error', () =>
    expectErrorForFrozen({ direct, through: pool.through(direct) }));
});
