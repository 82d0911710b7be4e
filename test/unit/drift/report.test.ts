import { expect } from 'chai';
import type { DriftReport } from '../../../src/drift/drift-report.js';
import { changeJson, hasFindings, reportLines } from '../../../src/drift/report.js';
import type { Change } from '../../../src/schema/change.js';
import { raw } from '../../../src/schema/model.js';
import { check, column, full, key } from '../schema/samples.js';

const IN_SYNC: DriftReport = {
  status: 'in-sync',
  dialect: 'postgres',
  changes: [],
  accepted: [],
  stale: [],
  uncomparable: [],
  unmanaged: [],
  pending: [],
  tables: 5,
};

const CHANGES: readonly Change[] = [
  { kind: 'add-enum', table: '', object: 'mood', desired: { name: 'mood', values: ['A', 'B'] } },
  {
    kind: 'alter-column',
    table: 'jobs',
    object: 'a',
    aspects: ['nullable', 'default'],
    live: column('a', { nullable: true, default: raw('1') }),
    desired: column('a'),
  },
  { kind: 'drop-check', table: 'jobs', object: 'ck', live: check('ck', 'a > 0') },
  { kind: 'create-table', table: 'workers', object: 'workers', desired: full },
];

const UNCOMPARABLE = {
  kind: 'check',
  table: 'jobs',
  object: 'ck_2',
  live: 'f(a)',
  desired: 'g(a)',
  reason: 'no such function: f',
};

const CASES: readonly (readonly [
  title: string,
  report: Partial<DriftReport>,
  strict: boolean,
  findings: boolean,
  lines: readonly string[],
])[] = [
  ['nothing', {}, false, false, ['in sync (5 tables)']],
  ['nothing in a single table', { tables: 1 }, false, false, ['in sync (1 table)']],
  [
    'a difference of a table and one of its enumerated type',
    { status: 'drifted', changes: CHANGES.slice(0, 2) },
    false,
    true,
    [
      '2 differences in 1 table and 1 enumerated type',
      '',
      'enumerated types',
      '  + Enum mood is missing in the database; the entities declare values (A, B).',
      '',
      'jobs',
      '  ~ Column jobs.a: nullable is yes, the entities declare no; default is 1, the entities declare none.',
    ],
  ],
  [
    'differences, table by table',
    { status: 'drifted', changes: CHANGES.slice(1) },
    false,
    true,
    [
      '3 differences in 2 tables',
      '',
      'jobs',
      '  ~ Column jobs.a: nullable is yes, the entities declare no; default is 1, the entities declare none.',
      '  - Check jobs.ck is in the database, but no entity declares it: expression a > 0.',
      '',
      'workers',
      '  + Table workers is missing in the database; the entities declare 2 columns.',
    ],
  ],
  [
    'one difference',
    { status: 'drifted', changes: CHANGES.slice(3) },
    false,
    true,
    [
      '1 difference in 1 table',
      '',
      'workers',
      '  + Table workers is missing in the database; the entities declare 2 columns.',
    ],
  ],
  [
    'what cannot be compared, which is not in sync',
    { uncomparable: [UNCOMPARABLE, { ...UNCOMPARABLE, kind: 'view', table: '', object: 'v' }] },
    false,
    true,
    [
      'incomplete: 2 objects cannot be compared',
      '',
      'cannot be compared',
      '  check jobs.ck_2: no such function: f',
      '  view v: no such function: f',
    ],
  ],
  [
    'what is unmanaged, which is in sync',
    { unmanaged: [{ kind: 'table', object: 'audit' }] },
    false,
    false,
    ['in sync (5 tables)', '', 'declared by no entity (drift only with --strict)', '  table audit'],
  ],
  [
    'what is unmanaged when the check is strict',
    { status: 'drifted', unmanaged: [{ kind: 'trigger', object: 'jobs.t' }] },
    true,
    true,
    ['objects that no entity declares', '', 'declared by no entity', '  trigger jobs.t'],
  ],
  [
    'revisions that are pending',
    { pending: ['Second1795438800000'] },
    false,
    true,
    ['1 revision pending; otherwise in sync (5 tables)', '', 'pending revisions', '  Second1795438800000'],
  ],
];

describe('The report of a check', () => {
  for (const [title, changes, strict, findings, lines] of CASES) {
    it(`The report of a check shows ${title}`, () => {
      const report = { ...IN_SYNC, ...changes };
      expect(reportLines(report, strict)).to.deep.equal(lines);
      expect(hasFindings(report)).to.equal(findings);
    });
  }

  it('The report of a check lists enumerated types under a separate heading', () => {
    const lines = reportLines({ ...IN_SYNC, status: 'drifted', changes: CHANGES.slice(0, 1) }, false);
    expect(lines.slice(1)).to.deep.equal([
      '',
      'enumerated types',
      '  + Enum mood is missing in the database; the entities declare values (A, B).',
    ]);
  });
});

describe('A change in JSON', () => {
  it('A change in JSON has both sides as text, in the aspects that differ', () => {
    expect(CHANGES.slice(0, 3).map(changeJson)).to.deep.equal([
      {
        kind: 'add-enum',
        table: '',
        object: 'mood',
        aspects: [],
        desired: 'values (A, B)',
        live: null,
        message: 'Enum mood is missing in the database; the entities declare values (A, B).',
      },
      {
        kind: 'alter-column',
        table: 'jobs',
        object: 'a',
        aspects: ['nullable', 'default'],
        desired: 'nullable no',
        live: 'nullable yes, default 1',
        message:
          'Column jobs.a: nullable is yes, the entities declare no; default is 1, the entities declare none.',
      },
      {
        kind: 'drop-check',
        table: 'jobs',
        object: 'ck',
        aspects: [],
        desired: null,
        live: 'expression a > 0',
        message: 'Check jobs.ck is in the database, but no entity declares it: expression a > 0.',
      },
    ]);
  });

  it('A change in JSON contains the bare value where one aspect differs', () => {
    const [live, desired] = [key('uq', 'a'), key('uq', 'b', 'a')];
    const change = { kind: 'alter-unique', table: 'jobs', object: 'uq', live, desired } as const;
    expect(changeJson({ ...change, aspects: ['columns'] })).to.include({ live: '(a)', desired: '(b, a)' });
  });
});
