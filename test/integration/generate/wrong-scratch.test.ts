import { Test } from '@nestjs/testing';
import { expect } from 'chai';
import { createDataSource } from '../../../src/data-source.js';
import type { PostgresTarget } from '../../../src/database-url.js';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../../src/databases/postgres/scratch/embedded-postgres.js';
import { WrongScratchDatabaseError } from '../../../src/errors/scratch.js';
import { entities } from '../../../src/entities/index.js';
import { LineLogger } from '../../../src/logger.js';
import { migrations } from '../../../src/migrations/index.js';
import { lendPostgres } from '../../../src/nest/testing/postgres-databases.js';
import { TestDatabaseModule } from '../../../src/nest/testing/test-database-module.js';
import { parseSettings } from '../../../src/settings.js';
import { generateProject, type GenerateProject } from '../../support/generate-here.js';
import type { Proxy } from '../../support/proxy.js';
import { petEntities } from '../../support/pet-entities.js';
import { withRawClient } from '../../support/raw-postgres.js';
import { startRenamingProxy, through, type Led } from '../../support/renaming-proxy.js';
import type { ProcessResult } from '../../support/run-script.js';
import { urlOf } from '../../support/servers.js';
import { startStandby } from '../../support/standby.js';

const WAY_OUT =
  'A pooler or proxy in between maps every name to one database, or uses several servers. ' +
  'Set SCRATCH_DATABASE_URL to the address of the PostgreSQL server itself, or unset it to use the embedded server.\n';

const NOT_KNOWN =
  'A pooler or proxy in between does not know the new database, or reads from a standby that does not have it yet. ' +
  'Set SCRATCH_DATABASE_URL to the address of the PostgreSQL server itself, or unset it to use the embedded server.\n';

/** A real application: a table of the name that the entities have, with rows. */
const APP = [
  'CREATE TABLE pets (id bigint, name varchar(50), keep text)',
  `INSERT INTO pets VALUES (1, 'Rex', 'x')`,
];

async function databasesOf(server: PostgresTarget): Promise<readonly string[]> {
  return withRawClient(server, async (client) => {
    const { rows } = await client.query<{ datname: string }>('SELECT datname FROM pg_database ORDER BY 1');
    return rows.map(({ datname }) => datname);
  });
}

/** Everything in it, and whether it was written to. */
async function stateOf(database: PostgresTarget): Promise<unknown> {
  return withRawClient(database, async (client) => {
    const objects = await client.query(
      `SELECT relname, relfilenode FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1`,
    );
    const rows = await client.query('SELECT *, xmin::text FROM pets');
    return [objects.rows, rows.rows];
  });
}

describe('A scratch database to which the connections lead elsewhere', function () {
  this.timeout(120_000);
  let server: EmbeddedPostgres;
  let app: PostgresTarget;
  let project: GenerateProject;
  let front: Proxy | undefined;

  before(async () => {
    server = await startEmbeddedPostgres();
    await withRawClient(server.target, (client) => client.query('CREATE DATABASE app'));
    app = { ...server.target, database: 'app' };
    await withRawClient(app, async (client) => {
      for (const sql of APP) await client.query(sql);
    });
    project = await generateProject();
  });
  after(async () => {
    await project.remove();
    await server.stop();
  });
  afterEach(async () => {
    await front?.close();
    front = undefined;
  });

  const generate = (scratch: PostgresTarget): Promise<ProcessResult> =>
    project.generate(petEntities(), ['Initial'], {
      env: { ...project.env, SCRATCH_DATABASE_URL: urlOf(scratch) },
    });

  async function behind(lead: (asked: string) => Led | Promise<Led>): Promise<PostgresTarget> {
    front = await startRenamingProxy(server.target, lead);
    return through(front, server.target);
  }

  async function expectUnharmed(scratch: PostgresTarget, reached: string | RegExp): Promise<void> {
    const before = [await stateOf(app), await databasesOf(server.target)];
    const { code, stdout, stderr } = await generate(scratch);
    expect({ code, stdout }).to.deep.equal({ code: 3, stdout: '' });
    const [, name = ''] =
      /^error: The scratch database (scratch_[0-9a-f]{16}) was created on /.exec(stderr) ?? [];
    const where = `postgres://postgres:***@127.0.0.1:${scratch.port}/postgres`;
    expect(stderr.replaceAll(name, 'SCRATCH')).to.equal(
      `error: The scratch database SCRATCH was created on ${where}, but a connection to SCRATCH reaches ${reached}. Nothing was changed in it. ${WAY_OUT}`,
    );
    expect(await project.files()).to.deep.equal({});
    expect([await stateOf(app), await databasesOf(server.target)]).to.deep.equal(before);
  }

  it('The generator refuses a scratch database where every name leads to one real database', async () => {
    await expectUnharmed(
      await behind((asked) => ({ database: asked.startsWith('scratch_') ? 'app' : asked })),
      'the database app',
    );
  });

  for (const later of [2, 3, 4, 5])
    it(`The generator refuses a scratch database where connection ${later} to it leads elsewhere`, async () => {
      let count = 0;
      const scratch = await behind((asked) => {
        if (asked.startsWith('scratch_')) count += 1;
        return { database: count === later ? 'app' : asked };
      });
      await expectUnharmed(scratch, 'the database app');
      expect(count).to.be.at.least(later);
    });

  for (const later of [1, 2, 3, 4, 5])
    it(`The generator refuses a scratch database where connection ${later} to it reaches none`, async () => {
      const before = [await stateOf(app), await databasesOf(server.target)];
      let count = 0;
      const scratch = await behind((asked) => {
        if (asked.startsWith('scratch_')) count += 1;
        return { database: asked.startsWith('scratch_') && count === later ? 'none' : asked };
      });
      const { code, stderr } = await generate(scratch);
      expect(stderr.replace(/scratch_[0-9a-f]{16}/g, 'SCRATCH')).to.equal(
        `error: The scratch database SCRATCH was created on postgres://postgres:***@127.0.0.1:${scratch.port}/postgres, but a connection to SCRATCH fails: database "none" does not exist. Nothing was changed. ${NOT_KNOWN}`,
      );
      expect(code).to.equal(3);
      expect(await project.files()).to.deep.equal({});
      expect([await stateOf(app), await databasesOf(server.target)]).to.deep.equal(before);
    });

  it('The generator refuses a scratch database where one of the same name is on another server', async () => {
    const other = await startEmbeddedPostgres();
    try {
      // Both servers have their own password, and the front passes on the client's messages.
      const { password = '' } = server.target;
      await withRawClient(other.target, (client) =>
        client.query(`ALTER ROLE postgres PASSWORD '${password}'`),
      );
      const elsewhere = { ...other.target, password };
      const scratch = await behind(async (asked) => {
        if (!asked.startsWith('scratch_')) return { database: asked };
        await withRawClient(elsewhere, (client) => client.query(`CREATE DATABASE ${asked}`));
        return { database: asked, server: elsewhere };
      });
      const { code, stderr } = await generate(scratch);
      expect({ code, stderr }).to.have.property('code', 3, stderr);
      expect(stderr).to.match(
        /but a connection to (scratch_\w+) reaches another database with the name \1\. Nothing was changed in it\. /,
      );
    } finally {
      await other.stop();
    }
  });

  it('The generator refuses a scratch database that another run has just created', async () => {
    let first = '';
    const scratch = await behind(async (asked) => {
      if (!asked.startsWith('scratch_')) return { database: asked };
      if (first === '') {
        first = `scratch_${'0'.repeat(16)}`;
        await withRawClient(server.target, (client) => client.query(`CREATE DATABASE ${first}`));
      }
      return { database: first };
    });
    const { code, stderr } = await generate(scratch);
    expect(code).to.equal(3);
    expect(stderr).to.include(`reaches the database scratch_${'0'.repeat(16)}. Nothing was changed in it. `);
    await withRawClient(server.target, (client) => client.query(`DROP DATABASE ${first}`));
  });

  it('The generator refuses a scratch database where the template of the server contains objects', async () => {
    const template = { ...server.target, database: 'template0' };
    const allow = (yes: boolean) =>
      withRawClient(server.target, (client) =>
        client.query(`ALTER DATABASE template0 ALLOW_CONNECTIONS ${String(yes)}`),
      );
    await allow(true);
    await withRawClient(template, (client) => client.query('CREATE TABLE left_over (id integer)'));
    try {
      await allow(false);
      const before = await databasesOf(server.target);
      const { code, stderr } = await generate(server.target);
      expect(code).to.equal(3);
      expect(stderr).to.match(
        /^error: The new scratch database scratch_\w+ on postgres:\/\/.* is not empty: it contains relation public\.left_over, type public\._left_over, type public\.left_over\. Nothing was changed\. The template of new databases \(template0\) contains them\. /,
      );
      expect(await databasesOf(server.target)).to.deep.equal(before);
    } finally {
      await allow(true);
      await withRawClient(template, (client) => client.query('DROP TABLE left_over'));
      await allow(false);
    }
  });

  it('A scratch database contains nothing of template1 and ignores the search path of the role', async () => {
    const template = { ...server.target, database: 'template1' };
    await withRawClient(template, (client) => client.query('CREATE TABLE pets (other integer)'));
    await withRawClient(server.target, async (client) => {
      await client.query(`CREATE ROLE elsewhere LOGIN CREATEDB PASSWORD 'secret'`);
      await client.query('ALTER ROLE elsewhere SET search_path = other_application');
    });
    const other = await generateProject();
    try {
      const scratch = { ...server.target, user: 'elsewhere', password: 'secret' };
      const env = { ...other.env, SCRATCH_DATABASE_URL: urlOf(scratch) };
      const { code, stderr } = await other.generate(petEntities(), ['Initial'], { env });
      expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    } finally {
      await other.remove();
      await withRawClient(template, (client) => client.query('DROP TABLE pets'));
      const { rows } = await withRawClient(server.target, (client) =>
        client.query(`SELECT setdatabase FROM pg_db_role_setting WHERE setrole = 'elsewhere'::regrole`),
      );
      expect(rows).to.deep.equal([{ setdatabase: 0 }]);
      await withRawClient(server.target, (client) => client.query('DROP ROLE elsewhere'));
    }
  });

  it('The generator reports that it cannot create a scratch database on a standby', async () => {
    const standby = await startStandby(() => Promise.resolve());
    try {
      const { code, stderr } = await generate(standby.target);
      expect(code).to.equal(1);
      expect(stderr).to.match(
        /^error: No scratch database on postgres:\/\/.*: cannot execute CREATE DATABASE in a read-only transaction\. The server accepts no writes: it is a standby, or default_transaction_read_only is on\. Set SCRATCH_DATABASE_URL to a server that accepts writes, or unset it to use the embedded server\.\n$/,
      );
    } finally {
      await standby.stop();
    }
  });

  for (const later of [2, 3])
    it(`A test of an application refuses a scratch database where connection ${later} leads elsewhere`, async () => {
      let count = 0;
      const scratch = await behind((asked) => {
        if (asked.startsWith('scratch_')) count += 1;
        return { database: count === later ? 'app' : asked };
      });
      const before = await stateOf(app);
      const dataSource = createDataSource(
        { ...parseSettings({ DATABASE_URL: 'sqlite:/nowhere/at/all.db' }), scratch },
        { entities, migrations, logger: new LineLogger('error', () => undefined) },
      );
      const imports = [TestDatabaseModule.forRoot({ dataSource, on: 'postgres' })];
      const outcome: unknown = await Test.createTestingModule({ imports })
        .compile()
        .catch((error: unknown) => error);
      expect(String(outcome)).to.include('reaches the database app. Nothing was changed in it. ');
      expect(count).to.be.at.least(later);
      expect(await stateOf(app)).to.deep.equal(before);
    });

  it('A test of an application refuses such a scratch database as well', async () => {
    const before = [await stateOf(app), await databasesOf(server.target)];
    const scratch = await behind((asked) => ({ database: asked.startsWith('scratch_') ? 'app' : asked }));
    const lending: unknown = await lendPostgres({ scratch }).catch((error: unknown) => error);
    expect(lending)
      .to.be.instanceOf(WrongScratchDatabaseError)
      .and.have.nested.property('found.reached', 'app');
    expect([await stateOf(app), await databasesOf(server.target)]).to.deep.equal(before);
  });
});
