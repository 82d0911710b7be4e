import { expect } from 'chai';
import { partNames } from '../../../../src/generate/plan/part-name.js';
import { mainChanges, splitRevisions } from '../../../../src/generate/plan/split-revisions.js';
import type { Phase } from '../../../../src/databases/phases.js';
import type { PlannedPart } from '../../../../src/databases/planning.js';
import { summaryOf } from '../../../../src/generate/plan/summary.js';
import { diff } from '../../../../src/schema/diff.js';
import { raw } from '../../../../src/schema/model.js';
import { check, column, index, schema, table } from '../../schema/samples.js';
import { statement } from '../../../../src/sql/statement.js';

const jobs = (changes: Parameters<typeof table>[1]) => schema(table('jobs', changes));
const [A, B] = [column('a'), column('b')];

describe('The summary of a group of revisions', () => {
  for (const { live, desired, words } of [
    { live: schema(), desired: schema(table('a'), table('b'), table('c')), words: 'Creates a, b and c.' },
    { live: schema(table('a')), desired: schema(table('b')), words: 'Creates b, drops a.' },
    {
      live: jobs({ columns: [A] }),
      desired: jobs({ columns: [A, B], indexes: [index('ix_jobs_b')], checks: [check('ck_jobs', 'b > 0')] }),
      words: 'Adds jobs.b, ix_jobs_b and ck_jobs.',
    },
    {
      live: jobs({ columns: [A, B] }),
      desired: jobs({ columns: [column('a', { type: 'bigint', default: raw('1') })] }),
      words: 'Changes the type of jobs.a, changes the default of jobs.a, drops jobs.b.',
    },
    {
      live: jobs({ columns: [A] }),
      desired: jobs({ columns: [column('a', { nullable: true })] }),
      words: 'Makes jobs.a nullable.',
    },
    {
      live: jobs({ checks: [check(null, `"a" IN ('X')`)] }),
      desired: jobs({ checks: [check(null, `"a" IN ('X','Y')`)] }),
      words: 'Changes the values of jobs.a.',
    },
    {
      live: { ...schema(), enums: [{ name: 'e', values: ['X'] }] },
      desired: { ...schema(), enums: [{ name: 'e', values: ['X', 'Y'] }] },
      words: 'Changes the values of e.',
    },
    {
      live: schema(),
      desired: { ...schema(table('a')), enums: [{ name: 'e', values: ['X'] }] },
      words: 'Creates a.',
    },
    {
      live: schema(),
      desired: { ...schema(), enums: [{ name: 'e', values: ['X'] }] },
      words: 'Adds enum e.',
    },
    { live: schema(), desired: schema(), words: 'Changes the schema.' },
  ])
    it(`The summary of a group reads: ${words}`, () => {
      expect(summaryOf(diff(live, desired), [])).to.equal(words);
    });

  it('The summary lists renames first', () => {
    const renames = [
      { kind: 'table', from: 'a', to: 'b' },
      { kind: 'column', table: 'b', from: 'x', to: 'y' },
      { kind: 'value', table: 'b', column: 'state', from: 'OLD', to: 'NEW' },
    ] as const;
    expect(summaryOf(diff(schema(), schema(table('c'))), renames)).to.equal(
      'Renames a to b, b.x to y and value OLD of b.state to NEW, creates c.',
    );
  });

  it('The summary names only tables where there are many changes', () => {
    const many = Array.from({ length: 30 }, (_none, number) => column(`column_${number}`));
    expect(summaryOf(diff(jobs({ columns: [] }), jobs({ columns: many })), [])).to.equal('Changes jobs.');
  });
});

const part = (phase: Phase, changes: Partial<PlannedPart> = {}): PlannedPart => ({
  phase,
  transaction: true,
  subject: undefined,
  up: [{ reason: 'jobs.a: what for', statements: [statement('SELECT 1')] }],
  down: [],
  changes: [],
  ...changes,
});
const SQLITE = { up: [{ reason: 'all of it', statements: [statement('SELECT 2')] }], down: [] };
const planned = (postgres: readonly PlannedPart[]) => [
  { dialect: 'postgres' as const, parts: postgres },
  { dialect: 'sqlite' as const, parts: [part('main', SQLITE)] },
];

describe('The revisions of a group', () => {
  const parts = splitRevisions(
    planned([
      part('main'),
      part('backfill', { subject: 'jobs_a', transaction: false }),
      part('build', { subject: 'ix_v2', transaction: false }),
      part('validate', { up: [], down: [{ reason: 'back', statements: [statement('SELECT 3')] }] }),
      part('drop-replaced', { subject: 'ix_old' }),
    ]),
    'Adds a.',
  );

  it('The revisions of a group are named after their work', () => {
    expect(parts.map(({ suffix }) => suffix)).to.deep.equal([
      '',
      'BackfillJobsA',
      'BuildIxV2',
      'Validate',
      'DropIxOld',
    ]);
  });

  it('The revisions of a group have the table in place of a name that TypeORM derives', () => {
    const [change] = diff(jobs({ columns: [A] }), jobs({ columns: [A], indexes: [index('ix_jobs_a')] }));
    const derived = part('build', { subject: 'IDX_7a9573d6a1fb982772a9123320', changes: [change!] });
    expect(splitRevisions(planned([part('main'), derived]), 'Adds ix.')[1]?.suffix).to.equal('BuildJobs');
  });

  for (const [name, words, whole] of [
    ['AddSku', '', 'AddSku'],
    ['AddSku', 'BackfillProductSku', 'AddSkuBackfillProductSku'],
    ['AddSku', 'BuildIxV2', 'AddSkuBuildIxV2_'],
    ['AllocationDepth', 'BuildIxResourceAllocationsWorkerId', 'AllocationDepthBuildIxResource'],
    ['A'.repeat(50), 'BuildIxJobs', `${'A'.repeat(50)}Build`],
  ] as const)
    it(`The name of a part of a group stays under 40 characters and ends in no digit: ${name} ${words}`, () => {
      expect(partNames(name, [words])).to.deep.equal([whole]);
    });

  it('Each part of a group has a name of its own', () => {
    const suffixes = ['Expand', 'TestJobsId', '', 'TestJobsId', 'TestJobsId'];
    expect(partNames('Wide', suffixes)).to.deep.equal([
      'WideExpand',
      'WideTestJobsId',
      'Wide',
      'WideTestJobsIdB',
      'WideTestJobsIdC',
    ]);
  });

  it('The revisions of a group state their purpose, and the main one states that of the group', () => {
    expect(parts.map(({ description }) => description)).to.deep.equal([
      'Adds a.',
      'jobs.a: what for.',
      'jobs.a: what for.',
      '`down` only: back.',
      'jobs.a: what for.',
    ]);
    expect(parts.map(({ transaction }) => transaction)).to.deep.equal([true, false, false, true, true]);
  });

  it('The main revision of a group states what another revision of it makes only where SQLite has that in it', () => {
    const changes = diff(jobs({ columns: [A] }), jobs({ columns: [A, B], indexes: [index('ix_jobs_b')] }));
    const [added, built] = ['add-column', 'add-index'].map((kind) =>
      changes.filter((change) => change.kind === kind),
    );
    const [postgres, sqlite] = planned([
      part('main', { changes: added! }),
      part('build', { changes: built! }),
    ]).map((one) => ({ ...one, changes }));
    expect(summaryOf(mainChanges([postgres!]), [])).to.equal('Adds jobs.b.');
    expect(summaryOf(mainChanges([postgres!, sqlite!]), [])).to.equal('Adds jobs.b and ix_jobs_b.');
  });

  it('The main revision of a group contains the work of SQLite', () => {
    expect(parts.map(({ groups }) => groups.sqlite.up.length)).to.deep.equal([1, 0, 0, 0, 0]);
    const [only, ...others] = splitRevisions(planned([]), 'Adds a.');
    expect(others).to.deep.equal([]);
    expect(only?.groups).to.deep.equal({ postgres: { up: [], down: [] }, sqlite: SQLITE });
    const [first] = splitRevisions(planned([part('build')]), 'Adds ix.');
    expect(first).to.include({ suffix: '', description: 'Adds ix.' });
  });
});
