import { expect } from 'chai';
import { hintsOf } from '../../../../src/generate/verify/hints.js';
import { preservedData } from '../../../../src/generate/verify/preserved-data.js';
import type { Rename } from '../../../../src/schema/rename.js';
import { raw } from '../../../../src/schema/model.js';
import { column, schema, table } from '../../schema/samples.js';

const RENAMES: readonly Rename[] = [
  { kind: 'table', from: 'old', to: 'jobs' },
  { kind: 'column', table: 'jobs', from: 'was', to: 'is' },
  { kind: 'value', table: 'jobs', column: 'state', from: 'A', to: 'B' },
];
const columns = (name: string, type: string) => [
  column('id'),
  column(name),
  column('state'),
  column('size', { type }),
  column('filled'),
  column('computed', { generated: raw('1') }),
];
const head = schema(table('gone'), table('old', { columns: [...columns('was', 'text'), column('dropped')] }));
const desired = schema(table('jobs', { columns: columns('is', 'integer') }), table('fresh'));

describe('What a revision has to keep', () => {
  it('A revision preserves every column that it neither drops, converts, computes nor fills, by both names', () => {
    const before = { name: 'old', columns: ['id', 'was'], numbered: true };
    expect(
      preservedData({ head, desired, renames: RENAMES, filled: new Set(['jobs.filled']) }),
    ).to.deep.equal({
      up: [{ ...before, renamed: { name: 'jobs', columns: ['id', 'is'], numbered: true } }],
      down: [before],
    });
  });

  for (const { from, to, texts } of [
    { from: 'text', to: 'integer', texts: ['1', '2', '3'] },
    { from: 'text', to: 'boolean', texts: ['true', 'false'] },
    { from: 'text', to: 'enum state', texts: ['A', 'B'] },
    { from: 'text', to: 'jsonb', texts: ['1', '{"a":1}', 'null'] },
  ])
    it(`The verification uses texts that ${to} reads`, () => {
      const one = (type: string) => ({
        ...schema(table('jobs', { columns: [column('a', { type })] })),
        enums: [{ name: 'state', values: ['A', 'B'] }],
      });
      const hints = hintsOf({ head: one(from), desired: one(to), renames: [], filled: new Set() });
      expect(hints).to.deep.equal(new Map([['jobs.a', texts]]));
    });
});
