import { expect } from 'chai';
import { reasonOf } from '../../../src/schema/describe-change.js';
import type { Change } from '../../../src/schema/change.js';
import { diff } from '../../../src/schema/diff.js';
import { raw, type EnumModel, type TableModel } from '../../../src/schema/model.js';
import { normalise } from '../../../src/schema/normalise.js';
import { check, column, exclusion, foreignKey, index, indexKey, key, table } from './samples.js';

type Side = Partial<TableModel>;

const job = (side: Side) => table('jobs', side);

function changesOf(
  live: readonly TableModel[],
  desired: readonly TableModel[],
  enums: Readonly<Record<'live' | 'desired', readonly EnumModel[]>> = { live: [], desired: [] },
): readonly Change[] {
  return diff(
    normalise({ dialect: 'postgres', tables: live, enums: enums.live }),
    normalise({ dialect: 'postgres', tables: desired, enums: enums.desired }),
  );
}

const depth = column('depth', { default: raw('0') });
const status = (type: string, more = {}) => ({ columns: [column('status', { type, ...more })] });
const values = (...names: readonly string[]) =>
  check(null, `"status" IN (${names.map((name) => `'${name}'`).join(',')})`);

const CASES: readonly (readonly [live: Side, desired: Side, reason: string])[] = [
  [{}, { columns: [depth] }, 'jobs.depth: new column, integer, not null, default 0'],
  [
    {},
    { columns: [column('note', { type: 'text', nullable: true, collation: 'NOCASE' })] },
    'jobs.note: new column, text, collation NOCASE, nullable',
  ],
  [
    {},
    { columns: [column('id', { identity: 'by default' })] },
    'jobs.id: new column, integer, identity by default, not null',
  ],
  [
    {},
    { columns: [column('id', { identity: 'autoincrement' })] },
    'jobs.id: new column, integer, autoincrement, not null',
  ],
  [
    {},
    { columns: [column('twice', { nullable: true, generated: raw('"depth" * 2'), storage: 'virtual' })] },
    'jobs.twice: new column, integer, computed as "depth" * 2, virtual, nullable',
  ],
  [{ columns: [depth] }, {}, 'jobs.depth: column dropped'],
  [status('varchar(50)'), status('varchar(100)'), 'jobs.status: type varchar(50) becomes varchar(100)'],
  [
    status('text', { nullable: true, default: raw("'A'"), comment: 'old' }),
    status('text', { default: raw("'B'"), collation: 'C' }),
    `jobs.status: now not null, default 'A' becomes 'B', new collation C, comment old dropped`,
  ],
  [
    status('text'),
    status('text', { nullable: true, default: raw('1') }),
    'jobs.status: now nullable, new default 1',
  ],
  [
    status('integer', { identity: 'serial' }),
    status('integer', { identity: 'always' }),
    'jobs.status: numbering serial becomes always',
  ],
  [
    status('text'),
    status('text', { generated: raw('"a"'), storage: 'stored' }),
    'jobs.status: now computed as "a"',
  ],
  [
    status('text', { generated: raw('"a"'), storage: 'stored' }),
    status('text'),
    'jobs.status: no longer computed',
  ],
  [
    status('text', { generated: raw('"a"'), storage: 'stored' }),
    status('text', { generated: raw('"b"'), storage: 'virtual' }),
    'jobs.status: computed as "b" instead of "a", storage stored becomes virtual',
  ],
  [{}, { primaryKey: key('pk_jobs', 'id') }, 'jobs: new primary key (id)'],
  [{ primaryKey: key('pk_jobs', 'id') }, {}, 'jobs: primary key (id) dropped'],
  [
    { primaryKey: key('pk_jobs', 'id') },
    { primaryKey: key('pk_jobs', 'a', 'b') },
    'jobs: primary key (id) becomes (a, b)',
  ],
  [{}, { uniques: [key('uq_jobs_a', 'a', 'b')] }, 'uq_jobs_a: new unique constraint of jobs (a, b)'],
  [{ uniques: [key('uq_jobs_a', 'a')] }, {}, 'uq_jobs_a: unique constraint of jobs dropped'],
  [{}, { uniques: [key(null, 'a')] }, 'jobs: new unique constraint (a)'],
  [{ uniques: [key(null, 'a')] }, {}, 'jobs: unique constraint (a) dropped'],
  [
    { uniques: [key('uq_old', 'a')] },
    { uniques: [key('uq_new', 'a')] },
    'uq_new: unique constraint of jobs, renamed from uq_old',
  ],
  [
    { uniques: [key(null, 'a')] },
    { uniques: [key('uq_new', 'a')] },
    'uq_new: unique constraint of jobs, now named',
  ],
  [
    {},
    { indexes: [index('ix_jobs_depth_status', { keys: [indexKey('depth'), indexKey('status')] })] },
    'ix_jobs_depth_status: new index of jobs (depth, status)',
  ],
  [
    {},
    {
      indexes: [
        index('ix', {
          keys: [indexKey('a', { order: 'DESC', collation: 'C', opclass: 'ops' })],
          unique: true,
          where: raw('"a" > 0'),
          method: 'gin',
          include: ['c'],
          nulls: 'not distinct',
        }),
      ],
    },
    'ix: new index of jobs (a collate C ops desc nulls last), unique, including (c), nulls not distinct, using gin, where "a" > 0',
  ],
  [{ indexes: [index('ix')] }, {}, 'ix: index of jobs dropped'],
  [
    { indexes: [index('ix', { unique: true })] },
    { indexes: [index('ix', { where: raw('"a" > 0') })] },
    'ix: index of jobs, unique becomes where "a" > 0',
  ],
  [
    {},
    {
      foreignKeys: [
        foreignKey('fk_jobs', {
          columns: ['parent_job_id'],
          table: 'jobs',
          references: ['job_id'],
          onDelete: 'SET NULL',
        }),
      ],
    },
    'fk_jobs: new foreign key of jobs (parent_job_id) to jobs (job_id), on delete set null',
  ],
  [
    { foreignKeys: [foreignKey('fk', { onDelete: 'CASCADE' })] },
    { foreignKeys: [foreignKey('fk', { onDelete: 'SET NULL' })] },
    'fk: foreign key of jobs, on delete cascade becomes on delete set null',
  ],
  [
    { foreignKeys: [foreignKey('fk')] },
    {
      foreignKeys: [
        foreignKey('fk', { onUpdate: 'RESTRICT', deferrable: 'INITIALLY DEFERRED', match: 'FULL' }),
      ],
    },
    'fk: foreign key of jobs, now on update restrict, match full, deferrable initially deferred',
  ],
  [
    { foreignKeys: [foreignKey('fk', { validated: false })] },
    { foreignKeys: [foreignKey('fk')] },
    'fk: foreign key of jobs, no longer unvalidated',
  ],
  [{ foreignKeys: [foreignKey('fk')] }, {}, 'fk: foreign key of jobs dropped'],
  [
    {},
    { checks: [check('ck_jobs_depth', '"depth" >= 0')] },
    'ck_jobs_depth: new check of jobs, "depth" >= 0',
  ],
  [{ checks: [check('ck', '"a" > 0')] }, {}, 'ck: check of jobs dropped'],
  [
    { checks: [check('ck', '"a" > 0')] },
    { checks: [check('ck', '"a" > 1')] },
    'ck: check of jobs, "a" > 0 becomes "a" > 1',
  ],
  [{ checks: [values('A')] }, { checks: [values('A', "it''s", 'B')] }, "jobs.status: new values it's, B"],
  [
    { checks: [values('A', 'B')] },
    { checks: [values('B', 'C')] },
    'jobs.status: new value C, value A dropped',
  ],
  [{ checks: [values('A', 'B')] }, { checks: [values('B', 'A')] }, 'jobs.status: values reordered'],
  [{}, { checks: [values('A', 'B')] }, 'jobs.status: only A, B allowed'],
  [{ checks: [values('A', 'B')] }, {}, 'jobs.status: any value allowed'],
  [{}, { checks: [check(null, '"a" > 0')] }, 'jobs: new check, "a" > 0'],
  [
    {},
    { exclusions: [exclusion('ex')] },
    'ex: new exclusion constraint of jobs (room with =, during with &&)',
  ],
  [{ options: null }, { options: 'STRICT' }, 'jobs: new options STRICT'],
  [
    { persistence: 'unlogged', comment: 'a', options: 'STRICT' },
    { comment: 'b' },
    'jobs: unlogged becomes permanent, comment a becomes b, options STRICT dropped',
  ],
];

describe('The reason of changes', () => {
  for (const [live, desired, reason] of CASES) {
    it(`The reason of changes reads: ${reason}`, () => {
      expect(reasonOf(changesOf([job(live)], [job(desired)]))).to.equal(reason);
    });
  }

  it('The reason of changes names whole tables', () => {
    expect(reasonOf(changesOf([table('b')], [table('a')]))).to.equal('a: new table; b: table dropped');
  });

  it('The reason of changes names enumerated types', () => {
    const enums = {
      live: [
        { name: 'gone', values: ['A'] },
        { name: 'kept', values: ['A', 'B'] },
      ],
      desired: [
        { name: 'come', values: ['A', 'B'] },
        { name: 'kept', values: ['X', 'A', 'B'] },
      ],
    };
    expect(reasonOf(changesOf([], [], enums))).to.equal(
      'come: new enum A, B; gone: enum dropped; kept: new value X',
    );
  });

  it('The reason of changes names one object once, and separates others by semicolons', () => {
    const changes = changesOf(
      [job({ columns: [column('a')], checks: [values('A')] })],
      [job({ columns: [column('a', { type: 'text' }), depth], checks: [values('A', 'B')] })],
    );
    expect(reasonOf(changes)).to.equal(
      'jobs.a: type integer becomes text; jobs.depth: new column, integer, not null, default 0; jobs.status: new value B',
    );
    expect(reasonOf(changes.slice(0, 1).concat(changes.slice(0, 1)))).to.equal(
      'jobs.a: type integer becomes text, type integer becomes text',
    );
  });

  it('The reason of no changes is empty', () => {
    expect(reasonOf([])).to.equal('');
  });
});
