import { expect } from 'chai';
import { join } from 'node:path';
import { checkDrift } from '../../src/drift/check-drift.js';
import { eachDatabase } from '../support/databases.js';
import { generateProject, withoutStamps, type GenerateProject } from '../support/generate-here.js';
import { petEntities } from '../support/pet-entities.js';
import { documentOf } from '../support/run-shelves.js';

const NOTHING = 'No changes: the revisions already match the entities.\n';
const REMARK = { name: 'remark', type: 'text', nullable: true } as const;
const AGE = { name: 'age', type: 'integer' } as const;

/** What `generate --json` prints, as far as it is looked at here. */
interface WrittenDocument {
  readonly status: string;
  readonly files: readonly string[];
  readonly listed: boolean;
  readonly revisions: readonly { readonly id: string; readonly transaction: boolean }[];
  readonly warnings: readonly string[];
}

describe('The command generate', function () {
  this.timeout(120_000);
  let project: GenerateProject;
  beforeEach(async () => (project = await generateProject()));
  afterEach(() => project.remove());
  const at = (file: string) => join(project.folder, file);

  it('generate writes a revision, its line in the index and the snapshot; then nothing is missing', async () => {
    const first = await project.succeed(petEntities(), 'Initial');
    expect(withoutStamps(first.stdout)).to.equal(
      `Wrote one revision, verified on scratch databases. Read it before you run it:\n  ${at('STAMP-Initial.ts')}  Creates owners and pets.\n`,
    );
    expect(first.stderr).to.equal('');
    const files = await project.files();
    const [revision = '', ...others] = Object.keys(files);
    expect(others).to.deep.equal(['index.ts', 'snapshot.json']);
    const id = `Initial${revision.slice(0, 13)}`;
    expect((await project.revisions()).map(({ name }) => name)).to.deep.equal([id]);
    expect(JSON.parse(files['snapshot.json'] ?? '')).to.include({ head: id });
    expect(files[revision]).to.include(`static override readonly description = 'Creates owners and pets.';`);

    expect(await project.generate(petEntities(), ['Again'])).to.deep.equal({
      code: 0,
      stdout: NOTHING,
      stderr: '',
    });
    expect(await project.generate(petEntities(), ['--check', '--json'])).to.include({
      code: 0,
      stdout: '{"status":"complete","changes":{"postgres":[],"sqlite":[]},"warnings":[]}\n',
    });
    expect(await project.files()).to.deep.equal(files);
  });

  it('generate writes the same bytes for the same entities in another order', async () => {
    await project.succeed(petEntities(), 'Initial');
    const other = await generateProject();
    try {
      await other.succeed([...petEntities()].reverse(), 'Initial');
      const edit = { extra: { ...AGE, default: 0 }, index: ['name', 'age'], check: 'age >= 0' };
      await project.succeed(petEntities(edit), 'AddAge');
      await other.succeed([...petEntities(edit)].reverse(), 'AddAge');
      const [mine, others] = [await project.files(), await other.files()];
      expect(Object.keys(others)).to.deep.equal(Object.keys(mine));
      expect(Object.keys(mine).length).to.be.above(5);
      expect(others).to.deep.equal(mine);
    } finally {
      await other.remove();
    }
  });

  describe('at a first revision', () => {
    beforeEach(async () => {
      await project.succeed(petEntities(), 'Initial');
    });

    it('generate --check reports the missing changes, and writes nothing', async () => {
      const before = await project.files();
      const entities = petEntities({ note: REMARK, name: { length: 80 } });
      expect(await project.generate(entities, ['--check'])).to.deep.equal({
        code: 2,
        stdout:
          'A revision is missing for:\n' +
          '  pets.name: type character varying(50) becomes character varying(80) (PostgreSQL)\n' +
          '  pets.note: column dropped\n' +
          '  pets.remark: new column, text, nullable\n' +
          '  pets.name: type varchar(50) becomes varchar(80) (SQLite)\n',
        stderr: '',
      });
      const json = await project.generate(petEntities({ note: REMARK }), ['--check', '--json']);
      expect(json.code).to.equal(2);
      const words = ['pets.note: column dropped', 'pets.remark: new column, text, nullable'];
      expect(documentOf(json)).to.deep.equal({
        status: 'missing',
        changes: { postgres: words, sqlite: words },
        warnings: [],
      });
      expect(await project.files()).to.deep.equal(before);
    });

    it('generate --sql shows statements without a name, and writes nothing', async () => {
      const before = await project.files();
      const entities = petEntities({ note: REMARK });
      const shown = await project.generate(entities, ['--sql', '--rename', 'pets.note:remark']);
      expect({ ...shown, stdout: withoutStamps(shown.stdout) }).to.deep.equal({
        code: 0,
        stdout: `-- UnnamedSTAMP: Renames pets.note to remark.
-- PostgreSQL, up
-- pets.remark: column renamed from note
-- lint-allow rename-column: asked for with --rename
ALTER TABLE "pets" RENAME COLUMN "note" TO "remark";
-- PostgreSQL, down
-- pets.remark: column renamed from note
ALTER TABLE "pets" RENAME COLUMN "remark" TO "note";
-- SQLite, up
-- pets.remark: column renamed from note
ALTER TABLE "pets" RENAME COLUMN "note" TO "remark";
-- SQLite, down
-- pets.remark: column renamed from note
ALTER TABLE "pets" RENAME COLUMN "remark" TO "note";
`,
        stderr: '',
      });
      expect(await project.files()).to.deep.equal(before);
    });

    it('generate --json prints one document with every file of a group in order', async () => {
      const entities = petEntities({ index: ['name', 'note'], check: `name <> ''` });
      const result = await project.generate(entities, ['Widen', '--json']);
      const { status, files, listed, revisions, warnings } = documentOf(result) as WrittenDocument;
      expect(result).to.include({ code: 0, stderr: '' });
      expect({ status, listed, warnings }).to.deep.equal({ status: 'written', listed: true, warnings: [] });
      const ids = revisions.map(({ id }) => withoutStamps(id));
      expect(ids).to.deep.equal([
        'WidenSTAMP',
        'WidenBuildIxPetsNameSTAMP',
        'WidenValidateSTAMP',
        'WidenDropIxPetsNameReplacedSTAMP',
      ]);
      expect(files.map(withoutStamps)).to.deep.equal(
        ids.map((id) => at(`STAMP-${id.replace('STAMP', '')}.ts`)),
      );
      const stamps = files.map((file) => Number(/\d{13}/.exec(file)?.[0]));
      expect(stamps).to.deep.equal(stamps.map((_stamp, index) => (stamps[0] ?? 0) + index));
      expect(revisions.map(({ transaction }) => transaction)).to.deep.equal([true, false, true, false]);
      expect((await project.revisions()).map(({ name }) => withoutStamps(name))).to.deep.equal([
        'InitialSTAMP',
        ...ids,
      ]);
    });
  });
});

eachDatabase('A generated revision', (database) => {
  let project: GenerateProject;
  beforeEach(async () => (project = await generateProject()));
  afterEach(() => project.remove());

  it('Generated revisions migrate a database to the entities, and back', async function () {
    this.timeout(120_000);
    await project.succeed(petEntities(), 'Initial');
    const entities = petEntities({
      note: { ...REMARK, nullable: false },
      extra: { ...AGE, default: 0 },
      kinds: ['SMALL', 'MIDDLE', 'LARGE'],
    });
    await project.succeed(
      entities,
      'Change',
      '--rename',
      'pets.note:remark',
      '--backfill',
      `pets.remark='-'`,
    );
    const migrations = await project.revisions();
    const dataSource = await database().connect({ entities, migrations });
    await dataSource.runMigrations();
    expect((await checkDrift(dataSource)).changes).to.deep.equal([]);
    for (let left = migrations.length; left > 0; left -= 1) await dataSource.undoLastMigration();
    expect((await checkDrift(dataSource)).changes.map(({ kind }) => kind)).to.include('create-table');
  });
});
