import { expect } from 'chai';
import {
  GenerateAbortedError,
  ProofFailedError,
  rowsWords,
  SnapshotStaleError,
  UnsaidChangesError,
  type UnsaidChange,
} from '../../src/errors/generate.js';

const GONE: UnsaidChange = {
  kind: 'drop-column',
  table: 'jobs',
  column: 'note',
  problem: 'the column is dropped with its values',
  remedies: ['--rename jobs.note:text', '--drop jobs.note'],
};

describe('The words of the generator when it stops', () => {
  it('name each change that was not said, and every way out', () => {
    const table: UnsaidChange = {
      kind: 'rewrite',
      table: 'jobs',
      column: null,
      problem: 'it is locked',
      remedies: ['--allow-rewrite'],
      rows: 1,
    };
    const error = new UnsaidChangesError([
      { ...GONE, rows: 0 },
      table,
      { ...GONE, remedies: ['a', 'b', 'c'] },
    ]);
    expect(error.lines).to.deep.equal([
      'Nothing was written. What is not certain has to be said.',
      'jobs.note: the column is dropped with its values; no rows with a value in it. Ways out: --rename jobs.note:text or --drop jobs.note.',
      'jobs: it is locked; 1 row in the table. The way out: --allow-rewrite.',
      'jobs.note: the column is dropped with its values. Ways out: a, b, or c.',
    ]);
    expect(error.message).to.equal(error.lines.join(' '));
    expect(error.code).to.equal('CHANGES_UNSAID');
  });

  for (const [kind, words] of [
    ['drop-table', '12 rows in it'],
    ['drop-column', '12 rows with a value in it'],
    ['required-column', '12 rows without a value'],
    ['required-back', '12 rows in the table'],
    ['rewrite', '12 rows in the table'],
  ] as const)
    it(`count rows of ${kind}`, () => {
      expect(rowsWords(kind, 12)).to.equal(words);
    });

  it('name every law that a proof has broken', () => {
    const error = new ProofFailedError([{ law: 'in-sync after up', details: ['a', 'b.'] }]);
    expect(error.message).to.equal(
      'The generated revision was tried on scratch databases and failed there; nothing was written. in-sync after up: a; b. Where an expression of --backfill is the cause, give another one. Else write the revision by hand (npm run -s db -- create Name), and tell us: a generator that cannot prove what it writes has a fault.',
    );
    expect(error.code).to.equal('PROOF_FAILED');
  });

  it('say what to do about a snapshot', () => {
    expect(new SnapshotStaleError('m/snapshot.json', 'it is old.', ['One.', 'Two.']).message).to.equal(
      'm/snapshot.json: it is old. One. Two. If the revisions are right, delete that file and generate again: it is written anew from them.',
    );
  });

  it('say that nothing is left', () => {
    expect(new GenerateAbortedError().message).to.equal(
      'Stopped. Nothing was written, and the scratch databases are dropped.',
    );
  });
});
