import { expect } from 'chai';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataSource, MigrationInterface, QueryRunner } from 'typeorm';
import { GenerateError } from '../../../src/errors/base.js';
import { generateRevisions } from '../../../src/generate/index.js';
import { petEntities } from '../../support/pet-entities.js';
import { postgresServer, urlOf } from '../../support/servers.js';
import { eachDatabase } from '../../support/databases.js';
import { rowsOf } from '../../support/cli-database.js';

eachDatabase('generate', (database) => {
  const MESSAGE =
    'Notes1795800000002: up failed: The revision connects to a DataSource of its own, which leads to another database ' +
    'than the scratch database. Let it use the query runner that it is given.';
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-confined-'))));
  afterEach(() => rm(folder, { recursive: true }));

  async function generated(up: (runner: QueryRunner, app: DataSource) => Promise<unknown>): Promise<unknown> {
    class Notes1795800000002 implements MigrationInterface {
      async up(runner: QueryRunner): Promise<void> {
        await up(runner, app);
      }
      down(): Promise<void> {
        return Promise.resolve();
      }
    }
    const app = await database().connect({ entities: petEntities(), migrations: [Notes1795800000002] });
    await app.query('CREATE TABLE notes (id integer)');
    const options = { folder, name: 'Pets', scratchUrl: urlOf(postgresServer()), write: false };
    return generateRevisions(app, options).catch((error: unknown) => error);
  }

  it('runs no statement of a former revision on the database that its own DataSource leads to', async () => {
    const error = await generated((_runner, app) => app.query('INSERT INTO notes (id) VALUES (1)'));
    expect(error).to.be.instanceOf(GenerateError);
    expect((error as Error).message).to.include(MESSAGE);
    expect(await rowsOf(database(), 'SELECT id FROM notes')).to.deep.equal([]);
  });

  it('lets a revision use further connections to the scratch database', async () => {
    const report = await generated(({ connection }) => connection.query('CREATE TABLE more (id integer)'));
    expect(report).to.have.property('revisions').with.length(1);
  });
});
