import { expect } from 'chai';
import {
  GenerateAbortedError,
  rowsWords,
  SnapshotStaleError,
  UnconfirmedChangesError,
  type UnconfirmedChange,
} from '../../src/errors/generate.js';
import { VerificationFailedError, type VerificationCause } from '../../src/errors/verification.js';

const GONE: UnconfirmedChange = {
  kind: 'drop-column',
  table: 'jobs',
  column: 'note',
  problem: 'the column is dropped with its values',
  remedies: ['--rename jobs.note:text', '--drop jobs.note'],
};

describe('The errors of the generator', () => {
  it('UnconfirmedChangesError names each unconfirmed change and its options', () => {
    const table: UnconfirmedChange = {
      kind: 'rewrite',
      table: 'jobs',
      column: null,
      problem: 'it is locked',
      remedies: ['--allow-rewrite'],
      rows: 1,
    };
    const error = new UnconfirmedChangesError([
      { ...GONE, rows: 0 },
      table,
      { ...GONE, remedies: ['a', 'b', 'c'] },
    ]);
    expect(error.lines).to.deep.equal([
      'Nothing was written: these changes need confirmation. For each line below, choose one option and run the command again.',
      'jobs.note: the column is dropped with its values; no rows with a value in it. Options: --rename jobs.note:text or --drop jobs.note.',
      'jobs: it is locked; 1 row in the table. Option: --allow-rewrite.',
      'jobs.note: the column is dropped with its values. Options: a, b, or c.',
    ]);
    expect(error.message).to.equal(error.lines.join(' '));
    expect(error.code).to.equal('CHANGES_UNCONFIRMED');
  });

  for (const [kind, words] of [
    ['drop-table', '12 rows in it'],
    ['drop-column', '12 rows with a value in it'],
    ['required-column', '12 rows without a value'],
    ['required-back', '12 rows in the table'],
    ['rewrite', '12 rows in the table'],
  ] as const)
    it(`UnconfirmedChangesError counts rows of ${kind}`, () => {
      expect(rowsWords(kind, 12)).to.equal(words);
    });

  for (const [title, cause, words] of [
    [
      'an expression in an entity',
      { kind: 'expression', expression: 'a >', of: 'check ck_jobs of jobs', isFromOption: false },
      'The database rejects the expression of check ck_jobs of jobs: a >. Correct it in the entity.',
    ],
    [
      'an expression on the command line',
      { kind: 'expression', expression: 'nope()', of: '--backfill jobs.rank', isFromOption: true },
      'The database rejects the expression of --backfill jobs.rank: nope(). Pass another one.',
    ],
    [
      'one of two expressions',
      {
        kind: 'expression',
        expression: 'a + 1',
        of: 'generated b of jobs',
        isFromOption: false,
        others: [{ expression: 'a + 2', of: 'generated c of jobs', isFromOption: false }],
      },
      'The database rejects one of the expressions of generated b of jobs: a + 1; generated c of jobs: a + 2. Correct it in the entity.',
    ],
    [
      'one object that no entity declares',
      { kind: 'undeclared', objects: [{ kind: 'view', name: 'iv', file: '1-V.ts' }] },
      'The revision does not keep the view iv (created in 1-V.ts). To keep it, write the revision by hand: drop what depends on the change, make the change, create it again. Run: npm run -s db -- create Name',
    ],
    [
      'several objects that no entity declares',
      {
        kind: 'undeclared',
        objects: [
          { kind: 'materialized-view', name: 'mv', file: null },
          { kind: 'trigger', name: 't', file: null },
        ],
      },
      'No entity declares the materialized view mv, the trigger t. To keep them, write the revision by hand: drop what depends on the change, make the change, create it again. Run: npm run -s db -- create Name',
    ],
    [
      'objects that down does not restore',
      { kind: 'not-restored' },
      'The down statements do not restore the objects in these lines. Entities cannot declare them, so write the revision by hand: npm run -s db -- create Name',
    ],
    [
      'an index of a partitioned table',
      { kind: 'partitioned' },
      'PostgreSQL does not build or drop an index of a partitioned table CONCURRENTLY. Write the revision by hand (npm run -s db -- create Name), then run lint: it prints the statements for each partition.',
    ],
    [
      'an object that the scratch database does not have',
      { kind: 'missing' },
      'The scratch database does not have what these lines name. Create it in scratch/setup.sql, or in a revision written by hand (npm run -s db -- create Name). If its server cannot have it, set SCRATCH_DATABASE_URL to one that can.',
    ],
    [
      'a table that the database does not accept',
      { kind: 'declared' },
      'The database does not accept the table that the entity declares. Correct the entity. If it is right, report these lines: they may show a bug in the generator.',
    ],
    [
      'an unplanned rewrite that locks a table',
      { kind: 'rewrite' },
      'PostgreSQL locks the table during the work in these lines, which the generator did not plan. To accept the lock, pass --allow-rewrite. To avoid it, write the revision by hand: npm run -s db -- create Name',
    ],
    [
      'an unknown cause',
      { kind: 'fault' },
      'The generator does not know the cause. Write the revision by hand (npm run -s db -- create Name) and report these lines: they may show a bug in the generator.',
    ],
  ] as const satisfies readonly (readonly [string, VerificationCause, string])[])
    it(`VerificationFailedError names every broken law, and the remedy for ${title}`, () => {
      const error = new VerificationFailedError([{ law: 'in-sync after up', details: ['a', 'b.'] }], {
        database: 'SQLite',
        revisions: [
          { file: '1-A.ts', description: 'Adds a.' },
          { file: '2-B.ts', description: 'Adds b.' },
        ],
        cause,
      });
      expect(error.lines).to.deep.equal([
        'Nothing was written: 1-A.ts ("Adds a.") and 1 more revision failed verification on a scratch database (SQLite).',
        'After up, the schema differs from the entities: a; b.',
        words,
      ]);
      expect(error.message).to.equal(error.lines.join(' '));
      expect(error).to.include({ code: 'VERIFICATION_FAILED', reason: cause });
    });

  it('The errors of a snapshot contain a remedy', () => {
    expect(
      new SnapshotStaleError('m/snapshot.json', 'it is old.', { differences: ['One.', 'Two.'] }).message,
    ).to.equal(
      'm/snapshot.json: it is old. One. Two. If the DataSource has every revision of the folder and they are right, delete that file and generate again: the generator writes it from them. Pass --phases if the file contains "phases": true.',
    );
  });

  it('GenerateAbortedError reports that nothing is left', () => {
    expect(new GenerateAbortedError().message).to.equal(
      'Stopped. Nothing was written, and the scratch databases are dropped; the next run names those that a silent server has kept.',
    );
  });
});
