import { expect } from 'chai';
import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { recordTables } from '../../src/databases/records/tables.js';
import { databaseNamed } from '../../src/databases/registry.js';
import { migrations } from '../../src/migrations/index.js';
import type { Manifest } from '../../src/migrator/manifest/manifest.js';
import { checksum } from '../../src/migrator/revision.js';
import { entityTablesOf } from '../../src/migrator/state.js';
import { toolVersion } from '../../src/package-version.js';
import { CHAIN } from '../support/chain.js';
import { eachDatabase, onDatabase } from '../support/databases.js';
import { manifestCopy, type ManifestCopy } from '../support/manifest-copy.js';
import type { ProcessResult } from '../support/run-script.js';

const IDS = migrations.map(({ name }) => name);

interface Answer {
  readonly pending: readonly string[];
  readonly revisionsFrom: string;
  readonly manifestUnused?: string;
}

function answerOf({ stdout }: ProcessResult): Answer {
  return JSON.parse(stdout) as Answer;
}

/** What is wrong, how it is made, and what is reported. */
type Fault = readonly [title: string, damage: (copy: ManifestCopy) => void, reason: RegExp];

function edited(file: string, from: string, to: string): void {
  const text = readFileSync(file, 'utf8');
  expect(text).to.include(from);
  writeFileSync(file, text.replace(from, to));
}

const FAULTS: readonly Fault[] = [
  [
    'ends in the middle',
    ({ manifest }) => writeFileSync(manifest, readFileSync(manifest, 'utf8').slice(0, 9000)),
    /revisions\.json cannot be used: it is not complete\.$/,
  ],
  [
    'is empty JSON',
    ({ manifest }) => writeFileSync(manifest, 'null'),
    /revisions\.json cannot be used: it is not complete\.$/,
  ],
  [
    'was edited by hand',
    ({ manifest }) => edited(manifest, 'CREATE TABLE \\"users\\"', 'CREATE TABLE \\"others\\"'),
    /revisions\.json cannot be used: it was edited after it was written\.$/,
  ],
  [
    'has another format',
    ({ rewrite }) => rewrite({ format: 2 } as unknown as Partial<Manifest>),
    /revisions\.json cannot be used: its format is 2, and this version reads 1\.$/,
  ],
  [
    'is of another version',
    ({ rewrite }) => rewrite({ writtenBy: '0.0.9' }),
    new RegExp(
      `cannot be used: orchestrator-db "0\\.0\\.9" has written it, and this is ${toolVersion()}\\.$`,
    ),
  ],
  [
    'is that of another DataSource',
    ({ rewrite }) => rewrite({ dataSource: 'other.js' }),
    /cannot be used: it is that of other\.js, and the DataSource is in ormconfig\.js\.$/,
  ],
  [
    'is of another branch',
    ({ rewrite }) =>
      rewrite(({ revisions, files }) => ({
        revisions: revisions.slice(0, 2),
        files: { ...files, 'ormconfig.js': checksum(['of another branch']) },
      })),
    /revisions\.json is older than .*ormconfig\.js\.$/,
  ],
  [
    'is older than a revision',
    ({ folder }) => appendFileSync(join(folder, 'dist/src/migrations/index.js'), '\n// later\n'),
    /revisions\.json is older than .*migrations.index\.js\.$/,
  ],
  [
    'lacks a revision whose file was removed',
    ({ folder, rewrite }) => {
      writeFileSync(join(folder, 'dist/src/migrations/notes.txt'), '');
      rewrite({});
    },
    /revisions\.json is older than .*migrations\.$/,
  ],
];

onDatabase('sqlite', 'A manifest that does not fit', (database) => {
  for (const [title, damage, reason] of FAULTS)
    it(`The DataSource answers in the place of a manifest that ${title}`, async () => {
      const copy = manifestCopy();
      await copy.run(['up', '+1'], database().url);
      damage(copy);
      const result = await copy.run(['status', '--json'], database().url);
      const { pending, revisionsFrom, manifestUnused } = answerOf(result);
      expect({ code: result.code, pending, revisionsFrom }).to.deep.equal({
        ...{ code: 0, pending: IDS.slice(1), revisionsFrom: 'data-source' },
      });
      expect(manifestUnused).to.match(reason);
      expect(result.stderr).to.equal(
        `note: The revisions come from the DataSource, which takes longer: ${manifestUnused ?? ''} Build it again.\n`,
      );
    });

  it('The DataSource answers without a note where there is no manifest', async () => {
    const copy = manifestCopy();
    await copy.run(['up', '+1'], database().url);
    rmSync(copy.manifest);
    const result = await copy.run(['status', '--json'], database().url);
    expect(answerOf(result)).to.deep.include({ pending: IDS.slice(1), revisionsFrom: 'data-source' });
    expect(answerOf(result).manifestUnused).to.match(/revisions\.json does not exist\.$/);
    expect(result.stderr).to.equal('');
  });

  it('A file that is not in the list of revisions is refused although there is a manifest', async () => {
    const copy = manifestCopy();
    writeFileSync(join(copy.folder, 'dist/src/migrations/1800000000999-Forgotten.js'), '');
    const { code, stderr } = await copy.run(['up'], database().url);
    expect(code).to.equal(1);
    expect(stderr).to.match(/error: .*1800000000999-Forgotten\.js: not in the list of migrations/);
  });
});

describe('The manifest of a build', () => {
  it('The manifest of a build has what the classes declare', () => {
    const { manifest: file } = manifestCopy();
    const manifest = JSON.parse(readFileSync(file, 'utf8')) as Manifest;
    expect(manifest.revisions.map(({ id }) => id)).to.deep.equal(IDS);
    for (const [index, Migration] of migrations.entries()) {
      const made = new Migration();
      for (const dialect of ['postgres', 'sqlite'] as const) {
        const { up, down } = made[dialect];
        expect(manifest.revisions[index]?.statements[dialect]).to.deep.equal({
          ...{ up, down, checksums: { up: checksum(up), down: checksum(down) } },
        });
      }
    }
  });
});

/** Times, durations and what differs by the road are left out. */
function comparable({ code, stdout, stderr }: ProcessResult, { folder }: ManifestCopy): unknown {
  const plain = (text: string) =>
    text
      .replaceAll(folder, '<folder>')
      .replace(/,"revisionsFrom".*(?=\})/, '')
      .replace(/in \d+ ms/g, 'in <time>')
      .replace(/\d+ s ago/g, '<ago>');
  return { code, stdout: plain(stdout), stderr: plain(stderr) };
}

const READS: readonly (readonly string[])[] = [
  ['status'],
  ['status', '--json'],
  ['history'],
  ['history', '--json', '--limit', '1'],
  ['up', '--plan'],
  ['up', '--plan', '--json'],
  ['down', 'base', '--plan', '--json'],
  ['up', '--sql'],
  ['up', '--sql', '--dialect', 'sqlite'],
  ['down', 'head..base', '--sql', '--dialect', 'postgres'],
  ['up', 'Nowhere'],
  ['down', '-99'],
  ['stamp', 'Nowhere'],
];

eachDatabase('A command with a manifest', function (database) {
  it('A command with a manifest answers as it does without', async function () {
    this.timeout(600_000);
    const [withIt, without] = [manifestCopy(), manifestCopy()];
    rmSync(without.manifest);
    const both = async (args: readonly string[]) => {
      const answers = await Promise.all([withIt, without].map((copy) => copy.run(args, database().url)));
      const [fast, slow] = answers as [ProcessResult, ProcessResult];
      expect(comparable(fast, withIt), args.join(' ')).to.deep.equal(comparable(slow, without));
    };
    const steps = [
      [withIt, ['up', '+1']],
      [without, ['up']],
      [withIt, ['down', '-1']],
      [without, ['stamp', IDS[0] ?? '']],
      [withIt, ['stamp', 'base']],
    ] as const;
    for (const args of [
      ['status', '--json'],
      ['up', '--plan'],
    ])
      await both(args);
    for (const [copy, args] of steps) {
      const { code, stderr } = await copy.run(args, database().url);
      expect({ args, code, stderr }).to.deep.equal({ args, code: 0, stderr: '' });
      for (const read of copy === withIt && args[0] === 'down' ? READS : [['status', '--json']])
        await both(read);
    }
    const { stdout } = await withIt.run(['status', '--json'], database().url);
    expect(answerOf({ code: 0, stdout, stderr: '' }).revisionsFrom).to.equal('manifest');
  });

  it('A connection that fails is reported alike with a manifest and without', async () => {
    const [withIt, without] = [manifestCopy(), manifestCopy()];
    rmSync(without.manifest);
    const url =
      database().dialect === 'sqlite'
        ? 'sqlite:///nowhere/x.db'
        : database().url.replace(/\/[^/]*$/, '/no_such_database');
    for (const args of [['status'], ['up', '--json'], ['down', 'base']]) {
      const [fast, slow] = [await withIt.run(args, url), await without.run(args, url)];
      expect(comparable(fast, withIt), args.join(' ')).to.deep.equal(comparable(slow, without));
      expect(fast.code).to.equal(1);
    }
  });

  it('The tables of a manifest are those that TypeORM means', async () => {
    const dataSource = await database().connectAtHead();
    const { manifest: file } = manifestCopy();
    const { databases } = JSON.parse(readFileSync(file, 'utf8')) as Manifest;
    const found = databases[database().dialect];
    const { schemas } = databaseNamed(database().dialect).capabilities;
    expect(found?.tables).to.deep.equal(JSON.parse(JSON.stringify(recordTables(dataSource, schemas))));
    const names = (tables: readonly { readonly path: string }[] = []) =>
      tables.map(({ path }) => path).sort();
    expect(names(found?.entityTables)).to.deep.equal(names(entityTablesOf(dataSource)));
  });
});

onDatabase('sqlite', 'The command build', (database) => {
  it('build writes the manifest again, and removes one that it would refuse', async () => {
    const copy = manifestCopy();
    const before = readFileSync(copy.manifest, 'utf8');
    rmSync(copy.manifest);
    expect(await copy.run(['build'], database().url)).to.deep.equal({
      ...{ code: 0, stdout: `wrote dist/revisions.json with ${IDS.length} revisions\n`, stderr: '' },
    });
    expect(readFileSync(copy.manifest, 'utf8')).to.equal(before);
    edited(join(copy.folder, 'dist/ormconfig.js'), 'import', 'const zone = process.env.ZONE;\nimport');
    const { code, stderr } = await copy.run(['build'], database().url);
    expect(code).to.equal(3);
    expect(stderr).to.match(
      /^error: No manifest was written: .*ormconfig\.js contains process\.env, so the DataSource may depend on more than the settings\. Commands on this DataSource work without one, over TypeORM\.\n$/,
    );
    expect(existsSync(copy.manifest)).to.equal(false);
  });

  it('build refuses sources in TypeScript', async () => {
    const copy = manifestCopy();
    const { code, stderr } = await copy.run(['build', '-d', 'src/data-source.ts'], database().url);
    expect(code).to.equal(64);
    expect(stderr).to.equal(
      'error: build reads compiled files, and src/data-source.ts is TypeScript. Compile it, and pass the compiled file with -d\n',
    );
  });

  it('build writes the manifest of another DataSource, which its commands use', async () => {
    const copy = manifestCopy();
    const file = join(copy.folder, 'dist/test/support/chain-data-source.js');
    const built = await copy.run(['build', '-d', file, '--json'], database().url);
    expect(JSON.parse(built.stdout)).to.deep.equal({
      ...{ file: 'dist/test/support/revisions.json', revisions: CHAIN.length },
    });
    await copy.run(['up', '-d', file], database().url);
    const answer = answerOf(await copy.run(['status', '-d', file, '--json'], database().url));
    expect(answer).to.deep.include({ pending: [], revisionsFrom: 'manifest' });
    const byHand = join(copy.folder, 'dist/test/support/noticing-data-source.js');
    expect((await copy.run(['build', '-d', byHand], database().url)).code).to.equal(3);
  });
});
