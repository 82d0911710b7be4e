import { expect } from 'chai';
import { join } from 'node:path';
import { checkDrift } from '../../src/drift/check-drift.js';
import { eachDatabase } from '../support/databases.js';
import { generateProject, withoutStamps, type GenerateProject } from '../support/generate-here.js';
import { petEntities } from '../support/pet-entities.js';
import { documentOf } from '../support/run-shelves.js';

const NOTHING = 'The entities say nothing that the revisions do not: no revision is needed.\n';
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

  it('writes a revision, its line in the index and the snapshot; then nothing is missing', async () => {
    const first = await project.succeed(petEntities(), 'Initial');
    expect(withoutStamps(first.stdout)).to.equal(
      `Wrote one revision, proved on scratch databases. Read before you run:\n  ${at('STAMP-Initial.ts')}  Creates owners and pets.\n`,
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

  it('gives the same bytes for the same entities in another order', async () => {
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

    it('tells with --check what is missing, and writes nothing', async () => {
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

    it('shows statements with --sql, needs no name for it, and writes nothing', async () => {
      const before = await project.files();
      const entities = petEntities({ note: REMARK });
      const shown = await project.generate(entities, ['--sql', '--rename', 'pets.note:remark']);
      expect({ ...shown, stdout: withoutStamps(shown.stdout) }).to.deep.equal({
        code: 0,
        stdout: `-- UnnamedSTAMP: Renames pets.note to remark.
-- PostgreSQL, up
-- pets.remark: column, note before
-- lint-allow rename-column: asked for with --rename
ALTER TABLE "pets" RENAME COLUMN "note" TO "remark";
-- PostgreSQL, down
-- pets.remark: column, note before
ALTER TABLE "pets" RENAME COLUMN "remark" TO "note";
-- SQLite, up
-- pets.remark: column, note before
ALTER TABLE "pets" RENAME COLUMN "note" TO "remark";
-- SQLite, down
-- pets.remark: column, note before
ALTER TABLE "pets" RENAME COLUMN "remark" TO "note";
`,
        stderr: '',
      });
      expect(await project.files()).to.deep.equal(before);
    });

    it('prints one document with --json, and every file of a group in its order', async () => {
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

    for (const { title, edits, said, words } of [
      {
        title: 'a column gone and another one come',
        edits: { note: REMARK },
        said: ['--drop', 'pets.note'],
        words:
          '  pets.note: the column is dropped with its values. Ways out: --rename pets.note:remark or --drop pets.note.\n',
      },
      {
        title: 'a column gone',
        edits: { note: null },
        said: ['--drop', 'pets.note'],
        words: '  pets.note: the column is dropped with its values. The way out: --drop pets.note.\n',
      },
      {
        title: 'a table gone and another one come',
        edits: { table: 'animals' },
        said: ['--rename-table', 'pets:animals'],
        words:
          '  pets: the table is dropped with all its rows. Ways out: --rename-table pets:animals or --drop pets.\n',
      },
      {
        title: 'a new column that needs a value',
        edits: { extra: AGE },
        said: ['--backfill', '3'],
        words:
          '  pets.age: a new column that may not be null and has no default: rows that exist have no value for it. Ways out: --backfill "pets.age=<expression>", a default in the entity, or nullable: true in the entity.\n',
      },
      {
        title: 'a column that may not be null any more',
        edits: { note: { name: 'note', type: 'text' } },
        said: ['--backfill', `pets.note='none'`],
        words:
          '  pets.note: rows that exist may be null in it, and may not be any more. Ways out: --backfill "pets.note=<expression>" or nullable: true in the entity.\n',
      },
      {
        title: 'a column of another type',
        edits: { name: { type: 'integer', length: undefined } },
        said: ['--allow-rewrite'],
        words:
          '  pets.name: type character varying(50) becomes integer: the table is written anew, and locked meanwhile. The way out: --allow-rewrite.\n',
      },
    ] as const) {
      it(`asks for a word about ${title}, and goes on with it`, async () => {
        const before = await project.files();
        const entities = petEntities(edits as never);
        expect(await project.generate(entities, ['Change'])).to.deep.equal({
          code: 3,
          stdout: '',
          stderr: `error: Nothing was written. What is not certain has to be said.\n${words}`,
        });
        expect(await project.files()).to.deep.equal(before);
        await project.succeed(entities, 'Change', ...said);
        expect(await project.generate(entities, ['--check'])).to.include({ code: 0, stdout: NOTHING });
      });
    }

    it('names what is not certain in the document too', async () => {
      const result = await project.generate(petEntities({ note: null }), ['Change', '--json']);
      expect(result.code).to.equal(3);
      expect(documentOf(result)).to.deep.equal({
        status: 'failed',
        error: {
          code: 'CHANGES_UNSAID',
          message:
            'Nothing was written. What is not certain has to be said. pets.note: the column is dropped with its values. The way out: --drop pets.note.',
          changes: [
            {
              kind: 'drop-column',
              table: 'pets',
              column: 'note',
              problem: 'the column is dropped with its values',
              remedies: ['--drop pets.note'],
            },
          ],
        },
      });
    });

    it('goes on with what a person answers', async () => {
      const asked: string[] = [];
      const answers = ['7', '1'];
      const ask = (question: string) => {
        asked.push(question);
        return Promise.resolve(answers.shift() ?? '');
      };
      const result = await project.generate(petEntities({ note: REMARK }), ['Change'], { ask });
      expect(result).to.include({ code: 0, stderr: '' });
      expect(asked).to.deep.equal([
        'pets.note: the column is dropped with its values\n  1  --rename pets.note:remark\n  2  --drop pets.note\nWhich one (Enter to stop)? ',
        'It is a number from 1 to 2, or Enter to stop: ',
      ]);
      expect(result.stdout).to.include('  Renames pets.note to remark.\n');
    });

    it('asks nobody who wants a document, and takes no answer for a stop', async () => {
      const entities = petEntities({ note: null });
      const ask = () => Promise.resolve('');
      expect((await project.generate(entities, ['Change'], { ask })).code).to.equal(3);
      const never = () => Promise.reject(new Error('It was asked.'));
      expect((await project.generate(entities, ['Change', '--json'], { ask: never })).code).to.equal(3);
    });

    const WRONG: readonly (readonly [args: readonly string[], words: string])[] = [
      [['Change', '--drop', 'pets.name'], '--drop pets.name: that is not dropped. What is: pets.note.'],
      [
        ['Change', '--rename', 'pets.nte:remark'],
        '--rename pets.nte:remark: at head there is no column nte in pets. There is id, name, note, owner_id.',
      ],
      [
        ['Change', '--rename', 'pet.note:remark'],
        '--rename pet.note:remark: at head there is no table in pet.note. There is owners, pets.',
      ],
      [
        ['Change', '--rename', 'pets.note:name'],
        '--rename pets.note:name: at head there is a column name in pets already.',
      ],
      [
        ['Change', '--rename', 'pets.note:remarks'],
        '--rename pets.note:remarks: the entities have no column remarks in pets. They have id, name, owner_id, remark.',
      ],
      [['Change', '--rename', 'pets.note'], '--rename pets.note: it is written table.old:new.'],
      [
        ['Change', '--rename', 'owners.kind.HUGE:BIG'],
        '--rename owners.kind.HUGE:BIG: at head there is no value HUGE of owners.kind. There is LARGE, SMALL.',
      ],
      [
        ['Change', '--rename', 'pets.name.a:b'],
        '--rename pets.name.a:b: at head there is no value a of pets.name. There is none.',
      ],
      [['Change', '--rename-table', 'pets'], '--rename-table pets: it is written old:new.'],
      [
        ['Change', '--rename-table', 'cats:dogs'],
        '--rename-table cats:dogs: at head there is no table cats. There is owners, pets.',
      ],
      [
        ['Change', '--backfill', 'nonsense', '--drop', 'pets.note'],
        '--backfill "nonsense": it is written table.column=expression. No column needs a value.',
      ],
      [
        ['Change', '--rename', 'pets.note:remark', '--rename', 'pets.note:remark'],
        '--rename pets.note:remark and --rename pets.note:remark: note gets two names.',
      ],
      [
        ['change'],
        '"change": the name of a revision is in PascalCase and does not end in a digit. Example: npm run -s db:generate -- AddColumn',
      ],
      [[], 'generate needs the name of the revision. Example: npm run -s db:generate -- AddColumn'],
      [
        ['nowhere/Change'],
        'The folder nowhere does not exist. Call it where the sources of the project are.',
      ],
      [['Change', '--check', '--sql'], '--check and --sql: say one of them.'],
      [['Change', '--renamed', 'a:b'], `unknown option '--renamed'`],
      [['Change', '--drop'], `option '--drop <table.column>' argument missing`],
      [['Change', 'Again'], `too many arguments for 'generate'. Expected 1 argument but got 2.`],
    ];
    for (const [args, words] of WRONG)
      it(`ends with 64, called as generate ${args.join(' ')}`, async () => {
        const before = await project.files();
        const result = await project.generate(petEntities({ note: REMARK }), args);
        expect({ ...result, stderr: result.stderr.replace(/ \(Did you mean[^)]*\)/, '') }).to.deep.equal({
          code: 64,
          stdout: '',
          stderr: `error: ${words}\n`,
        });
        expect(await project.files()).to.deep.equal(before);
      });
  });
});

eachDatabase('What generate wrote', (database) => {
  let project: GenerateProject;
  beforeEach(async () => (project = await generateProject()));
  afterEach(() => project.remove());

  it('brings a database in step with the entities, and back', async function () {
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
    for (const _revision of migrations) await dataSource.undoLastMigration();
    expect((await checkDrift(dataSource)).changes.map(({ kind }) => kind)).to.include('create-table');
  });
});
