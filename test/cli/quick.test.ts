import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { keepCompiled } from '../../scripts/compile-cache.js';
import { isQuickCall } from '../../scripts/quick-call.js';
import { dialectIn } from '../../scripts/quick-file.js';
import { compiledCopy } from '../support/compiled-copy.js';
import { eachDatabase } from '../support/databases.js';
import { modulesOf } from '../support/loaded-modules.js';
import { root } from '../support/root.js';
import { runScript } from '../support/run-script.js';

describe('A call of a command that a manifest is enough for', () => {
  let folder = '';
  let own = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'orchestrator-db-quick-'));
    own = join(folder, 'revisions.json');
    writeFileSync(own, '{}');
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  const inFolder = (call: string) => call.replaceAll('HERE', folder).split(' ');

  for (const call of [
    'up',
    'up --json',
    'down -2',
    'down --plan base',
    'status',
    'history --limit 3',
    'up -d HERE/source.js',
    'up --data-source HERE/source.js',
    'status --data-source=HERE/source.js',
  ])
    it(`A quick call is ${call}`, () => {
      expect(isQuickCall(inFolder(call), own)).to.equal(true);
    });

  for (const call of [
    '--version',
    'stamp head',
    'check',
    'up --sql',
    'up --help',
    'up -h',
    'up --env-file .env',
    'up --env-file=.env',
    'up -dHERE/source.js',
    'up -d HERE/elsewhere/source.js',
    'up -d HERE/source.js -d HERE/elsewhere/source.js',
  ])
    it(`No quick call is ${call}`, () => {
      expect(isQuickCall(inFolder(call), own)).to.equal(false);
    });

  it('Without a manifest no call is quick', () => {
    expect(isQuickCall(['up'], join(folder, 'missing.json'))).to.equal(false);
    expect(isQuickCall(['up'], undefined)).to.equal(false);
  });
});

/** Files of this package that a command loads. */
const ours = (modules: readonly string[]) =>
  modules
    .filter((url) => /^(?:file:|\/)/.test(url) && !url.includes('/node_modules/'))
    .map((url) => basename(url));

eachDatabase('The file of the commands that a manifest is enough for', (database) => {
  for (const call of ['up', 'down --plan', 'status', 'history'])
    it(`Two files of this package are loaded by ${call}`, async () => {
      const { dialect, url } = database();
      await database().connectAtHead();
      const modules = await modulesOf(call.split(' '), { DATABASE_URL: url });
      expect(ours(modules)).to.deep.equal(['orchestrator-db.js', `quick-${dialect}.cjs`]);
    });

  for (const call of ['up --lock-wait soon', 'up a b', 'status --colour'])
    it(`The whole command line reports what is wrong with ${call}`, async () => {
      const environment = { DATABASE_URL: database().url };
      const { code, stderr } = await runScript('orchestrator-db', call.split(' '), { env: environment });
      expect(code).to.equal(64);
      expect(stderr).to.match(/^error: .*(?:--lock-wait|too many arguments|--colour)/);
    });

  it('Another command does not load it', async () => {
    await database().connectAtHead();
    const modules = await modulesOf(['check'], { DATABASE_URL: database().url });
    expect(ours(modules)).to.include('main.js');
    expect(ours(modules).filter((name) => name.startsWith('quick-'))).to.deep.equal([]);
  });
});

describe('What a small file leaves out of its database', () => {
  const rooms =
    /(?<!import_\w*)\.(?:catalog|deleteExpired|fixtures|partitioning|rawCatalog|rowReader|scratch|script)\b/;

  for (const dialect of ['postgres', 'sqlite'])
    it(`No module of the file for ${dialect} uses it`, () => {
      const text = readFileSync(compiledCopy().compiled(`scripts/quick-${dialect}.cjs`), 'utf8');
      const body = text.replaceAll('require_reads_rows(),1))).rowReader()', '');
      expect(body).to.include('.migration');
      expect(rooms.exec(body)?.[0]).to.equal(undefined);
      expect(rooms.exec('database.catalog.read')?.[0]).to.equal('.catalog');
    });
});

describe('The file that a call loads first', () => {
  for (const [url, dialect] of [
    ['postgres://localhost/x', 'postgres'],
    ['postgresql://localhost/x', 'postgres'],
    ['sqlite:./x.db', 'sqlite'],
    [undefined, 'sqlite'],
  ] as const)
    it(`DATABASE_URL ${String(url)} leads to the file for ${dialect}`, () => {
      expect(dialectIn(url === undefined ? {} : { DATABASE_URL: url })).to.equal(dialect);
    });
});

describe('Code of a small file that is kept', () => {
  let folder = '';
  let cache = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'orchestrator-db-quick-'));
    cache = join(folder, 'cache');
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  /** What a process prints that loads the file, and keeps what it compiles. */
  const answer = (words: string) => {
    writeFileSync(join(folder, 'quick-sqlite.cjs'), `exports.quick = () => '${words}';`);
    const module = pathToFileURL(join(root, 'scripts/quick-file.ts')).href;
    const script = `
      const { loadQuick } = await import('${module}');
      console.log(loadQuick({ folder: '${folder}', cache: '${cache}' }, 'sqlite')());`;
    const args = ['--import=tsx', '--input-type=module', '--eval', script];
    return spawnSync(process.execPath, args, { encoding: 'utf8', cwd: root }).stdout.trim();
  };
  const kept = () => readdirSync(cache).filter((name) => name.startsWith('quick-sqlite.cjs-'));

  it('Another build of the same length replaces what the former one left', () => {
    expect(answer('one')).to.equal('one');
    const [first] = kept();
    expect(answer('one')).to.equal('one');
    expect(kept()).to.deep.equal([first]);
    expect(answer('two')).to.equal('two');
    expect(kept()).to.have.length(1).and.not.to.include(first);
  });

  it('A part of a file and a file of other bytes are not used, and are replaced', () => {
    answer('one');
    const file = join(cache, kept()[0] ?? '');
    const bytes = readFileSync(file);
    for (const spoilt of [
      bytes.subarray(0, 100),
      Buffer.concat([bytes.subarray(0, 40), Buffer.alloc(200)]),
    ]) {
      writeFileSync(file, spoilt);
      expect(answer('one')).to.equal('one');
      expect(readFileSync(file).length).to.be.greaterThan(spoilt.length);
    }
  });

  it('Where nothing can be kept, the file runs all the same', () => {
    writeFileSync(cache, 'a file, not a folder');
    expect(answer('one')).to.equal('one');
  });
});

describe('Compiled code', () => {
  it('Compiled code is kept beside the packages, where Node can do that', () => {
    const folder = mkdtempSync(join(tmpdir(), 'orchestrator-db-quick-'));
    const file = join(folder, 'node_modules/orchestrator-db/dist/scripts/orchestrator-db.js');
    keepCompiled(file);
    const canKeep = Number(process.versions.node.split('.')[0]) >= 22;
    expect(readdirSync(folder)).to.deep.equal(canKeep ? ['node_modules'] : []);
  });
});
