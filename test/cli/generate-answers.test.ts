import { expect } from 'chai';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { generateProject, type GenerateProject } from '../support/generate-here.js';
import { problemsOf } from '../support/json-schemas.js';
import { petEntities } from '../support/pet-entities.js';

const AGE = { name: 'age', type: 'integer' } as const;
const REMARK = { name: 'remark', type: 'text', nullable: true } as const;
/** A dropped column beside a new one, a required column, and a type that rewrites the table. */
const CHANGED = { note: REMARK, extra: AGE, name: { type: 'integer', length: undefined } };

interface Entry {
  readonly table: string;
  readonly column: string | null;
  readonly choices: readonly Readonly<Record<string, string | true>>[];
  readonly answer: Readonly<Record<string, string | true>> | null;
}

type Answer = Entry['answer'];

describe('generate --answers', function () {
  this.timeout(120_000);
  let project: GenerateProject;
  let file: string;
  beforeEach(async () => {
    project = await generateProject();
    file = join(dirname(project.folder), 'changes.json');
    await project.succeed(petEntities(), 'Initial');
  });
  afterEach(() => project.remove());
  const generate = (edits: object, ...more: readonly string[]) =>
    project.generate(petEntities(edits), ['Change', '--answers', file, ...more]);
  const document = async () =>
    JSON.parse(await readFile(file, 'utf8')) as { readonly questions: readonly Entry[] };
  const answer = async (answers: Readonly<Record<string, Answer>>) => {
    const { questions, ...rest } = await document();
    const edited = questions.map((one) => {
      const place = `${one.table}.${one.column ?? ''}`;
      return place in answers ? { ...one, answer: answers[place] } : one;
    });
    await writeFile(file, JSON.stringify({ ...rest, questions: edited }));
  };
  /** Everything after the first line. */
  const lastLine = (text: string) => text.trimEnd().split('\n').at(-1)?.trim();

  it('generate writes its questions into the file, reads the answers back and generates', async () => {
    const before = await project.files();
    const refused = await generate(CHANGED);
    expect(refused.code).to.equal(3);
    expect(refused.stderr).to.match(
      /^error: No revision was written: these changes need confirmation\.\n {2}pets\./,
    );
    expect(lastLine(refused.stderr)).to.equal(
      `Wrote these questions to ${file}. Replace each "answer": null by one of its choices, then run the command again.`,
    );
    expect(await project.files()).to.deep.equal(before);
    const written = await document();
    expect(problemsOf('answers', written)).to.deep.equal([]);
    expect(
      written.questions.map(({ table, column, choices, answer: given }) => [table, column, choices, given]),
    ).to.deep.equal([
      ['pets', 'name', [{ 'allow-rewrite': true }], null],
      ['pets', 'age', [{ rename: 'pets.note:age' }, { backfill: '<expression>' }], null],
      ['pets', 'note', [{ rename: 'pets.note:age' }, { rename: 'pets.note:remark' }, { drop: true }], null],
    ]);
    await answer({
      'pets.name': { 'allow-rewrite': true },
      'pets.age': { backfill: '3' },
      'pets.note': { rename: 'pets.note:remark' },
    });
    expect(await generate(CHANGED)).to.include({ code: 0, stderr: '' });
    const [, newest] = (await project.revisions()).map((one) => new one());
    expect(newest?.postgres.up[0]).to.match(/RENAME COLUMN "note" TO "remark"$/);
    expect(await readdir(dirname(file)))
      .to.include('changes.json')
      .and.not.include('changes.json.next');
  });

  it('generate names the questions that have no answer, keeps the answers and adds new questions', async () => {
    await generate({ extra: AGE });
    await answer({ 'pets.age': { backfill: '3' } });
    const more = await generate(CHANGED);
    expect(more.code).to.equal(3);
    expect(more.stderr).to.not.include('  pets.age');
    expect(lastLine(more.stderr)).to.match(/^Added new questions to .*changes\.json and kept its answers\. /);
    const text = await readFile(file, 'utf8');
    expect((await document()).questions.map(({ column, answer: given }) => [column, given])).to.deep.equal([
      ['age', { backfill: '3' }],
      ['name', null],
      ['note', null],
    ]);
    const again = await generate(CHANGED);
    expect(again.code).to.equal(3);
    expect(again.stderr).to.include('  pets.name: ').and.include('  pets.note: ');
    expect(lastLine(again.stderr)).to.match(/changes\.json contains these questions without an answer\. /);
    expect(await readFile(file, 'utf8')).to.equal(text);
  });

  it('generate takes options beside the file, and drops an open question that they settle', async () => {
    await generate(CHANGED);
    await answer({ 'pets.name': { 'allow-rewrite': true } });
    const { code } = await generate(CHANGED, '--rename', 'pets.note:remark');
    expect(code).to.equal(3);
    expect((await document()).questions.map(({ column }) => column)).to.deep.equal(['name', 'age']);
  });

  it('generate allows a rewrite only for the changes whose questions say so', async () => {
    await generate({ name: { type: 'integer', length: undefined } });
    await answer({ 'pets.name': { 'allow-rewrite': true } });
    const edits = {
      name: { type: 'integer', length: undefined },
      note: { name: 'note', type: 'integer', nullable: true },
    };
    const { code, stderr } = await generate(edits);
    expect(code).to.equal(3);
    expect(stderr).to.include('  pets.note: type text becomes integer').and.not.include('  pets.name');
  });

  for (const { title, answers, edits = CHANGED, words } of [
    {
      title: 'an answer to a question that is no longer asked',
      answers: { 'pets.age': { backfill: '3' } },
      edits: { note: REMARK },
      words:
        'questions[1] (pets.age): --backfill "pets.age=3": no column needs a value. Nothing was written.',
    },
    {
      title: 'an answer that the entity has made needless',
      answers: { 'pets.age': { backfill: '3' } },
      edits: { ...CHANGED, extra: { ...AGE, default: 4 } },
      words:
        'questions[1] (pets.age): generate does not ask this question: the entities have changed since, a rename settles it, or the revision exists already. Remove this entry, or delete the file. Nothing was written.',
    },
    {
      title: 'a rename to a name that the entities do not have',
      answers: { 'pets.note': { rename: 'pets.note:comment' } },
      words:
        'questions[2] (pets.note): --rename pets.note:comment: the entities declare no column comment in pets. They declare age, id, name, owner_id, remark. Nothing was written.',
    },
    {
      title: 'a rename of another object',
      answers: { 'pets.note': { rename: 'pets.name:remark' } },
      words:
        'questions[2] (pets.note): "rename": pets.name:remark names another object. Nothing was written.',
    },
    {
      title: 'an answer that is no choice',
      answers: { 'pets.age': { drop: true } },
      words:
        'questions[1] (pets.age): "drop" is no choice of this question; its choices are "rename", "backfill". Nothing was written.',
    },
    {
      title: 'a blank',
      answers: { 'pets.age': { backfill: '<expression>' } },
      words: 'questions[1] (pets.age): replace <expression> by a value. Nothing was written.',
    },
    {
      title: 'two choices at once',
      answers: { 'pets.note': { drop: true, rename: 'pets.note:remark' } },
      words: 'questions[2] (pets.note): answer must contain exactly one of its choices. Nothing was written.',
    },
    {
      title: 'an unknown choice',
      answers: { 'pets.note': { keep: true } },
      words: 'questions[2] (pets.note): answer.keep is unknown. Nothing was written.',
    },
    {
      title: 'a text as the answer',
      answers: { 'pets.note': '--drop pets.note' as unknown as Answer },
      words:
        'questions[2] (pets.note): answer must be an object, not "--drop pets.note". Nothing was written.',
    },
  ] as readonly { title: string; answers: Readonly<Record<string, Answer>>; edits?: object; words: string }[])
    it(`generate refuses ${title} in the file, and changes no file`, async () => {
      await generate(CHANGED);
      await answer(answers);
      const [text, files] = [await readFile(file, 'utf8'), await project.files()];
      const { code, stderr } = await generate(edits);
      expect({ code, stderr }).to.deep.equal({ code: 64, stderr: `error: ${file}: ${words}\n` });
      expect(await readFile(file, 'utf8')).to.equal(text);
      expect(await project.files()).to.deep.equal(files);
    });

  for (const { title, text, words } of [
    {
      title: 'that is not JSON',
      text: '{"version":',
      words: /: it is not JSON: .*\. Nothing was written\.$/,
    },
    {
      title: 'of another version',
      text: '{"version":2,"questions":[]}',
      words: /: version must be 1, not 2\. Nothing was written\.$/,
    },
    {
      title: 'with an unknown field',
      text: '{"version":1,"questions":[],"more":1}',
      words: /: more is unknown\. Nothing was written\.$/,
    },
    {
      title: 'with an unknown field in a question without a place',
      text: '{"version":1,"questions":[{"kind":"rewrite"}]}',
      words: /: questions\[0\]: table is missing\. Nothing was written\.$/,
    },
    {
      title: 'with a question twice',
      text: `{"version":1,"questions":[${Array(2).fill('{"kind":"rewrite","table":"a","column":null,"problem":"","choices":[],"answer":null}').join()}]}`,
      words:
        /: questions\[1\] \(a\): this question is already questions\[0\]\. Remove one of them\. Nothing was written\.$/,
    },
  ])
    it(`generate refuses a file ${title}`, async () => {
      await writeFile(file, text);
      const { code, stderr } = await generate(CHANGED);
      expect(code).to.equal(64);
      expect(stderr.trimEnd()).to.match(words);
      expect(await readFile(file, 'utf8')).to.equal(text);
    });

  it('generate refuses a folder, a missing folder and --check beside the file', async () => {
    const folder = await project.generate(petEntities(), ['Change', '--answers', project.folder]);
    expect(folder.code).to.equal(64);
    expect(folder.stderr).to.match(/migrations: it cannot be read: EISDIR/);
    const missing = await project.generate(petEntities(), ['Change', '--answers', '/nowhere/changes.json']);
    expect(missing).to.include({
      code: 64,
      stderr: 'error: --answers: the folder /nowhere does not exist.\n',
    });
    expect(await project.generate(petEntities(), ['--check', '--answers', file])).to.include({
      code: 64,
      stderr: 'error: --check and --answers: pass only one of them.\n',
    });
  });

  it('generate writes no file of answers where it has no question, and asks no person beside one', async () => {
    expect(await generate({ note: { ...REMARK, name: 'note' } })).to.include({ code: 0 });
    expect(await readdir(dirname(file))).to.not.include('changes.json');
    const ask = () => Promise.reject(new Error('It asks.'));
    const entities = petEntities({ extra: AGE });
    const { code } = await project.generate(entities, ['Age', '--answers', file], { ask });
    expect(code).to.equal(3);
  });
});
