import { expect } from 'chai';
import { answersTo } from '../../../src/cli/ask-unsaid.js';
import { UnsaidChangesError, type UnsaidChange } from '../../../src/errors/generate.js';
import { NO_WORDS } from '../../../src/generate/said.js';
import { recordingIo } from './recording-io.js';

const change = (kind: UnsaidChange['kind'], place: string, ...remedies: readonly string[]): UnsaidChange => {
  const [table = '', column = null] = place.split('.');
  return { kind, table, column, problem: 'why', remedies };
};
const GONE = change('drop-column', 'jobs.a', '--rename jobs.a:b', '--drop jobs.a');
const BACK = change('required-back', 'jobs.a', '--backfill "jobs.a=<expression>"');
const NEW = change(
  'required-column',
  'jobs.b',
  '--backfill "jobs.b=<expression>"',
  'a default in the entity',
);
const TABLE = change('drop-table', 'old', '--rename-table old:new', '--drop old');
const REWRITE = change('rewrite', 'jobs.c', '--allow-rewrite');

async function answered(changes: readonly UnsaidChange[], ...answers: readonly string[]) {
  const asked: string[] = [];
  const left = [...answers];
  const ask = (question: string) => {
    asked.push(question);
    return Promise.resolve(left.shift() ?? '');
  };
  const words = await answersTo(new UnsaidChangesError(changes), recordingIo({ ask }));
  return { words, asked, left };
}

describe('A person at a terminal', () => {
  for (const { title, changes, answers, words } of [
    {
      title: 'renames a column, which settles that it goes and that another comes',
      changes: [GONE, BACK, NEW],
      answers: ['1'],
      words: { renames: ['jobs.a:b'] },
    },
    {
      title: 'drops a column, and gives the others values',
      changes: [GONE, BACK, NEW],
      answers: ['2', '1', ' 1 + 1 ', '1', '0'],
      words: { drops: ['jobs.a'], backfills: ['jobs.a=1 + 1', 'jobs.b=0'] },
    },
    { title: 'renames a table', changes: [TABLE], answers: ['1'], words: { renamedTables: ['old:new'] } },
    { title: 'drops a table', changes: [TABLE], answers: ['2'], words: { drops: ['old'] } },
    {
      title: 'allows every rewrite at once',
      changes: [REWRITE, { ...REWRITE, column: 'd' }],
      answers: ['1'],
      words: { allowRewrite: true },
    },
    {
      title: 'is asked again after what is no number of the list',
      changes: [TABLE],
      answers: ['0', '3', 'one', '-1', ' 1 '],
      words: { renamedTables: ['old:new'] },
    },
  ])
    it(title, async () => {
      const result = await answered(changes, ...answers);
      expect(result.words).to.deep.equal({ ...NO_WORDS, ...words });
      expect(result.left).to.deep.equal([]);
      expect(result.asked).to.have.length(answers.length);
    });

  it('stops with an empty answer, also for an expression', async () => {
    expect((await answered([GONE, TABLE], '')).words).to.equal(undefined);
    expect((await answered([GONE, TABLE], '1', '')).words).to.equal(undefined);
    expect((await answered([NEW], '1', ' ')).words).to.equal(undefined);
  });

  it('reads what it is about, how many rows, and every way out', async () => {
    const { asked } = await answered([{ ...NEW, rows: 7 }], '');
    expect(asked).to.deep.equal([
      'jobs.b: why; 7 rows without a value\n  1  --backfill "jobs.b=<expression>"\n  or stop, and say a default in the entity\nWhich one (Enter to stop)? ',
    ]);
  });

  it('cannot be asked where there is none', async () => {
    expect(await answersTo(new UnsaidChangesError([GONE]), recordingIo())).to.equal(undefined);
  });
});
