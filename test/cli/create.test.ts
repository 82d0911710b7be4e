import { expect } from 'chai';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import { migrateDown, migrateUp } from '../../src/migrator/migrate.js';
import type { Revision } from '../../src/migrator/revision.js';
import { readStatus } from '../../src/migrator/status.js';
import { actAsThisPackage } from '../support/acting.js';
import { rowsOf, tablesOf } from '../support/cli-database.js';
import { eachDatabase } from '../support/databases.js';
import { documentOf, NOWHERE, runCommandHere } from '../support/run-shelves.js';
import { root, runScript, type ProcessResult } from '../support/run-script.js';

const EMPTY_INDEX = 'export const migrations = [\n] as const;\n';

/** A folder for the sources of a project, with no revision yet. */
async function newProject(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-create-'));
  await mkdir(join(folder, 'src', 'migrations'), { recursive: true });
  await writeFile(join(folder, 'src', 'migrations', 'index.ts'), EMPTY_INDEX);
  actAsThisPackage(folder);
  await installThisPackage(folder);
  return folder;
}

/** Its sources stand for the package, which is not built here. */
async function installThisPackage(folder: string): Promise<void> {
  const home = join(folder, 'node_modules', 'orchestrator-db');
  await mkdir(home, { recursive: true });
  await writeFile(join(home, 'package.json'), '{"type":"module","exports":"./index.js"}');
  await writeFile(
    join(home, 'index.js'),
    `export * from '${pathToFileURL(join(root, 'src/index.ts')).href}';\n`,
  );
}

/** In a process of its own, called in that folder. */
function createIn(cwd: string, ...args: readonly string[]): Promise<ProcessResult> {
  return runScript('orchestrator-db', ['create', ...args], { cwd });
}

function create(...args: readonly string[]): Promise<ProcessResult> {
  return runCommandHere({ entities: [], migrations: [] }, NOWHERE, ['create', ...args]);
}

/** What the compiler has against files, with the options of this project. */
function complaintsAbout(files: readonly string[]): readonly string[] {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path)) as {
    readonly config: object;
  };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const typeRoots = [join(root, 'node_modules', '@types')];
  const paths = { 'orchestrator-db': [join(root, 'src', 'index.ts')] };
  const program = ts.createProgram(files, { ...options, noEmit: true, rootDir: '/', typeRoots, paths });
  return files
    .flatMap((file) => program.getSemanticDiagnostics(program.getSourceFile(file)))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

describe('The command create', () => {
  let folder: string;
  beforeEach(async () => (folder = await newProject()));
  afterEach(() => rm(folder, { recursive: true }));
  const migrationsIn = () => join(folder, 'src', 'migrations');

  it('create writes a class that compiles and lists it, and orders the next revision after it', async () => {
    const first = await createIn(folder, 'SeedPool');
    const [, stamp = ''] = /src\/migrations\/(\d{13})-SeedPool\.ts/.exec(first.stdout) ?? [];
    expect(first).to.deep.equal({
      code: 0,
      stdout: `Wrote src/migrations/${stamp}-SeedPool.ts and added it to src/migrations/index.ts. Fill in its statements.\n`,
      stderr: '',
    });
    const second = await createIn(folder, 'GrowPool', '--json');
    const { file } = JSON.parse(second.stdout) as { readonly file: string };
    const [, next = ''] = /^src\/migrations\/(\d{13})-GrowPool\.ts$/.exec(file) ?? [];
    expect(Number(next)).to.be.above(Number(stamp));

    const index = await readFile(join(migrationsIn(), 'index.ts'), 'utf8');
    const imports = `import { SeedPool${stamp} } from './${stamp}-SeedPool.js';\nimport { GrowPool${next} } from './${next}-GrowPool.js';\n`;
    expect(index.startsWith(imports)).to.equal(true);
    expect(index).to.contain(`[\n  SeedPool${stamp},\n  GrowPool${next},\n] as const;`);
    expect(complaintsAbout([join(migrationsIn(), 'index.ts'), join(folder, file)])).to.deep.equal([]);
  });

  it('create writes into the specified folder', async () => {
    const { code } = await create(join(migrationsIn(), 'SeedPool'));
    expect(code).to.equal(0);
    expect((await readdir(migrationsIn())).filter((file) => file.endsWith('-SeedPool.ts'))).to.have.length(1);
  });

  for (const name of ['A', `Add${'Rows'.repeat(25)}`.slice(0, 100)])
    it(`create accepts a name of ${name.length} letters`, async () => {
      expect(await create(join(migrationsIn(), name))).to.include({ code: 0, stderr: '' });
      expect((await readdir(migrationsIn())).filter((file) => file.endsWith(`-${name}.ts`))).to.have.length(
        1,
      );
    });

  const WRONG: readonly (readonly [args: readonly string[], words: string])[] = [
    [
      ['seedPool'],
      '"seedPool": a revision name starts with an uppercase letter. Example: npm run -s db -- create AddColumn',
    ],
    [
      [`Add${'Rows'.repeat(25)}`.slice(0, 101)],
      '"AddRowsRowsRowsRowsR...": a revision name has at most 100 characters; this one has 101. Example: npm run -s db -- create AddColumn',
    ],
    [
      ['nowhere/SeedPool'],
      'The folder nowhere does not exist. Run the command in the folder that contains the sources of the project.',
    ],
    [[], "missing required argument 'name'"],
  ];
  for (const [args, words] of WRONG)
    it(`create exits with 64 and writes nothing for the arguments ${args.join(' ')}`, async () => {
      expect(await create(...args)).to.deep.equal({
        code: 64,
        stdout: '',
        stderr: `error: ${words}\n`,
      });
      expect(await readdir(migrationsIn())).to.deep.equal(['index.ts']);
    });
});

eachDatabase('A revision from create', (database) => {
  let folder: string;
  beforeEach(async () => (folder = await newProject()));
  afterEach(() => rm(folder, { recursive: true }));

  const connectTo = async (edit: (source: string) => string) => {
    const { stdout } = await create(join(folder, 'src', 'migrations', 'SeedPool'), '--json');
    const { file } = documentOf({ stdout }) as { readonly file: string };
    await writeFile(file, edit(await readFile(file, 'utf8')));
    const index = pathToFileURL(join(folder, 'src', 'migrations', 'index.ts')).href;
    const { migrations } = (await import(index)) as { readonly migrations: readonly (new () => Revision)[] };
    return database().connect({ entities: [], migrations });
  };

  it('An empty revision from create runs, and status shows its description', async () => {
    const dataSource = await connectTo((source) => source);
    await migrateUp(dataSource);
    const { applied } = await readStatus(dataSource);
    expect(applied).to.have.length(1);
    expect(applied[0]?.id).to.match(/^SeedPool\d{13}$/);
    expect(applied[0]).to.deep.include({
      verification: 'verified',
      description: 'Describe in one sentence what this revision does.',
    });
    await migrateDown(dataSource);
    expect((await readStatus(dataSource)).applied).to.deep.equal([]);
  });

  it('A revision from create runs the added statements up and down', async () => {
    const dataSource = await connectTo((source) =>
      source
        .replaceAll('up: []', 'up: [`CREATE TABLE "pool" ("id" integer)`, `INSERT INTO "pool" VALUES (5)`]')
        .replaceAll('down: []', 'down: [`DROP TABLE "pool"`]'),
    );
    await migrateUp(dataSource);
    expect(await rowsOf(database(), 'SELECT * FROM "pool"')).to.deep.equal([{ id: 5 }]);
    await migrateDown(dataSource);
    expect(await tablesOf(database())).to.not.include('pool');
  });
});
