import { expect } from 'chai';
import { mkdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { eachDatabase } from '../support/databases.js';
import { indexSource } from '../../src/generate/write/revision-index.js';
import { generateProject, withoutStamps, type GenerateProject } from '../support/generate-here.js';
import { problemsOf } from '../support/json-schemas.js';
import { petEntities } from '../support/pet-entities.js';

const AGE = { name: 'age', type: 'integer', default: 3 } as const;
const WIDE = { name: 'note', type: 'varchar', length: 900, nullable: true } as const;
const ADD_AGE = 'ALTER TABLE "pets" ADD COLUMN "age" integer NOT NULL DEFAULT 3';
const DROP_AGE = 'ALTER TABLE "pets" DROP COLUMN "age"';

/** A class in TypeORM's own style, with its name in a property too. */
function plainClass(id: string, up: readonly string[], down: readonly string[]): string {
  const lines = (statements: readonly string[]) =>
    statements.map((sql) => `    await queryRunner.query(\`${sql}\`);\n`).join('');
  return (
    `import type { MigrationInterface, QueryRunner } from 'typeorm';\n\n` +
    `export class ${id} implements MigrationInterface {\n  name = '${id}';\n\n` +
    `  async up(queryRunner: QueryRunner): Promise<void> {\n${lines(up)}  }\n\n` +
    `  async down(queryRunner: QueryRunner): Promise<void> {\n${lines(down)}  }\n}\n`
  );
}

/** What both branches together declare. */
const merged = () => petEntities({ extra: AGE, note: WIDE });

eachDatabase('rebase', function (database) {
  let project: GenerateProject;
  let env: { readonly DATABASE_URL: string };
  /** Two branches: the database has the newer one alone. */
  beforeEach(async () => {
    env = { DATABASE_URL: database().url };
    await database().connect({ entities: [] });
    project = await generateProject();
    await project.succeed(petEntities(), 'Initial');
    const start = await project.files();
    await project.succeed(petEntities({ extra: AGE }), 'AddAge');
    const [file = '', text = ''] =
      Object.entries(await project.files()).find(([name]) => name.includes('AddAge')) ?? [];
    const write = (name: string, content: string) => writeFile(join(project.folder, name), content);
    await rm(join(project.folder, file));
    for (const [name, content] of Object.entries(start)) await write(name, content);
    await project.succeed(petEntities({ note: WIDE }), 'WidenNote', '--allow-rewrite');
    await write(file, text);
    const names = Object.keys(await project.files()).filter((name) => /^\d/.test(name));
    await write('index.ts', indexSource(names, { extension: '.js', isConst: true }));
    await write('snapshot.json', '<<<<<<< HEAD\n');
    const { code, stderr } = await command(['up'], 'AddAge');
    expect(code, stderr).to.equal(0);
  });
  afterEach(() => project.remove());
  const command = (args: readonly string[], without?: string) =>
    project.command(merged(), args, { env, ...(without === undefined ? {} : { without }) });
  const rebase = (name: string, ...more: readonly string[]) =>
    command(['rebase', join(project.folder, name), ...more]);
  /** The older branch wrote a class of TypeORM. */
  const rewrite = async (up: readonly string[], down: readonly string[]) => {
    const [file = '', text = ''] =
      Object.entries(await project.files()).find(([name]) => name.includes('AddAge')) ?? [];
    const id = /class (\w+)/.exec(text)?.[1] ?? '';
    await writeFile(join(project.folder, file), plainClass(id, up, down));
  };

  it('rebase gives a revision a stamp after all others, and up then applies it', async () => {
    expect((await command(['up'])).code).to.equal(1);
    const before = await project.files();
    const { code, stdout, stderr } = await rebase('AddAge');
    expect({ code, stderr }).to.deep.equal({
      code: 0,
      stderr:
        'note: a database that has applied the revision under its former name reports that name as missing\n',
    });
    expect(withoutStamps(stdout.replaceAll(`${project.folder}/`, ''))).to.equal(
      'Moved one revision to the end of the history, proved in its new place on scratch databases:\n' +
        '  AddAgeSTAMP -> STAMP-AddAge.ts\nUpdated index.ts.\n',
    );
    const after = await project.files();
    const names = Object.keys(after).map(withoutStamps);
    expect(names).to.deep.equal([
      'STAMP-Initial.ts',
      'STAMP-WidenNote.ts',
      'STAMP-AddAge.ts',
      'index.ts',
      'snapshot.json',
    ]);
    const ids = (await project.revisions()).map(({ name }) => name);
    expect(ids.map(withoutStamps)).to.deep.equal(['InitialSTAMP', 'WidenNoteSTAMP', 'AddAgeSTAMP']);
    expect(JSON.parse(after['snapshot.json'] ?? '')).to.have.property('head', ids.at(-1));
    const [old, moved] = [before, after].map(
      (files) => Object.entries(files).find(([name]) => name.endsWith('-AddAge.ts'))?.[1] ?? '',
    );
    expect(withoutStamps(moved ?? '')).to.equal(withoutStamps(old ?? ''));
    expect(await command(['up'])).to.include({ code: 0 });
    expect((await command(['check'])).code).to.equal(0);
    expect(await project.generate(merged(), ['--check'])).to.include({ code: 0 });
    expect((await command(['down', 'base'])).code).to.equal(0);
  });

  it('rebase moves a class of TypeORM, runs it in its new place, and says what is not proved', async () => {
    await rewrite([ADD_AGE], [DROP_AGE]);
    const { code, stdout, stderr } = await rebase('AddAge');
    expect({ code, stderr: withoutStamps(stderr) }).to.deep.equal({
      code: 0,
      stderr:
        'note: AddAgeSTAMP: a class of TypeORM; what it does to rows is not proved. Read it\n' +
        'note: a database that has applied the revision under its former name reports that name as missing\n',
    });
    expect(withoutStamps(stdout.replaceAll(`${project.folder}/`, ''))).to.equal(
      'Moved one revision to the end of the history, proved in its new place on scratch databases:\n' +
        '  AddAgeSTAMP -> STAMP-AddAge.ts\nUpdated index.ts.\n',
    );
    const ids = (await project.revisions()).map(({ name }) => name);
    expect(ids.map(withoutStamps)).to.deep.equal(['InitialSTAMP', 'WidenNoteSTAMP', 'AddAgeSTAMP']);
    expect(JSON.parse((await project.files())['snapshot.json'] ?? '')).to.have.property('head', ids.at(-1));
    expect(await command(['up'])).to.include({ code: 0 });
    expect((await command(['check'])).code).to.equal(0);
    expect((await command(['down', 'base'])).code).to.equal(0);
  });

  it('rebase moves a class of TypeORM whose way down never worked, and says so', async () => {
    await rewrite([ADD_AGE], []);
    const { code, stderr } = await rebase('AddAge');
    expect(code, stderr).to.equal(0);
    expect(stderr).to.contain(
      'note: PostgreSQL: the way down is not proved, since it fails in its former place too\n',
    );
    expect(await command(['up'])).to.include({ code: 0 });
  });

  it('rebase refuses a class of TypeORM that does not run in its new place', async () => {
    await rewrite([ADD_AGE, `INSERT INTO "pets_of_nobody" VALUES (1)`], [DROP_AGE]);
    const before = await project.files();
    const { code, stderr } = await rebase('AddAge');
    expect(code).to.equal(3);
    expect(withoutStamps(stderr)).to.match(
      /^error: AddAgeSTAMP: the revisions do not run in the new order .*pets_of_nobody.* Nothing was changed\.\n$/,
    );
    expect(await project.files()).to.deep.equal(before);
  });

  it('rebase --json prints one document, and nothing is left to do afterwards', async () => {
    const { code, stdout } = await rebase('AddAge', '--json');
    expect(code).to.equal(0);
    const document = JSON.parse(stdout) as { readonly files: readonly string[] };
    expect(problemsOf('rebase', document)).to.deep.equal([]);
    expect(document.files).to.have.length(1);
    const again = await rebase('AddAge');
    expect({ ...again, stdout: withoutStamps(again.stdout) }).to.deep.equal({
      code: 0,
      stdout: 'Nothing to do: AddAgeSTAMP is the newest revision already.\n',
      stderr: '',
    });
  });

  it('rebase refuses a revision that the database records', async () => {
    const before = await project.files();
    const { code, stderr } = await rebase('Initial');
    expect({ code, stderr: withoutStamps(stderr) }).to.deep.equal({
      code: 3,
      stderr:
        'error: InitialSTAMP: the database records it as applied. Revert it there with down first, or keep its stamp. Nothing was changed.\n',
    });
    expect(await project.files()).to.deep.equal(before);
  });
});

describe('rebase, before anything is applied', function () {
  this.timeout(120_000);
  let project: GenerateProject;
  let env: { readonly DATABASE_URL: string };
  beforeEach(async () => {
    project = await generateProject();
    const file = join(dirname(project.folder), 'pets.db');
    await writeFile(file, '');
    env = { DATABASE_URL: `sqlite:${file}` };
    await project.succeed(petEntities(), 'Initial');
    await project.succeed(petEntities({ extra: AGE }), 'AddAge');
  });
  afterEach(() => project.remove());
  const command = (args: readonly string[]) => project.command(petEntities({ extra: AGE }), args, { env });
  const rebase = (name: string) => command(['rebase', join(project.folder, name)]);
  const fileOf = async (name: string) =>
    join(project.folder, Object.keys(await project.files()).find((file) => file.includes(name)) ?? '');
  const refusal = async (name: string) => {
    const before = await project.files();
    const { code, stderr } = await rebase(name);
    expect(await project.files()).to.deep.equal(before);
    return { code, words: withoutStamps(stderr.replaceAll(`${project.folder}/`, '')) };
  };

  it('rebase refuses a revision that the later ones require, and changes no file', async () => {
    const { code, words } = await refusal('Initial');
    expect(code).to.equal(3);
    expect(words).to.match(
      /^error: InitialSTAMP: the revisions do not run in the new order \(PostgreSQL\): .*AddAgeSTAMP: up failed.*pets.*\. Nothing was changed\.\n$/,
    );
  });

  it('rebase refuses a class of TypeORM whose way down works in its former place alone', async () => {
    await project.succeed(petEntities({ extra: AGE, note: null }), 'Later', '--drop', 'pets.note');
    const file = await fileOf('-AddAge');
    const id = /class (\w+)/.exec(await readFile(file, 'utf8'))?.[1] ?? '';
    await writeFile(file, plainClass(id, [ADD_AGE], [DROP_AGE, `UPDATE "pets" SET "note" = 'x'`]));
    const { code, words } = await refusal('AddAge');
    expect(code).to.equal(3);
    expect(words).to.match(
      /^error: AddAgeSTAMP: down does not give back the former schema \(PostgreSQL\): .*note.*\. Nothing was changed\.\n$/,
    );
  });

  it('rebase refuses an order in which the schema differs, where the entities match neither', async () => {
    await project.succeed(petEntities({ extra: AGE, note: null }), 'Later', '--drop', 'pets.note');
    for (const [name, column] of [
      ['-AddAge', 'note'],
      ['-Later', 'id'],
    ] as const) {
      const file = await fileOf(name);
      const id = /class (\w+)/.exec(await readFile(file, 'utf8'))?.[1] ?? '';
      await writeFile(
        file,
        plainClass(id, [`CREATE INDEX IF NOT EXISTS "ix_pets" ON "pets" ("${column}")`], []),
      );
    }
    const { code, words } = await refusal('AddAge');
    expect(code).to.equal(3);
    expect(words).to.match(
      /^error: AddAgeSTAMP: in the new order the schema differs \(PostgreSQL\): .*ix_pets.* Nothing was changed\.\n$/,
    );
  });

  it('rebase refuses a revision whose file is elsewhere, and one that does not exist', async () => {
    await project.succeed(petEntities({ extra: AGE, note: null }), 'Later', '--drop', 'pets.note');
    const elsewhere = await command(['rebase', join(dirname(project.folder), 'AddAge')]);
    expect(elsewhere.code).to.equal(3);
    expect(elsewhere.stderr).to.match(
      /: no file in .* contains it\. Put its folder before the name\. Nothing/,
    );
    expect(await rebase('Nowhere')).to.include({ code: 64 });
  });

  it('rebase leaves every file as it was where one of them cannot be written', async () => {
    await project.succeed(petEntities({ extra: AGE, note: null }), 'Later', '--drop', 'pets.note');
    const before = await project.files();
    const later = petEntities({ extra: AGE, note: null });
    const args = ['rebase', join(project.folder, 'AddAge')];
    // A folder in the place of the file that is written beside the snapshot.
    const obstacle = join(project.folder, 'snapshot.json.next');
    await mkdir(obstacle);
    const { code, stderr } = await project.command(later, args, { env });
    await rmdir(obstacle);
    expect(code).to.equal(1);
    expect(stderr).to.match(
      /EISDIR.*Nothing was changed\. Remove the folder .*\. Then run the command again\.\n$/,
    );
    expect(await project.files()).to.deep.equal(before);
    expect(await project.command(later, args, { env })).to.include({ code: 0 });
  });
});
