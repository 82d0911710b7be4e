import { expect } from 'chai';
import { newDatabase, type ChainDatabase } from '../support/chain-database.js';
import { stateOf } from '../support/chain-state.js';
import { locksOf } from '../support/locks.js';
import { startPooler, type Pooler } from '../support/pgbouncer.js';
import { dataSourceFile, runCommand, type Ended } from '../support/processes.js';
import { LIMIT_MS, pooledUrl, PROCESSES, RACES, raceTitle, runRaces } from '../support/races.js';

describe('Eight processes at once against an empty database, by way of PgBouncer', () => {
  let pooler: Pooler;
  before(async () => {
    pooler = await startPooler();
  });
  after(() => pooler.stop());

  for (const race of RACES.filter(({ pooled }) => pooled))
    it(raceTitle(race), () => runRaces(race, { processes: PROCESSES, pooler })).timeout(LIMIT_MS);
});

describe('Behind PgBouncer in transaction mode', () => {
  let database: ChainDatabase;
  let pooler: Pooler | undefined;
  beforeEach(async () => {
    database = await newDatabase('postgres');
  });
  afterEach(async () => {
    await pooler?.stop();
    pooler = undefined;
    await database.remove();
  });

  const up = (env: Readonly<Record<string, string>>): Promise<Ended> =>
    runCommand({
      script: 'orchestrator-db',
      args: ['up', ...dataSourceFile('chain-data-source')],
      env: { DATABASE_URL: pooledUrl(database, pooler), ...env },
    });

  it('Behind PgBouncer in transaction mode a revision outside a transaction is refused, naming it and DATABASE_DIRECT_URL, and those before it stay', async () => {
    pooler = await startPooler();
    const { code, stderr } = await up({});
    expect(code).to.equal(1);
    expect(stderr)
      .to.match(/IndexChildren1800000000105/)
      .and.match(/pooler/)
      .and.match(/DATABASE_DIRECT_URL/);
    const { records, schema } = await stateOf(database);
    expect(records).to.not.include('IndexChildren1800000000105');
    expect(schema.map(({ name }) => name)).to.not.include('ix_child_parent_id');
    expect(await locksOf(database)).to.deep.equal([]);
  });

  it('Behind PgBouncer in transaction mode the same database is brought to head once DATABASE_DIRECT_URL is given', async () => {
    pooler = await startPooler();
    await up({});
    const { code, stderr } = await up({ DATABASE_DIRECT_URL: database.url });
    expect(code, stderr).to.equal(0);
    expect((await stateOf(database)).records).to.have.length(7);
  });

  it('Behind PgBouncer in transaction mode a pooler with one server connection is refused, saying that two are needed, and nothing is changed', async () => {
    pooler = await startPooler({ poolSize: 1 });
    const { code, stderr } = await up({});
    expect(code).to.equal(1);
    expect(stderr)
      .to.match(/No second server connection/)
      .and.match(/at least 2/);
    expect((await stateOf(database)).records).to.deep.equal([]);
    expect(await locksOf(database)).to.deep.equal([]);
  });

  it('Behind PgBouncer in transaction mode so is one with one server connection in session mode, whose other client never gets any', async () => {
    pooler = await startPooler({ poolMode: 'session', poolSize: 1 });
    const { code, stderr } = await up({});
    expect(code).to.equal(1);
    expect(stderr).to.match(/No second server connection within 30 s.* at least 2/);
    expect((await stateOf(database)).records).to.deep.equal([]);
  }).timeout(90_000);
});
