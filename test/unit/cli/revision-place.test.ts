import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { expect } from 'chai';
import type { DataSource } from 'typeorm';
import { revisionPlace, type PlaceOptions } from '../../../src/cli/revision-place.js';
import { UsageError } from '../../../src/errors/base.js';
import { thrownBy } from '../support/thrown-by.js';

/** What a project contains, how its DataSource finds its migrations, and where a new one goes. */
interface Found {
  readonly title: string;
  readonly files: readonly string[];
  readonly migrations: readonly unknown[];
  /** Of the file of the DataSource. */
  readonly file?: string;
  readonly folder: string;
  readonly form: readonly [extension: string, syntax: string];
  readonly isFound?: boolean;
}

const TYPESCRIPT = ['typescript'] as const;
class Listed {}

const FOUND: readonly Found[] = [
  {
    title: 'beside the files that one glob finds',
    files: ['app/db/changes/1700000000000-Initial.ts'],
    migrations: ['app/db/changes/*{.ts,.js}'],
    folder: 'app/db/changes',
    form: ['ts', ...TYPESCRIPT],
  },
  {
    title: 'in a folder that is not there yet, beside others',
    files: ['src/user.ts'],
    migrations: ['src/migrations/**/*.ts'],
    folder: 'src/migrations',
    form: ['ts', ...TYPESCRIPT],
  },
  {
    title: 'in the folder of the sources of compiled files',
    files: ['tsconfig.json', 'dist/migrations/1700000000000-A.js', 'src/migrations/1700000000000-A.ts'],
    migrations: ['dist/migrations/*.js'],
    file: 'dist/data-source.js',
    folder: 'src/migrations',
    form: ['ts', ...TYPESCRIPT],
  },
  {
    title: 'in the folder of the sources where the output repeats src',
    files: ['tsconfig.json', 'dist/src/db/1700000000000-A.js', 'src/db/1700000000000-A.ts'],
    migrations: ['dist/src/db/*.js'],
    folder: 'src/db',
    form: ['ts', ...TYPESCRIPT],
  },
  {
    title: 'in the folder of the sources where a build writes a package.json into the output of a workspace',
    files: ['apps/api/tsconfig.json', 'apps/api/src/main.ts', 'dist/apps/api/package.json'],
    migrations: ['dist/apps/api/src/migrations/*.{ts,js}'],
    file: 'dist/apps/api/src/data-source.js',
    folder: 'apps/api/src/migrations',
    form: ['ts', ...TYPESCRIPT],
  },
  {
    title: 'in the one folder that both globs mean',
    files: ['tsconfig.json', 'src/migrations/1700000000000-A.ts', 'dist/migrations/1700000000000-A.js'],
    migrations: ['{src,dist}/migrations/*.{ts,js}'],
    folder: 'src/migrations',
    form: ['ts', ...TYPESCRIPT],
  },
  {
    title: 'in JavaScript where the files are CommonJS',
    files: ['migrations/1700000000000-A.js', 'migrations/1700000000000-A.d.ts'],
    migrations: ['migrations/*.js'],
    file: 'data-source.js',
    folder: 'migrations',
    form: ['js', 'commonjs'],
  },
  {
    title: 'as an ES module where the newest file is one',
    files: ['migrations/1700000000000-A.cjs', 'migrations/1700000000001-B.mjs'],
    migrations: ['migrations/*'],
    file: 'data-source.js',
    folder: 'migrations',
    form: ['mjs', 'module'],
  },
  {
    title: 'in src/migrations where the DataSource lists classes',
    files: ['src/migrations/index.ts'],
    migrations: [Listed],
    folder: 'src/migrations',
    form: ['ts', ...TYPESCRIPT],
    isFound: false,
  },
];

const REFUSED: readonly (readonly [
  title: string,
  files: readonly string[],
  migrations: readonly unknown[],
  words: string,
])[] = [
  [
    'no glob and no src/migrations',
    ['app/migrations/1700000000000-A.ts'],
    [Listed],
    'The folder of the migrations is unknown: the DataSource lists them as classes, or has none. Pass the folder for the new file, for example --dir src/migrations.',
  ],
  [
    'globs of several folders',
    ['a/migrations/1700000000000-A.ts', 'b/migrations/1700000000001-B.ts'],
    ['a/migrations/*.ts', 'b/migrations/*.ts'],
    'The DataSource has migrations in several folders: a/migrations, b/migrations. Pass the one for the new file with --dir.',
  ],
  [
    'compiled files without known sources',
    ['tsconfig.json', 'dist/x/migrations/1700000000000-A.js'],
    ['dist/x/migrations/*.js'],
    'dist/x/migrations: the DataSource finds compiled migrations there, and the folder of their sources is unknown. Pass it with --dir.',
  ],
  [
    'a file in the place of the folder',
    ['src/migrations'],
    ['src/migrations/*.ts'],
    'src/migrations is a file, not a folder. Pass the folder of the migrations, for example --dir src',
  ],
  [
    'a folder around which nothing is',
    [],
    ['src/migrations/*.ts'],
    'The folder src/migrations does not exist. Run the command in the folder that contains the sources of the project.',
  ],
];

describe('The place of a new revision', () => {
  const before = process.cwd();
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'orchestrator-db-place-'));
    writeFileSync(join(home, 'package.json'), '{}');
    process.chdir(home);
  });
  afterEach(() => {
    process.chdir(before);
    rmSync(home, { recursive: true });
  });

  const write = (files: readonly string[]) => {
    for (const file of files) {
      mkdirSync(dirname(join(home, file)), { recursive: true });
      writeFileSync(join(home, file), '{}');
    }
  };
  const place = (migrations: readonly unknown[], options: Partial<PlaceOptions> = {}, name = 'AddPool') =>
    revisionPlace(
      name,
      { format: 'revision', dataSource: 'data-source.ts', ...options },
      { dataSource: { options: { migrations } } as unknown as DataSource, env: {} },
    );

  for (const { title, files, migrations, file = 'data-source.ts', folder, form, isFound = true } of FOUND)
    it(`The place of a new revision is ${title}`, () => {
      write(files);
      const found = place(migrations, { dataSource: file });
      expect(found).to.deep.include({ folder, isFound });
      expect([found.form.extension, found.form.syntax]).to.deep.equal(form);
    });

  it('The place of a new revision is found by a glob with a full path', () => {
    write(['db/1700000000000-A.ts']);
    expect(place([`${home}/db/*{.ts,.js}`])).to.include({ folder: 'db', isFound: true });
  });

  for (const [title, files, migrations, words] of REFUSED)
    it(`The place of a new revision is refused for ${title}`, () => {
      write(files);
      expect(thrownBy(UsageError, () => place(migrations)).message).to.equal(words);
    });

  it('The place of a new revision is the one that is named', () => {
    write(['a/1700000000000-A.ts', 'b/1700000000000-A.js']);
    expect(place(['a/*.ts'], { dir: 'b' })).to.deep.include({
      folder: 'b',
      form: { format: 'revision', extension: 'js', syntax: 'commonjs' },
      isFound: false,
    });
    expect(place(['a/*.ts'], {}, 'b/AddPool')).to.include({ folder: 'b' });
    expect(relative('', place(['a/*.ts'], { dir: join(home, 'b') }).folder)).to.equal('b');
  });

  it('A folder whose name is misspelt is refused with the name of the one that is there', () => {
    write(['db/migrations/1700000000000-A.ts']);
    const misspelt = () => place([], { dir: 'db/migratons' });
    expect(thrownBy(UsageError, misspelt).message).to.equal(
      'The folder db/migratons does not exist. Did you mean db/migrations?',
    );
    const file = () => place([], { dir: 'db/migrations/1700000000000-A.ts' });
    expect(thrownBy(UsageError, file).message).to.equal(
      'db/migrations/1700000000000-A.ts is a file, not a folder. Pass the folder of the migrations, for example --dir db/migrations',
    );
  });

  it('The place of a new revision is refused where it is named twice, or does not exist', () => {
    write(['a/1700000000000-A.ts']);
    const twice = () => place(['a/*.ts'], { dir: 'b' }, 'a/AddPool');
    expect(thrownBy(UsageError, twice).message).to.equal(
      'The folder is specified twice: a before the name, and --dir b.',
    );
    expect(thrownBy(UsageError, () => place(['a/*.ts'], { dir: 'b' })).message).to.equal(
      'The folder b does not exist. Run the command in the folder that contains the sources of the project.',
    );
  });
});
