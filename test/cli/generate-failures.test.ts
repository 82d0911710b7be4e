import { expect } from 'chai';
import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { clientConfig } from '../../src/databases/postgres/scratch/embedded-postgres.js';
import { onServer } from '../support/databases.js';
import { foreignProject, type ForeignProject } from '../support/foreign-project.js';
import { startProxy } from '../support/proxy.js';
import { generateProject, withoutStamps, type GenerateProject } from '../support/generate-here.js';
import { petEntities } from '../support/pet-entities.js';
import { postgresServer, urlOf } from '../support/servers.js';
import { mountSmallDisk } from '../support/small-disk.js';
import { until } from '../support/until.js';

const STALE =
  'If the DataSource has every revision of the folder and they are right, delete that file and generate again: the generator writes it from them. Pass --phases if the file contains "phases": true.\n';
const MERGE =
  'List the revisions of both in index.ts. Then take the file of the branch whose last revision is the older one, with git checkout --ours or --theirs, and generate again: the generator writes it for both.\n';

const SLOW = `import { Column, Entity, PrimaryColumn } from 'typeorm';
@Entity('goods')
export class Good {
  @PrimaryColumn({ type: 'bigint' }) id;
}`;

/** A revision that the generator runs for longer than any test waits. */
const SLEEPER = `import { Revision } from 'orchestrator-db';
export class Sleeper1764000000000 extends Revision {
  postgres = { up: ['SELECT pg_sleep(60)'], down: [] };
  sqlite = { up: [], down: [] };
}`;

async function scratchDatabases(): Promise<readonly string[]> {
  const client = new pg.Client(clientConfig(postgresServer()));
  await client.connect();
  const { rows } = await client.query<{ datname: string }>(
    `SELECT datname FROM pg_database WHERE datname ~ '^scratch_' ORDER BY 1`,
  );
  await client.end();
  return rows.map(({ datname }) => datname);
}

async function isSleeping(): Promise<boolean> {
  const client = new pg.Client(clientConfig(postgresServer()));
  await client.connect();
  const { rowCount } = await client.query(
    `SELECT 1 FROM pg_stat_activity WHERE datname ~ '^scratch_' AND query = 'SELECT pg_sleep(60)' AND state = 'active'`,
  );
  await client.end();
  return rowCount === 1;
}

describe('The failures of generate', function () {
  this.timeout(120_000);

  describe('in its folder', () => {
    let project: GenerateProject;
    beforeEach(async () => (project = await generateProject()));
    afterEach(() => project.remove());
    const snapshot = () => join(project.folder, 'snapshot.json');
    const changed = petEntities({ extra: { name: 'age', type: 'integer', default: 0 } });

    for (const { title, text, words, remedy = STALE } of [
      {
        title: 'is broken JSON',
        text: '{"head":',
        words: 'it cannot be read: Unexpected end of JSON input. ',
      },
      {
        title: 'is something else',
        text: '[]',
        words: 'it is not a snapshot of a schema: head is missing. ',
      },
      {
        title: 'has a schema without tables',
        text: '{"head":null,"schemas":{"postgres":{"dialect":"postgres"}}}',
        words: 'it is not a snapshot of a schema: schemas.postgres.tables is missing. ',
      },
      {
        title: 'has conflict markers',
        text: '{\n<<<<<<< HEAD\n  "head": "A"\n=======\n  "head": "B"\n>>>>>>> other\n}\n',
        words: 'two branches changed the schema, and git could not merge the file. ',
        remedy: MERGE,
      },
    ])
      it(`generate exits with 1 where the snapshot ${title}`, async () => {
        await writeFile(snapshot(), text);
        expect(await project.generate(petEntities(), ['Initial'])).to.deep.equal({
          code: 1,
          stdout: '',
          stderr: `error: ${snapshot()}: ${words}${remedy}`,
        });
        expect((await project.generate(petEntities(), ['--check'])).code).to.equal(1);
        expect(Object.keys(await project.files())).to.deep.equal(['snapshot.json']);
      });

    it('generate names a folder in the place of the snapshot, and what to do', async () => {
      const place = snapshot();
      await mkdir(place);
      for (const args of [['Initial'], ['--check']]) {
        const { code, stderr } = await project.generate(petEntities(), args);
        expect([code, stderr]).to.deep.equal([
          1,
          `error: ${place} cannot be read: EISDIR: illegal operation on a directory, read. Remove the folder that has the name of a file, or name another file. Then run the command again.\n`,
        ]);
      }
    });

    it('generate exits with 1 for a snapshot of another branch', async () => {
      await writeFile(snapshot(), '{"head":"AddPet1764000000000","schemas":{}}');
      const { code, stderr } = await project.generate(petEntities(), ['Initial']);
      expect(code).to.equal(1);
      expect(stderr).to.equal(
        `error: ${snapshot()}: its head is AddPet1764000000000, which the DataSource does not have. Nothing was written. ` +
          'If the project still has that revision, add it to the migrations of the DataSource and generate again. ' +
          `No file in ${project.folder} mentions it. If it belongs to another branch or was removed for good, delete ${snapshot()} and generate again.\n`,
      );
      expect(Object.keys(await project.files())).to.deep.equal(['snapshot.json']);
    });

    it('generate exits with 1 for a revision edited after the snapshot, and names the differences', async () => {
      await project.succeed(petEntities(), 'Initial');
      const files = await project.files();
      const file = Object.keys(files)[0] ?? '';
      const edited = files[file]?.replaceAll('character varying(50)', 'character varying(60)') ?? '';
      await writeFile(join(project.folder, file), edited);
      const { code, stderr } = await project.generate(petEntities(), ['Again']);
      expect(code).to.equal(1);
      expect(stderr).to.equal(
        `error: ${snapshot()}: it does not match the schema of the revisions up to Initial${file.slice(0, 13)}; one of them was edited. ` +
          `Column pets.name: type is character varying(60), the entities declare character varying(50). ${STALE}`,
      );
    });

    it('generate keeps what an older snapshot records about phases, the one of a merged branch for example', async () => {
      await project.succeed(petEntities(), 'Initial', '--phases');
      const older = await readFile(snapshot(), 'utf8');
      await project.succeed(changed, 'AddAge', '--phases');
      const atHead = await readFile(snapshot(), 'utf8');
      expect(JSON.parse(atHead)).to.have.property('phases', true);
      await writeFile(snapshot(), older);
      await project.succeed(changed, 'Joined');
      expect(await readFile(snapshot(), 'utf8')).to.equal(atHead);
      await rm(snapshot());
      await project.succeed(changed, 'Joined');
      expect(JSON.parse(await readFile(snapshot(), 'utf8'))).to.not.have.property('phases');
      await rm(snapshot());
      await project.succeed(changed, 'Joined', '--phases');
      expect(await readFile(snapshot(), 'utf8')).to.equal(atHead);
    });

    it('generate writes a snapshot that is missing or older than head', async () => {
      await project.succeed(petEntities(), 'Initial');
      const { 'snapshot.json': written = '' } = await project.files();
      for (const text of ['', written.replace(/"head": "\w+"/, '"head": null')]) {
        if (text === '') await rm(snapshot());
        else await writeFile(snapshot(), text);
        const { code, stdout } = await project.generate(petEntities(), ['Again']);
        expect(code).to.equal(0);
        expect(stdout).to.match(/\nWrote .*snapshot\.json: the schema at head, for the next revision\.\n$/);
        expect((await project.files())['snapshot.json']).to.equal(written);
      }
    });

    it('generate removes its files when it cannot write the index', async () => {
      await project.succeed(petEntities(), 'Initial');
      // What stands where the new index goes first.
      await mkdir(join(project.folder, 'index.ts.next'));
      const result = await project.generate(changed, ['AddAge']);
      expect(result.code).to.equal(1);
      expect(result.stderr).to.match(
        /^error: .*: EISDIR.*\. Nothing was written\. Remove the folder that has the name of a file, or name another file\. Then run the command again\.\n$/,
      );
      await rm(join(project.folder, 'index.ts.next'), { recursive: true });
      expect(Object.keys(await project.files())).to.have.length(3);
      expect((await project.generate(changed, ['--check'])).code).to.equal(2);
      expect((await project.generate(changed, ['AddAge'])).code).to.equal(0);
    });

    it('generate writes nothing on a full disk, and everything once there is space', async () => {
      const disk = mountSmallDisk(1, 4);
      // A user who may not mount a disk is not root, and a folder can be closed to that user.
      const folder = disk?.folder ?? project.folder;
      if (!disk) await chmod(folder, 0o555);
      try {
        const result = await project.generate(petEntities(), [join(folder, 'Initial')]);
        expect(result.code).to.equal(1);
        expect(result.stderr).to.match(
          /^error: .*: (ENOSPC|EACCES).*\. Nothing was written\. (Make room|This user must).*\. Then run the command again\.\n$/,
        );
        expect((await readdir(folder)).filter((file) => file !== 'ballast')).to.deep.equal([]);
        disk?.makeRoom();
        await chmod(folder, 0o755);
        expect((await project.generate(petEntities(), [join(folder, 'Initial')])).code).to.equal(0);
        expect((await readdir(folder)).map(withoutStamps).sort()).to.deep.equal([
          'STAMP-Initial.ts',
          'index.ts',
          'snapshot.json',
        ]);
      } finally {
        disk?.remove();
      }
    });
  });

  describe('on its server', () => {
    let project: ForeignProject;
    beforeEach(async () => {
      project = await foreignProject({ dialect: 'postgres', globs: true });
      await project.write(SLOW);
    });
    afterEach(() => project.remove());

    it('generate never connects to a database of the project', async () => {
      const front = await startProxy((socket) => socket.destroy());
      const url = `postgres://ada:secret@127.0.0.1:${front.port}/shop`;
      const file = join(project.home, 'data-source.js');
      await writeFile(
        file,
        `import { DataSource } from 'typeorm';
         export const dataSource = new DataSource({ type: 'postgres', url: '${url}', entities: ['dist/entities.js'], migrations: ['dist/migrations/[0-9]*.js'] });`,
      );
      const env = { DATABASE_URL: url, DATABASE_DIRECT_URL: url };
      expect((await project.start(['--check'], env).ended).code).to.equal(2);
      expect(await project.start(['Initial'], env).ended).to.include({ code: 0, stderr: '' });
      expect(front.connections).to.equal(0);
      await front.close();
    });

    it('generate reports an unreachable SCRATCH_DATABASE_URL without its password', async () => {
      const front = await startProxy((socket) => socket.destroy());
      await front.close();
      const url = `postgres://ada:secret@127.0.0.1:${front.port}/scratch`;
      expect(await project.start(['Initial'], { SCRATCH_DATABASE_URL: url }).ended).to.deep.equal({
        code: 1,
        signal: null,
        stdout: '',
        stderr: `error: No scratch database on postgres://ada:***@127.0.0.1:${front.port}/scratch: connection refused. Set SCRATCH_DATABASE_URL to a server on which databases may be created, or unset it to use the embedded server.\n`,
      });
    });

    it('generate names the missing privilege of a user who may not create databases', async () => {
      await onServer(`CREATE ROLE scratch_lacking LOGIN PASSWORD 'lacking'`);
      try {
        const target = { ...postgresServer(), user: 'scratch_lacking', password: 'lacking' };
        const { code, stderr } = await project.start(['Initial'], { SCRATCH_DATABASE_URL: urlOf(target) })
          .ended;
        expect(code).to.equal(1);
        expect(stderr).to.match(
          /^error: No scratch database on postgres:\/\/scratch_lacking:\*\*\*@.*: permission denied to create database\. Its user must be allowed to create databases: ALTER ROLE "scratch_lacking" CREATEDB\.\n$/,
        );
      } finally {
        await onServer('DROP ROLE scratch_lacking');
      }
    });

    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      it(`generate exits with 1 after ${signal}, and drops its databases`, async () => {
        const before = await scratchDatabases();
        await writeFile(join(project.folder, '1764000000000-Sleeper.ts'), SLEEPER);
        await project.generate('--check', '--no-such-option');
        const running = project.start(['Initial']);
        await until(isSleeping, running.ended);
        running.signal(signal);
        const ended = await running.ended;
        expect(ended).to.deep.equal({
          code: 1,
          signal: null,
          stdout: '',
          stderr:
            'error: Stopped. Nothing was written, and the scratch databases are dropped; the next run names those that a silent server has kept.\n',
        });
        expect(await scratchDatabases()).to.deep.equal(before);
        expect(await project.files()).to.deep.equal(['1764000000000-Sleeper.ts']);
      });

    it('A killed generate leaves no file, and the next one names the remaining database', async () => {
      await writeFile(join(project.folder, '1764000000000-Sleeper.ts'), SLEEPER);
      await project.generate('--check', '--no-such-option');
      const before = await scratchDatabases();
      const running = project.start(['Initial']);
      await until(isSleeping, running.ended);
      running.kill();
      await running.ended;
      expect(await project.files()).to.deep.equal(['.generate-lock', '1764000000000-Sleeper.ts']);
      const [left = ''] = (await scratchDatabases()).filter((name) => !before.includes(name));
      await onServer(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${left}'`);
      await rm(join(project.folder, '1764000000000-Sleeper.ts'));
      const { code, stderr } = await project.generate('Initial');
      expect(code).to.equal(0);
      expect(await project.files()).not.to.include('.generate-lock');
      expect(stderr).to.include(
        `note: ${left}: the scratch database of a run that was killed or is still starting. If no run is starting, run DROP DATABASE ${left} on the server of SCRATCH_DATABASE_URL\n`,
      );
      await onServer(`DROP DATABASE ${left}`);
    });
  });
});
