import { expect } from 'chai';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  Column,
  Entity,
  Index,
  PrimaryGeneratedColumn,
  type MigrationInterface,
  type QueryRunner,
} from 'typeorm';
import { checkDrift } from '../../src/drift/check-drift.js';
import { entities, IdempotencyKey, Job, ResourceAllocation, Worker } from '../../src/entities/index.js';
import { generateRevision, type GenerateInput } from '../../src/generate/generate.js';
import {
  indexSource,
  revisionFiles,
  revisionSource,
  writeRevision,
} from '../../src/generate/revision-file.js';
import { InitialSchema1795435200000 } from '../../src/migrations/1795435200000-InitialSchema.js';
import { migrations } from '../../src/migrations/index.js';
import { parseSettings } from '../../src/settings.js';
import { readCatalog } from '../support/catalog.js';
import { eachDatabase } from '../support/databases.js';
import { withRawClient } from '../support/raw-postgres.js';
import { root } from '../support/run-script.js';
import { postgresServer } from '../support/servers.js';

const FOLDER = join(root, 'src', 'migrations');
const FIRST_FOUR = [Worker, Job, ResourceAllocation, IdempotencyKey];

/** Everything that a template literal would take for its own. */
const AWKWARD = 'a `tick`, a \\ and a ${brace}';

/** Names of the PostgreSQL databases in which revisions were run. */
let visited: string[] = [];

class NoteDatabase1700000000001 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    if (queryRunner.connection.options.type !== 'postgres') return;
    const rows = (await queryRunner.query('SELECT current_database() AS name')) as { name: string }[];
    visited.push(...rows.map(({ name }) => name));
  }

  down(): Promise<void> {
    return Promise.resolve();
  }
}

class FailOnPostgres1700000000002 extends NoteDatabase1700000000001 {
  override async up(queryRunner: QueryRunner): Promise<void> {
    await super.up(queryRunner);
    if (visited.length > 0) await queryRunner.query('SELECT no_such_column');
  }
}

/** An entity without a single rule of class-validator, which nothing keeps from being written. */
@Entity({ name: 'gadgets' })
@Index('ix_gadgets_label', ['label'], { unique: true })
class Gadget {
  @PrimaryGeneratedColumn({ name: 'id', type: 'integer', primaryKeyConstraintName: 'pk_gadgets' })
  id!: number;

  @Column({ name: 'label', type: String, length: 40, default: AWKWARD })
  label!: string;

  @Column({ name: 'seen_at', type: Date, nullable: true })
  seenAt!: Date | null;
}

function generate(input: Partial<GenerateInput>): ReturnType<typeof generateRevision> {
  const settings = { ...parseSettings({}), scratch: postgresServer() };
  return generateRevision({ settings, entities, migrations, ...input });
}

async function sourceOf(name: string, stamp: number, input: Partial<GenerateInput>): Promise<string> {
  const revision = await generate(input);
  if (!revision) throw new Error('Nothing was generated.');
  return revisionSource({ ...revision, name, stamp, importFrom: '../migrator/revision.js' });
}

async function databasesNamed(names: readonly string[]): Promise<readonly string[]> {
  return withRawClient(postgresServer(), async (client) => {
    const { rows } = await client.query<{ datname: string }>('SELECT datname FROM pg_database');
    return rows.map(({ datname }) => datname).filter((name) => names.includes(name));
  });
}

describe('The generator', () => {
  beforeEach(() => {
    visited = [];
  });

  it('writes the initial revision again from its entities, to the same bytes', async () => {
    const source = await sourceOf('InitialSchema', 1795435200000, { entities: FIRST_FOUR, migrations: [] });
    expect(source).to.equal(await readFile(join(FOLDER, '1795435200000-InitialSchema.ts'), 'utf8'));
  });

  it('writes the second revision again on top of the first, to the same bytes', async () => {
    const source = await sourceOf('AdminUsers', 1795438800000, { migrations: [InitialSchema1795435200000] });
    expect(source).to.equal(await readFile(join(FOLDER, '1795438800000-AdminUsers.ts'), 'utf8'));
  });

  it('writes the index of the revisions again, to the same bytes', async () => {
    const files = await revisionFiles(FOLDER);
    expect(files).to.deep.equal(['1795435200000-InitialSchema.ts', '1795438800000-AdminUsers.ts']);
    expect(indexSource(files)).to.equal(await readFile(join(FOLDER, 'index.ts'), 'utf8'));
  });

  it('gives the same whatever order the entities are listed in', async () => {
    const one = await generate({ entities: FIRST_FOUR, migrations: [] });
    const two = await generate({ entities: [...FIRST_FOUR].reverse(), migrations: [] });
    expect(new Set(two?.postgres.up)).to.deep.equal(new Set(one?.postgres.up));
    expect(two?.sqlite.up.length).to.equal(one?.sqlite.up.length);
  });

  it('has nothing to write when the entities say nothing new', async () => {
    expect(await generate({})).to.equal(undefined);
  });

  it('works in a scratch database and drops it', async () => {
    await generate({ migrations: [NoteDatabase1700000000001, ...migrations] });
    expect(visited).to.have.length(1);
    expect(visited[0]).to.match(/^scratch_[0-9a-f]{16}$/);
    expect(await databasesNamed(visited)).to.deep.equal([]);
  });

  it('drops the scratch database also when a revision fails in it', async () => {
    const failure = await generate({ migrations: [FailOnPostgres1700000000002] }).catch(
      (error: unknown) => error,
    );
    expect(failure).to.have.property('code', 'REVISION_FAILED');
    expect(visited[0]).to.match(/^scratch_[0-9a-f]{16}$/);
    expect(await databasesNamed(visited)).to.deep.equal([]);
  });

  it('says which server could not be reached, without its password', async () => {
    const scratch = { ...postgresServer(), port: 1, shown: 'postgres://someone:***@127.0.0.1:1/postgres' };
    const failure = await generate({ settings: { ...parseSettings({}), scratch } }).catch(
      (error: unknown) => error,
    );
    expect(failure).to.have.property('code', 'SCRATCH_DATABASE');
    expect(String(failure)).to.match(/postgres:\/\/someone:\*\*\*@127\.0\.0\.1:1\/postgres: .*ECONNREFUSED/);
  });

  it('refuses a scratch server that is no PostgreSQL', async () => {
    const settings = parseSettings({ SCRATCH_DATABASE_URL: 'sqlite:./scratch.db' });
    const failure = await generate({ settings }).catch((error: unknown) => error);
    expect(failure).to.have.property('message', 'SCRATCH_DATABASE_URL must name a PostgreSQL server.');
  });

  it('never opens the database of the settings', async () => {
    const unreachable = parseSettings({ DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing' });
    const settings = { ...unreachable, scratch: postgresServer() };
    expect(await generate({ settings })).to.equal(undefined);
  });
});

eachDatabase('A generated revision', (database) => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-generated-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function writeGadgets(): Promise<string> {
    const revision = await generate({ entities: [...entities, Gadget] });
    const importFrom = pathToFileURL(join(root, 'src', 'migrator', 'revision.ts')).href;
    return writeRevision(folder, { ...revision!, name: 'AddGadgets', stamp: 1795500000000, importFrom });
  }

  it('brings the database to the entities, and back', async () => {
    const module = (await import(pathToFileURL(await writeGadgets()).href)) as Record<string, never>;
    const revision = module['AddGadgets1795500000000']!;
    const contents = { entities: [...entities, Gadget], migrations: [...migrations, revision] };
    const before = await readCatalog(await database().connectAtHead(), database().dialect);
    const dataSource = await database().connectAtHead(contents);
    expect((await checkDrift(dataSource)).changes).to.deep.equal([]);
    await dataSource.getRepository(Gadget).insert({ seenAt: null });
    expect((await dataSource.getRepository(Gadget).findOneByOrFail({})).label).to.equal(AWKWARD);
    await dataSource.undoLastMigration();
    expect(await readCatalog(dataSource, database().dialect)).to.deep.equal(before);
  });

  it('is listed in the index of its folder', async () => {
    expect(await writeGadgets()).to.equal(join(folder, '1795500000000-AddGadgets.ts'));
    expect(await readFile(join(folder, 'index.ts'), 'utf8')).to.include(
      "import { AddGadgets1795500000000 } from './1795500000000-AddGadgets.js';",
    );
  });

  it('never overwrites one of the same stamp', async () => {
    const path = await writeGadgets();
    const failure = await writeGadgets().catch((error: unknown) => error);
    expect(failure).to.have.property('message', `${path} has the stamp 1795500000000 already.`);
  });
});
