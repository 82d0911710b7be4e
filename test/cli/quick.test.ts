import { expect } from 'chai';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { keepCompiled } from '../../scripts/compile-cache.js';
import { isQuickCall } from '../../scripts/quick-call.js';
import { eachDatabase } from '../support/databases.js';
import { modulesOf } from '../support/loaded-modules.js';

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
    .filter((url) => url.startsWith('file:') && !url.includes('/node_modules/'))
    .map((url) => basename(url));

eachDatabase('The file of the commands that a manifest is enough for', (database) => {
  for (const call of ['up', 'down --plan', 'status', 'history'])
    it(`Two files of this package are loaded by ${call}`, async () => {
      await database().connectAtHead();
      const modules = await modulesOf(call.split(' '), { DATABASE_URL: database().url });
      expect(ours(modules)).to.deep.equal(['orchestrator-db.js', 'quick.js']);
    });

  it('Another command does not load it', async () => {
    await database().connectAtHead();
    const modules = await modulesOf(['check'], { DATABASE_URL: database().url });
    expect(ours(modules)).to.include('main.js').and.not.to.include('quick.js');
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
