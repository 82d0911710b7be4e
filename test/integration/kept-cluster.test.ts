import { expect } from 'chai';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../../src/databases/postgres/scratch/embedded-postgres.js';
import { messageOf } from '../../src/errors/base.js';
import { withRawClient } from '../support/raw-postgres.js';

describe('The data of an embedded server', function () {
  this.timeout(120_000);
  let cache = '';
  beforeEach(() => {
    cache = mkdtempSync(join(tmpdir(), 'orchestrator-db-cluster-'));
  });
  afterEach(() => rmSync(cache, { recursive: true }));

  interface Seen {
    /** Each initdb makes another one. */
    readonly identifier: string;
    readonly password: string;
  }

  /** Starts a server, sends statements, stops it. */
  async function server(statements: readonly string[] = [], isFresh = false): Promise<Seen> {
    const started = await startEmbeddedPostgres({ cache, isFresh });
    started.keep();
    const { target } = started;
    try {
      return await withRawClient(target, async (client) => {
        for (const sql of statements) await client.query(sql);
        const { rows } = await client.query<{ identifier: string }>(
          'SELECT system_identifier::text AS identifier FROM pg_control_system()',
        );
        return { identifier: rows[0]?.identifier ?? '', password: target.password ?? '' };
      });
    } finally {
      await started.stop();
    }
  }

  it('It is kept for the next server, and one folder stays', async () => {
    const first = await server();
    expect((await server()).identifier).to.equal(first.identifier);
    expect(readdirSync(cache)).to.have.lengthOf(1);
  });

  it('Each server has a password of its own, which is in no file that is kept', async () => {
    const [first, second] = [await server(), await server()];
    expect(second.identifier).to.equal(first.identifier);
    expect(second.password).not.to.equal(first.password);
    const kept = filesIn(cache).map((path) => readFileSync(path));
    expect(kept).not.to.deep.equal([]);
    for (const { password } of [first, second])
      expect(kept.filter((content) => content.includes(password))).to.deep.equal([]);
  });

  it('The password of a former server is refused', async () => {
    const former = await server();
    const started = await startEmbeddedPostgres({ cache });
    try {
      const given = [{ password: former.password }, {}].map((other) => ({ ...started.target, ...other }));
      const tried = given.map((target) =>
        withRawClient(target, () => Promise.resolve('connected')).catch(messageOf),
      );
      expect(await Promise.all(tried)).to.deep.equal([
        'password authentication failed for user "postgres"',
        'connected',
      ]);
    } finally {
      await started.stop();
    }
  });

  it('A temporary folder with a path that is too long for a socket is not used', async () => {
    const usual = process.env['TMPDIR'];
    const long = join(cache, 'x'.repeat(80));
    mkdirSync(long);
    process.env['TMPDIR'] = long;
    try {
      expect((await server()).identifier).to.match(/^\d+$/);
    } finally {
      if (usual === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = usual;
    }
  });

  it('With isFresh, and where the folder cannot be used, initdb makes it anew', async () => {
    const first = await server();
    const second = await server([], true);
    expect(second.identifier).not.to.equal(first.identifier);
    for (const name of readdirSync(cache)) rmSync(join(cache, name, 'data', 'PG_VERSION'));
    const third = await server();
    expect(third.identifier).not.to.equal(second.identifier);
    expect((await server()).identifier).to.equal(third.identifier);
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

function filesIn(folder: string): readonly string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
}
