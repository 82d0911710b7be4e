import { expect } from 'chai';
import type { Planner } from '../../../../src/databases/planner.js';
import type { Confirmations } from '../../../../src/databases/planning.js';
import { loadPostgresPlanner } from '../../../../src/databases/postgres/plan/planner.js';
import { sqlitePlanner } from '../../../../src/databases/sqlite/plan/planner.js';
import { destructiveChanges } from '../../../../src/generate/confirm/destructive-changes.js';
import type { ColumnModel } from '../../../../src/schema/model.js';
import type { DialectName } from '../../../../src/databases/registry.js';
import { raw } from '../../../../src/schema/model.js';
import { diff } from '../../../../src/schema/diff.js';
import { column, schema, table } from '../../schema/samples.js';

let postgresPlanner: Planner;
before(async () => (postgresPlanner = await loadPostgresPlanner()));
const NONE = new Map<string, string>();
const NOTHING: Confirmations = {
  drops: [],
  backfills: NONE,
  timeZones: NONE,
  usings: NONE,
  usingsDown: NONE,
  allowRewrite: false,
};
const jobs = (...columns: readonly ColumnModel[]) => schema(table('jobs', { columns }));
const risks = (
  sides: readonly [ReturnType<typeof jobs>, ReturnType<typeof jobs>],
  confirmations = NOTHING,
  dialect: DialectName = 'postgres',
) =>
  destructiveChanges(
    diff(...sides),
    confirmations,
    dialect === 'postgres' ? postgresPlanner : sqlitePlanner,
  ).map(({ kind, table: of, column: one, remedies }) => [
    kind,
    one === null ? of : `${of}.${one}`,
    ...remedies,
  ]);

const A = column('a');
const TEXT = { type: 'text', nullable: true } as const;

describe('Changes that require confirmation', () => {
  for (const { title, sides, expected } of [
    {
      title: 'a dropped column',
      sides: [jobs(A, column('b', TEXT)), jobs(A)],
      expected: [['drop-column', 'jobs.b', '--drop jobs.b']],
    },
    {
      title: 'a dropped required column, which requires a value in down',
      sides: [jobs(A, column('b')), jobs(A)],
      expected: [
        ['drop-column', 'jobs.b', '--drop jobs.b'],
        ['required-back', 'jobs.b', '--backfill "jobs.b=<expression>"'],
      ],
    },
    {
      title: 'one dropped and two added columns',
      sides: [jobs(A, column('b', TEXT)), jobs(A, column('c', TEXT), column('d', TEXT))],
      expected: [['drop-column', 'jobs.b', '--rename jobs.b:c', '--rename jobs.b:d', '--drop jobs.b']],
    },
    {
      title: 'a dropped column and a required added one',
      sides: [jobs(A, column('b', TEXT)), jobs(A, column('c'))],
      expected: [
        ['drop-column', 'jobs.b', '--rename jobs.b:c', '--drop jobs.b'],
        [
          'required-column',
          'jobs.c',
          '--rename jobs.b:c',
          '--backfill "jobs.c=<expression>"',
          'a default in the entity',
          'nullable: true in the entity',
        ],
      ],
    },
    {
      title: 'a dropped table',
      sides: [schema(table('jobs'), table('old')), schema(table('jobs'), table('new'))],
      expected: [['drop-table', 'old', '--rename-table old:new', '--drop old']],
    },
    {
      title: 'a new required column',
      sides: [jobs(A), jobs(A, column('b'))],
      expected: [
        [
          'required-column',
          'jobs.b',
          '--backfill "jobs.b=<expression>"',
          'a default in the entity',
          'nullable: true in the entity',
        ],
      ],
    },
    {
      title: 'a column that becomes required',
      sides: [jobs(column('a', { nullable: true })), jobs(A)],
      expected: [
        ['required-column', 'jobs.a', '--backfill "jobs.a=<expression>"', 'nullable: true in the entity'],
      ],
    },
    {
      title: 'values that become computed ones',
      sides: [
        jobs(A, column('b', TEXT)),
        jobs(A, column('b', { ...TEXT, generated: raw('a'), storage: 'virtual' })),
      ],
      expected: [['drop-column', 'jobs.b', '--drop jobs.b']],
    },
    {
      title: 'int to bigint',
      sides: [jobs(A), jobs(column('a', { type: 'bigint' }))],
      expected: [['rewrite', 'jobs.a', '--allow-rewrite']],
    },
    {
      title: 'a wider varchar: none',
      sides: [
        jobs(column('a', { type: 'character varying(5)' })),
        jobs(column('a', { type: 'character varying(9)' })),
      ],
      expected: [],
    },
    {
      title: 'a new column with a default: none',
      sides: [jobs(A), jobs(A, column('b', { default: raw('0') }))],
      expected: [],
    },
    { title: 'a new table: none', sides: [schema(), jobs(A)], expected: [] },
    {
      title: 'a new identity',
      sides: [jobs(A), jobs(A, column('b', { identity: 'always' }))],
      expected: [['rewrite', 'jobs.b', '--allow-rewrite']],
    },
  ] as const)
    it(`The destructive changes are correct for ${title}`, () => {
      expect(risks([sides[0], sides[1]])).to.deep.equal(expected);
    });

  it('Rewrites require confirmation on PostgreSQL only, and none that is confirmed', () => {
    const sides = [jobs(A, column('b', TEXT)), jobs(column('a', { type: 'bigint' }), column('c'))] as const;
    expect(risks(sides, NOTHING, 'sqlite').map(([kind]) => kind)).to.deep.equal([
      'drop-column',
      'required-column',
    ]);
    const confirmed: Confirmations = {
      ...NOTHING,
      drops: ['jobs.b'],
      backfills: new Map([['jobs.c', '0']]),
      allowRewrite: true,
    };
    expect(risks(sides, confirmed)).to.deep.equal([]);
  });
});
