import { expect } from 'chai';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { migrations } from '../../src/migrations/index.js';
import { startProcess, type Ended } from '../support/processes.js';
import { SQLITE, typeormProject, type TypeormProject } from '../support/typeorm-project.js';

const DATA_SOURCE = `const { DataSource } = require('typeorm');
exports.dataSource = new DataSource({ ${SQLITE}, entities: [], migrations: [] });
`;

/** How every refusal ends: what the command did before is a word away. */
const OWN = 'The schema of orchestrator-db itself is -d orchestrator-db/data-source';

describe('The DataSource of a command', () => {
  let project: TypeormProject;
  beforeEach(async () => {
    project = await typeormProject({
      type: 'commonjs',
      packages: ['sqlite3', 'better-sqlite3'],
      dataSource: 'src/data-source.js',
      files: {},
    });
  });
  afterEach(() => project.remove());

  /** A command in the project, without `-d`. */
  function run(...args: readonly string[]): Promise<Ended> {
    const env = { DATABASE_URL: 'sqlite:./shop.db' };
    return startProcess({ script: 'orchestrator-db', args, env, cwd: project.home }).ended;
  }

  async function wordsOf(...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await run(...args);
    expect({ code, stdout }).to.deep.equal({ code: 64, stdout: '' });
    return stderr;
  }

  it('Without -d, a command creates nothing of this package in another project', async () => {
    expect(await wordsOf('up', '+1')).to.equal(
      `error: No DataSource is named: add -d with the file that exports it, for example npx orchestrator-db up +1 -d src/data-source.ts. ${OWN}\n`,
    );
    expect(existsSync(join(project.home, 'shop.db'))).to.equal(false);
  });

  it('The refusal contains the command with the file that the project has', async () => {
    await project.write('src/config/typeorm.config.js', DATA_SOURCE);
    expect(await wordsOf('check', '--ignore', 'legacy *')).to.equal(
      `error: No DataSource is named: add -d with the file that exports it. Run: npx orchestrator-db check --ignore "legacy *" -d src/config/typeorm.config.js. ${OWN}\n`,
    );
    await project.write('src/data-source.ts', '// Not written yet.');
    await project.write('ormconfig.js', DATA_SOURCE);
    expect(await wordsOf('check', '-d', '')).to.include('Run: npx orchestrator-db check -d ormconfig.js.');
  });

  it('The refusal names the file that a script of the project passes to TypeORM', async () => {
    await project.write('src/data-source.js', DATA_SOURCE);
    await project.write('apps/shop/orm.js', DATA_SOURCE);
    const scripts = {
      lint: 'eslint .',
      migrate: 'typeorm-ts-node-commonjs migration:run -d apps/shop/orm.js',
    };
    await project.write('package.json', JSON.stringify({ scripts }));
    expect(await wordsOf('up', '+1')).to.include('Run: npx orchestrator-db up +1 -d apps/shop/orm.js.');
  });

  it('A folder with a package.json that nobody can read is no project of this package', async () => {
    await project.write('empty/package.json', 'no JSON');
    const { code } = await startProcess({
      script: 'orchestrator-db',
      args: ['up'],
      env: { DATABASE_URL: 'sqlite:./shop.db' },
      cwd: join(project.home, 'empty'),
    }).ended;
    expect(code).to.equal(64);
  });

  it('-d orchestrator-db/data-source is the schema of this package, with its rows', async () => {
    const first = await run('init', '-d', 'orchestrator-db/data-source');
    expect({ code: first.code, stderr: first.stderr }).to.deep.equal({ code: 0, stderr: '' });
    expect(first.stdout).to.include('development database sqlite:./shop.db\n');
    expect(first.stdout).to.include('seeded test-worker-1, test-job-1\n');
    const status = await run('status', '-d', 'orchestrator-db/data-source');
    expect(status.stdout.startsWith(`at head, ${migrations.at(-1)?.name ?? ''}\n`)).to.equal(true);
  });

  it('A message about -d orchestrator-db/data-source repeats it', async () => {
    const { code, stderr } = await run('up', 'Nobody', '-d', 'orchestrator-db/data-source');
    expect(code).to.equal(64);
    expect(stderr).to.include('npx orchestrator-db status -d orchestrator-db/data-source');
  });

  it('A revision for the schema of this package needs a folder in another project', async () => {
    const create = ['create', 'Fill', '-d', 'orchestrator-db/data-source'];
    expect(await wordsOf(...create)).to.equal(
      'error: The folder of the migrations is unknown: the DataSource lists them as classes, or has none. Pass the folder for the new file, for example --dir src/migrations.\n',
    );
    await project.write('revisions/readme.txt', '');
    const { code } = await run(...create, '--dir', 'revisions');
    expect(code).to.equal(0);
    expect(await project.files('revisions')).to.deep.equal(['STAMP-Fill.ts', 'readme.txt']);
  });

  it('-d accepts a module of the project, by the conditions of import', async () => {
    const manifest = { name: 'shop-db', exports: { './orm': { import: './orm.mjs' } } };
    await project.write('node_modules/shop-db/package.json', JSON.stringify(manifest));
    await project.write(
      'node_modules/shop-db/orm.mjs',
      `import { DataSource } from 'typeorm';\nexport default new DataSource({ ${SQLITE} });\n`,
    );
    const { code, stderr } = await run('status', '-d', 'shop-db/orm');
    expect({ code, stderr }).to.deep.equal({
      code: 1,
      stderr: 'error: Cannot connect to sqlite:shop.db: the file does not exist; `up` creates it.\n',
    });
  });

  it('A module that is not there, a file that is not there and a folder are named', async () => {
    await project.write('src/data-source.js', DATA_SOURCE);
    const place = (name: string) => join(project.home, name);
    for (const [named, words] of [
      ['shop-db', "shop-db is neither a file nor a module of this project: Cannot find package 'shop-db'"],
      [
        'orchestrator-db/orm',
        `orchestrator-db/orm is neither a file nor a module of this project: Package subpath './orm' is not defined by "exports" in `,
      ],
      [
        'src/data-sorce.js',
        `the file does not exist: ${place('src/data-sorce.js')}. Did you mean -d src/data-source.js?`,
      ],
      [
        'src',
        `${place('src')} is a folder. Pass the file in it that exports the DataSource: -d src/data-source.js`,
      ],
    ] as const)
      expect(await wordsOf('status', '-d', named))
        .to.match(new RegExp(`^error: -d: `))
        .and.include(words);
  });

  it('The help of another project shows examples with -d', async () => {
    const { stdout } = await run('help', 'up');
    expect(stdout).to.include('\n  npx orchestrator-db up --plan -d src/data-source.ts\n');
  });
});
