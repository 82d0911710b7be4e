import { expect } from 'chai';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrations } from '../../src/migrations/index.js';
import { execute, rowsOf, tablesOf } from '../support/cli-database.js';
import { eachDatabase, onDatabase } from '../support/databases.js';
import { startProxy } from '../support/proxy.js';
import { root, runProcess, runScript } from '../support/run-script.js';
import { postgresServer, urlOf } from '../support/servers.js';
import { SQLITE, typeormProject } from '../support/typeorm-project.js';

const IDS = migrations.map(({ name }) => name);
const [HEAD = ''] = IDS.slice(-1);

eachDatabase('npm run typeorm, without flags', (database) => {
  const typeorm = (...args: readonly string[]) =>
    runScript('typeorm', args, { env: { DATABASE_URL: database().url } });
  const recorded = async () =>
    (await rowsOf(database(), 'SELECT name FROM migrations ORDER BY id')).map(({ name }) => name);

  it('npm run typeorm shows pending revisions without creating anything, runs them, and then has nothing to do', async () => {
    expect(await typeorm('migration:show')).to.deep.equal({
      code: 0,
      stdout: IDS.map((id) => `[ ] ${id}\n`).join(''),
      stderr: '',
    });
    expect(await tablesOf(database())).to.deep.equal([]);

    expect(await typeorm('migration:run')).to.deep.equal({
      code: 0,
      stdout: IDS.map((id) => `Migration ${id} has been executed successfully.\n`).join(''),
      stderr: '',
    });
    expect(await tablesOf(database())).to.include.members(['jobs', 'users', 'workers']);
    expect(await recorded()).to.deep.equal([...IDS]);

    const log = await typeorm('schema:log');
    expect(log).to.include({ code: 0, stderr: '' });
    expect(log.stdout).to.match(/^Your schema is up to date/);
    expect((await typeorm('migration:show')).stdout).to.equal(
      IDS.map((id, index) => `[X] ${index + 1} ${id}\n`).join(''),
    );
  });

  it('npm run typeorm reverts the current revision, and records without running with --fake', async () => {
    await (await database().connectAtHead()).destroy();
    expect(await typeorm('migration:revert')).to.deep.equal({
      code: 0,
      stdout: `Migration ${HEAD} has been reverted successfully.\n`,
      stderr: '',
    });
    expect(await recorded()).to.deep.equal(IDS.slice(0, -1));
    expect(await tablesOf(database()))
      .to.include.members(['jobs', 'worker_state_transitions'])
      .and.not.include('worker_state_transitions_before');

    expect(await typeorm('migration:run', '--fake')).to.deep.equal({
      code: 0,
      stdout: `Migration ${HEAD} has been recorded, not executed.\n`,
      stderr: '',
    });
    expect(await recorded()).to.deep.equal([...IDS]);
    expect(await tablesOf(database())).to.not.include('worker_state_transitions_before');
  });

  it('npm run typeorm schema:log reports what a database lacks', async () => {
    await (await database().connectAtHead()).destroy();
    await execute(database(), ['DROP INDEX ix_jobs_status']);
    const { code, stdout } = await typeorm('schema:log');
    expect(code).to.equal(0);
    expect(stdout).to.match(/^CREATE INDEX "ix_jobs_status" ON "jobs" +\("status"\);$/m);
  });
});

onDatabase('sqlite', 'npm run typeorm, for what would lose data', (database) => {
  for (const { command, line } of [
    {
      command: 'schema:sync',
      line: 'schema:sync changes a database without a revision. Generate a revision and run it: npm run typeorm migration:generate src/migrations/Name, npm run typeorm migration:run',
    },
    {
      command: 'schema:drop',
      line: 'schema:drop deletes every table. Revert revision by revision with npm run typeorm migration:revert, or drop the database with its own tools.',
    },
  ]) {
    it(`npm run typeorm refuses ${command}, and the tables stay unchanged`, async () => {
      await execute(database(), ['CREATE TABLE notes (id integer PRIMARY KEY)']);
      const env = { DATABASE_URL: database().url };
      expect(await runScript('typeorm', [command], { env })).to.deep.equal({
        code: 1,
        stdout: '',
        stderr: `${line}\n`,
      });
      expect(await tablesOf(database())).to.deep.equal(['notes']);
    });
  }
});

describe('npm run typeorm, on a database that it cannot use', () => {
  it('npm run typeorm reports an invalid DATABASE_URL in one line', async () => {
    const env = { DATABASE_URL: 'mysql://ada:leaked-by-mistake@localhost/orchestrator' };
    expect(await runScript('typeorm', ['migration:run'], { env })).to.deep.equal({
      code: 1,
      stdout: '',
      stderr:
        'DATABASE_URL: unknown scheme "mysql"; supported are postgres:, postgresql: and sqlite:. ' +
        'Example: DATABASE_URL=postgres://user:password@localhost:5432/orchestrator\n',
    });
  });

  it('npm run typeorm reports a server that is down in one line, for every command', async () => {
    const front = await startProxy((socket) => socket.destroy());
    await front.close();
    const env = { DATABASE_URL: `postgres://ada:leaked-by-mistake@127.0.0.1:${front.port}/orchestrator` };
    const commands = ['migration:run', 'migration:show', 'migration:revert', 'schema:log'];
    const results = await Promise.all(commands.map((command) => runScript('typeorm', [command], { env })));
    for (const { code, stdout, stderr } of results) {
      expect(code).to.equal(1);
      expect(stderr).to.equal(
        `Cannot connect to postgres://ada:***@127.0.0.1:${front.port}/orchestrator: connection refused. [CONNECT_FAILED]\n`,
      );
      expect(stdout).to.match(/^(Error during .*:\n)?$/);
    }
  });
});

describe('npm run typeorm, for a new revision', () => {
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-revisions-'))));
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('migration:create writes an empty revision for both dialects, and lists it in the index', async () => {
    const first = await runScript('typeorm', ['migration:create', join(folder, 'AddNotes')]);
    const [file = ''] = await readdir(folder);
    const id = `AddNotes${file.slice(0, 13)}`;
    expect(file).to.match(/^\d{13}-AddNotes\.ts$/);
    expect(first).to.deep.equal({
      code: 0,
      stdout: `Wrote ${join(folder, file)} and added it to ${folder}/index.ts. Fill in its statements.\n`,
      stderr: '',
    });
    const source = await readFile(join(folder, file), 'utf8');
    expect(source).to.include(`export class ${id} extends Revision {`);
    expect(source.match(/(up|down): \[\]/g)).to.deep.equal(['up: []', 'down: []', 'up: []', 'down: []']);

    await runScript('typeorm', ['migration:create', join(folder, 'AddMore')]);
    const index = await readFile(join(folder, 'index.ts'), 'utf8');
    const second = (await readdir(folder)).find((name) => name.endsWith('-AddMore.ts')) ?? '';
    expect(index).to.include(`import { ${id} } from './${file.replace('.ts', '')}';\n`);
    expect(index).to.match(
      new RegExp(`= \\[\\n {2}${id},\\n {2}AddMore${second.slice(0, 13)},\\n\\] as const;`),
    );
  });

  for (const { title, args, line } of [
    {
      title: 'a name that is not in PascalCase',
      args: ['migration:create', 'FOLDER/addNotes'],
      line: '"addNotes": a revision name starts with an uppercase letter. Example: npm run typeorm migration:create src/migrations/AddColumn',
    },
    {
      title: 'a name that ends in a digit, which would run into the stamp',
      args: ['migration:generate', 'FOLDER/AddNotes2'],
      line: '"AddNotes2": a revision name does not end with a digit, because its stamp follows it. Example: npm run typeorm migration:generate src/migrations/AddColumn',
    },
    {
      title: 'no name',
      args: ['migration:create'],
      line: 'migration:create requires the folder and name of the revision and nothing else. Example: npm run typeorm migration:create src/migrations/AddColumn',
    },
    {
      title: 'a folder that does not exist',
      args: ['migration:create', 'FOLDER/missing/AddNotes'],
      line: 'error: The folder FOLDER/missing does not exist. Run the command in the folder that contains the sources of the project.',
    },
  ]) {
    it(`npm run typeorm refuses ${title}`, async () => {
      const here = (text: string) => text.replace('FOLDER', folder);
      expect(await runScript('typeorm', args.map(here))).to.deep.equal({
        code: 1,
        stdout: '',
        stderr: `${here(line)}\n`,
      });
      expect(await readdir(folder)).to.deep.equal([]);
    });
  }

  it('migration:generate reports no changes, and writes the snapshot', async () => {
    const before = await readdir(`${root}src/migrations`);
    const env = { SCRATCH_DATABASE_URL: urlOf(postgresServer()) };
    const result = await runScript('typeorm', ['migration:generate', join(folder, 'AddNotes')], { env });
    expect(result).to.deep.equal({
      code: 0,
      stdout:
        'No changes: the revisions already match the entities.\n' +
        `Wrote ${folder}/snapshot.json: the schema at head, for the next revision.\n`,
      stderr: '',
    });
    expect(await readdir(folder)).to.deep.equal(['snapshot.json']);
    expect(await readdir(`${root}src/migrations`)).to.deep.equal(before);
  });

  it('migration:generate accepts the options of generate after the name, and exits with 1 for every failure', async () => {
    const words = ['migration:generate', join(folder, 'AddNotes'), '--drop', 'jobs.status'];
    const env = { SCRATCH_DATABASE_URL: urlOf(postgresServer()) };
    expect(await runScript('typeorm', words, { env })).to.deep.equal({
      code: 1,
      stdout: '',
      stderr: 'error: --drop jobs.status: this change does not drop it. It drops nothing.\n',
    });
  });
});

describe('npm run db:generate', () => {
  it('db:generate --check reports no missing revision of this project', async () => {
    const env = { SCRATCH_DATABASE_URL: urlOf(postgresServer()) };
    const result = await runProcess('npm', ['run', '-s', 'db:generate', '--', '--check'], { env });
    expect(result).to.deep.equal({
      code: 0,
      stdout: 'No changes: the revisions already match the entities.\n',
      stderr: '',
    });
  });
});

describe('The script of npm run typeorm in another project', () => {
  it('The script of npm run typeorm takes the DataSource of -d there, and asks for it where none is named', async () => {
    const project = await typeormProject({
      ...{ type: 'commonjs', packages: [], dataSource: 'data-source.js' },
      files: {
        'data-source.js': `const { DataSource } = require('typeorm');
module.exports = new DataSource({ ${SQLITE}, entities: [], migrations: [class Users1651000000001 {
  async up(queryRunner) { await queryRunner.query('CREATE TABLE users (id integer)'); }
}] });
`,
      },
    });
    const typeorm = (...args: readonly string[]) => runScript('typeorm', args, { cwd: project.home });
    try {
      expect(await typeorm('migration:run')).to.deep.equal({
        ...{ code: 1, stdout: '' },
        stderr:
          'migration:run: no DataSource is named. Add -d with the file that exports it: -d data-source.js\n',
      });
      const { code, stdout } = await typeorm('migration:run', '-d', 'data-source.js');
      expect({ code, stdout }).to.deep.include({ code: 0 });
      expect(stdout).to.contain('Users1651000000001 has been');
      await project.write('data-source.js', '');
      expect((await typeorm('schema:log')).stderr).to.equal(
        'schema:log: no DataSource is named. Add -d with the file that exports it, for example -d src/data-source.ts\n',
      );
    } finally {
      await project.remove();
    }
  });
});
