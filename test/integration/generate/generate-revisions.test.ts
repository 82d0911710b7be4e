import { expect } from 'chai';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource, Entity, PrimaryColumn } from 'typeorm';
import { createDataSource } from '../../../src/data-source.js';
import { chooseSqliteDriver } from '../../../src/databases/sqlite/driver.js';
import { GenerateError } from '../../../src/errors/base.js';
import { GenerateAbortedError } from '../../../src/errors/generate.js';
import { findMissingChanges, generateRevisions } from '../../../src/generate/index.js';
import { LineLogger } from '../../../src/logger.js';
import { Revision } from '../../../src/migrator/revision.js';
import { parseSettings } from '../../../src/settings.js';
import { petEntities } from '../../support/pet-entities.js';
import { postgresServer, urlOf } from '../../support/servers.js';

const NOW = 1_795_800_000_123;

/** A DataSource of an application; its server does not exist. */
function plain(): DataSource {
  @Entity('goods')
  class Good {
    @PrimaryColumn({ type: 'integer' })
    id!: number;
  }
  const options = { type: chooseSqliteDriver().type, database: '/nowhere/shop.db', entities: [Good] };
  return new DataSource(options);
}

function ours(): DataSource {
  return createDataSource(parseSettings({ DATABASE_URL: 'postgres://127.0.0.1:1/nowhere' }), {
    entities: petEntities(),
    migrations: [],
    logger: new LineLogger('error', () => undefined),
  });
}

describe('generateRevisions', function () {
  this.timeout(60_000);
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-api-'))));
  afterEach(() => rm(folder, { recursive: true }));
  const options = () => ({ folder, name: 'Initial', now: NOW, scratchUrl: urlOf(postgresServer()) });

  it('generateRevisions writes a DataSource of createDataSource for both databases and connects it to nothing', async () => {
    const dataSource = ours();
    const { revisions, files, listed, warnings } = await generateRevisions(dataSource, options());
    expect(dataSource.isInitialized).to.equal(false);
    expect({ files, listed, warnings }).to.deep.equal({
      files: [join(folder, `${NOW}-Initial.ts`)],
      listed: false,
      warnings: [],
    });
    expect(revisions).to.have.length(1);
    const { id, description, transaction, postgres, sqlite } = revisions[0]!;
    expect({ id, description, transaction }).to.deep.equal({
      id: `Initial${NOW}`,
      description: 'Creates owners and pets.',
      transaction: true,
    });
    for (const { up, down } of [postgres, sqlite]) {
      expect(up.join()).to.include('CREATE TABLE "pets"');
      expect(down.join()).to.include('DROP TABLE "pets"');
    }
    expect(await readFile(files[0] ?? '', 'utf8')).to.match(/ from 'orchestrator-db';\n/);
    expect(await readdir(folder)).to.deep.equal([`${NOW}-Initial.ts`, 'snapshot.json']);
  });

  it('generateRevisions gives a stamp after the newest listed revision, of whatever folder and clock', async () => {
    class Goods1900000000001 extends Revision {
      override readonly postgres = { up: [], down: [] };
      override readonly sqlite = {
        up: ['CREATE TABLE "stock" ("id" integer PRIMARY KEY NOT NULL)'],
        down: ['DROP TABLE "stock"'],
      };
    }
    const dataSource = plain();
    dataSource.setOptions({ migrations: [Goods1900000000001] });
    const { revisions } = await generateRevisions(dataSource, { ...options(), write: false });
    expect(revisions.map(({ id }) => id)).to.deep.equal(['Initial1900000001001']);
  });

  it('generateRevisions generates for a plain DataSource in its own dialect, without any server', async () => {
    const { revisions } = await generateRevisions(plain(), {
      ...options(),
      scratchUrl: 'postgres://127.0.0.1:1/no',
      write: false,
    });
    expect(revisions.map(({ postgres, sqlite }) => [postgres.up.length, sqlite.up.length])).to.deep.equal([
      [0, 1],
    ]);
    expect(await readdir(folder)).to.deep.equal([]);
    const missing = await findMissingChanges(plain(), { folder });
    expect(missing).to.deep.equal({ changes: { sqlite: ['goods: new table'] }, warnings: [] });
  });

  it('generateRevisions imports Revision from the given module and creates an index on request', async () => {
    const { listed } = await generateRevisions(plain(), {
      ...options(),
      importFrom: '../ours.js',
      makeIndex: true,
    });
    expect(listed).to.equal(true);
    expect(await readFile(join(folder, `${NOW}-Initial.ts`), 'utf8')).to.include(` from '../ours.js';`);
    expect(await readFile(join(folder, 'index.ts'), 'utf8')).to.include(`  Initial${NOW},\n`);
  });

  for (const { title, more, kind, words } of [
    {
      title: 'a name that no class can have',
      more: { name: 'initial' },
      kind: GenerateError,
      words: /^"initial": a revision name starts with an uppercase letter/,
    },
    {
      title: 'a name that no file can have',
      more: { name: 'N'.repeat(230) },
      kind: GenerateError,
      words: /^"N{20}\.\.\.": a revision name has at most 100 characters; this one has 230\.$/,
    },
    {
      title: 'a signal that is aborted',
      more: { signal: AbortSignal.abort() },
      kind: GenerateAbortedError,
      words: /^Stopped\./,
    },
  ])
    it(`generateRevisions refuses ${title} and writes nothing`, async () => {
      const error: unknown = await generateRevisions(plain(), { ...options(), ...more }).catch(
        (reason: unknown) => reason,
      );
      expect(error).to.be.instanceOf(kind);
      expect((error as Error).message).to.match(words);
      expect(await readdir(folder)).to.deep.equal([]);
    });
});
