import { expect } from 'chai';
import type { PostgresClient } from '../../src/databases/postgres/client.js';
import { assertOptionsHold, decisiveOptions } from '../../src/databases/postgres/startup-options.js';

const CASES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '': {},
  '-c search_path=app': { search_path: 'app' },
  '-csearch_path=app': { search_path: 'app' },
  '--search-path=app': { search_path: 'app' },
  '-c Search_Path=app,public -c work_mem=8MB': { search_path: 'app,public' },
  '-c search_path=app,\\ public': { search_path: 'app, public' },
  '-c search_path=one -c search_path=two': { search_path: 'two' },
  '-c role=writer  --default_transaction_read_only=on': {
    role: 'writer',
    default_transaction_read_only: 'on',
  },
  '-c orchestrator_db.max_lag=5s': { 'orchestrator_db.max_lag': '5s' },
  '-c statement_timeout=5s -c geqo': {},
  '-c': {},
};

describe('Startup options of PostgreSQL', () => {
  for (const [options, settings] of Object.entries(CASES))
    it(`Startup options of PostgreSQL in "${options}" set what decides the meaning of statements: ${Object.keys(settings).join(', ') || 'nothing'}`, () => {
      expect(Object.fromEntries(decisiveOptions(options))).to.deep.equal(settings);
    });
});

describe('A new session of PostgreSQL', () => {
  const asked = async (options: string, first?: string) => {
    const sent: string[] = [];
    const row = { name: 'search_path', value: 'app', source: 'client' };
    const client = {
      connectionParameters: { options },
      query: (sql: string) => {
        sent.push(sql);
        return Promise.resolve({ rows: [row] });
      },
    } as unknown as PostgresClient;
    await assertOptionsHold(client, first);
    await assertOptionsHold(client);
    return sent;
  };

  it('A new session of PostgreSQL is asked nothing where its options decide nothing', async () => {
    expect(await asked('-c work_mem=8MB')).to.deep.equal([]);
    expect(await asked('-c work_mem=8MB', 'SET x = 1')).to.deep.equal(['SET x = 1']);
  });

  it('A new session of PostgreSQL is asked once, in the message that is sent anyway', async () => {
    expect(await asked('-c search_path=app')).to.have.length(1);
    const [message = '', ...more] = await asked('-c search_path=app', 'SET x = 1');
    expect(message).to.match(/^SET x = 1; SELECT /);
    expect(more).to.deep.equal([]);
  });
});
