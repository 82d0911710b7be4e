import { expect } from 'chai';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../../src/databases/postgres/scratch/embedded-postgres.js';
import { withRawClient } from '../support/raw-postgres.js';

describe('The data of an embedded server', function () {
  this.timeout(120_000);
  let cache = '';
  beforeEach(() => {
    cache = mkdtempSync(join(tmpdir(), 'orchestrator-db-cluster-'));
  });
  afterEach(() => rmSync(cache, { recursive: true }));

  /** Starts a server, sends statements, stops it. @returns its password, of which each initdb makes another one */
  async function server(statements: readonly string[] = [], isFresh = false): Promise<string> {
    const started = await startEmbeddedPostgres({ cache, isFresh });
    started.keep();
    try {
      await withRawClient(started.target, async (client) => {
        for (const sql of statements) await client.query(sql);
      });
    } finally {
      await started.stop();
    }
    return started.target.password ?? '';
  }

  it('It is kept for the next server, and one folder stays', async () => {
    const first = await server();
    expect(await server()).to.equal(first);
    expect(readdirSync(cache)).to.have.lengthOf(1);
  });

  it('With isFresh, and where the folder cannot be used, initdb makes it anew', async () => {
    const first = await server();
    const second = await server([], true);
    expect(second).not.to.equal(first);
    for (const name of readdirSync(cache)) rmSync(join(cache, name, 'data', 'PG_VERSION'));
    const third = await server();
    expect(third).not.to.equal(second);
    expect(await server()).to.equal(third);
  });

  it('A server with a role or a database of somebody is not kept', async () => {
    await server();
    const [before] = readdirSync(cache);
    await server(['CREATE ROLE somebody']);
    await server(['CREATE DATABASE somebody']);
    await server(["ALTER ROLE postgres SET work_mem = '8MB'"]);
    await server(["ALTER SYSTEM SET work_mem = '8MB'"]);
    expect(readdirSync(cache)).to.deep.equal([before]);
  });
});
