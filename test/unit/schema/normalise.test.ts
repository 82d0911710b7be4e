import { expect } from 'chai';
import { raw } from '../../../src/schema/model.js';
import { normalise } from '../../../src/schema/normalise.js';
import {
  check,
  column,
  exclusion,
  foreignKey,
  full,
  index,
  indexKey,
  key,
  schema,
  table,
} from './samples.js';

describe('normalise', () => {
  const untidy = {
    ...schema(
      table('workers'),
      table('jobs', {
        columns: [column('b', { type: 'varchar(100)', default: raw(`('x'::text)`) }), column('a')],
        primaryKey: key('pk_jobs', 'b', 'a'),
        uniques: [key('uq_b', 'b', 'a'), key(null, 'b'), key('uq_a', 'a'), key(null, 'a')],
        indexes: [
          index('ix_b', { keys: [indexKey('b'), indexKey('a')], include: ['d', 'c'] }),
          index('ix_a'),
        ],
        foreignKeys: [foreignKey('fk_b', { columns: ['b', 'a'] }), foreignKey('fk_a')],
        checks: [check('ck', 'b > 0'), check(null, 'b > 1'), check('ck', 'a > 0'), check(null, 'a > 1')],
        exclusions: [exclusion('ex_b'), exclusion('ex_a')],
      }),
    ),
    enums: [
      { name: 'z', values: ['B', 'A'] },
      { name: 'm', values: ['C'] },
    ],
  };

  it('normalise sorts lists without an order by name, else by their whole content, and keeps the order of others', () => {
    expect(normalise(untidy)).to.deep.equal({
      ...schema(
        table('jobs', {
          columns: [column('a'), column('b', { type: 'varchar(100)', default: raw(`('x'::text)`) })],
          primaryKey: key('pk_jobs', 'b', 'a'),
          uniques: [key('uq_a', 'a'), key('uq_b', 'b', 'a'), key(null, 'a'), key(null, 'b')],
          indexes: [
            index('ix_a'),
            index('ix_b', { keys: [indexKey('b'), indexKey('a')], include: ['d', 'c'] }),
          ],
          foreignKeys: [foreignKey('fk_a'), foreignKey('fk_b', { columns: ['b', 'a'] })],
          checks: [check('ck', 'a > 0'), check('ck', 'b > 0'), check(null, 'a > 1'), check(null, 'b > 1')],
          exclusions: [exclusion('ex_a'), exclusion('ex_b')],
        }),
        table('workers'),
      ),
      enums: [
        { name: 'm', values: ['C'] },
        { name: 'z', values: ['B', 'A'] },
      ],
    });
  });

  for (const [title, sample] of [
    ['an untidy schema', untidy],
    ['a full table', schema(full)],
    ['nothing', schema()],
  ] as const) {
    it(`normalise gives the same result when repeated: ${title}`, () => {
      const once = normalise(sample);
      expect(normalise(once)).to.deep.equal(once);
    });
  }

  it('normalise does not change its input', () => {
    const before = structuredClone(untidy);
    normalise(untidy);
    expect(untidy).to.deep.equal(before);
  });
});
