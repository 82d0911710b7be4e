import { expect } from 'chai';
import { normalise, normaliseExpression } from '../../../src/schema/normalise.js';
import { check, column, foreignKey, full, index, key, schema, table } from './samples.js';

/** What entities say, and what a database makes of it when it stores it. */
const SAME: readonly (readonly [said: string, stored: string])[] = [
  [`'IDLE'`, `'IDLE'::workerstatus`],
  [`'IDLE'`, `'IDLE'::"public"."workerstatus"`],
  [`'x'`, `'x'::character varying`],
  [`'x'`, `'x'::character varying(100)`],
  [`'0.5'`, `'0.5'::numeric(10,2)`],
  [`'2026-01-01'`, `'2026-01-01'::timestamp with time zone`],
  [`'{}'`, `'{}'::text[]`],
  [
    '"completed_at" IS NULL OR "completed_at" >= "created_at"',
    '((completed_at IS NULL) OR (completed_at >= created_at))',
  ],
  [`date_trunc('milliseconds', now())`, `date_trunc('milliseconds'::text, NOW())`],
  [`strftime('%Y-%m-%d %H:%M:%f', 'now')`, `(strftime ( '%Y-%m-%d %H:%M:%f' , 'now' ))`],
  ['1', '(1)'],
  ['true', 'TRUE'],
  ['"a">0', ' a  >\n0 '],
];

/** What a comparison must tell apart. */
const DIFFERENT: readonly (readonly [a: string, b: string])[] = [
  [`'IDLE'`, `'idle'`],
  [`'a  b'`, `'a b'`],
  [`'(a)'`, `'a'`],
  [`'it''s'`, `'its'`],
  [`'a::b'`, `'a::c'`],
  ['a > 0', 'a >= 0'],
  ['a > 0', 'b > 0'],
  ['a = 1', 'a = 10'],
  [`'1'`, '1'],
];

const EXPRESSIONS: readonly string[] = [
  ...SAME.flat(),
  ...DIFFERENT.flat(),
  `status = ANY (ARRAY['A'::mood, 'B'::mood])`,
  `"a" || 'b' <> ''`,
  `coalesce(-1.5, x)`,
  `':::a:b'::text`,
  '',
];

describe('normaliseExpression', () => {
  for (const [said, stored] of SAME) {
    it(`spells ${stored} as ${said}`, () => {
      expect(normaliseExpression(stored)).to.equal(normaliseExpression(said));
    });
  }

  for (const [a, b] of DIFFERENT) {
    it(`keeps ${a} and ${b} apart`, () => {
      expect(normaliseExpression(a)).not.to.equal(normaliseExpression(b));
    });
  }

  for (const expression of new Set(EXPRESSIONS)) {
    it(`done twice is done once: ${expression}`, () => {
      const once = normaliseExpression(expression);
      expect(normaliseExpression(once)).to.equal(once);
    });
  }
});

describe('normalise', () => {
  const untidy = {
    ...schema(
      table('workers'),
      table('jobs', {
        columns: [
          column('b', { type: 'VARCHAR(100)', default: `('x'::text)` }),
          column('a', { type: 'INTEGER' }),
        ],
        primaryKey: key('pk_jobs', 'b', 'a'),
        uniques: [key('uq_b', 'b', 'a'), key('uq_a', 'a')],
        indexes: [index('ix_b', { columns: ['b', 'a'], where: '("a" > 0)' }), index('ix_a')],
        foreignKeys: [foreignKey('fk_b', { columns: ['b', 'a'] }), foreignKey('fk_a')],
        checks: [check('ck_b', '((b > 0))'), check(null, 'B > 1'), check('ck_a', 'A > 0')],
      }),
    ),
    enums: [
      { name: 'z', values: ['B', 'A'] },
      { name: 'm', values: ['C'] },
    ],
  };

  it('sorts what has no order, keeps what has one, and spells everything one way', () => {
    expect(normalise(untidy)).to.deep.equal({
      ...schema(
        table('jobs', {
          columns: [column('a'), column('b', { type: 'varchar(100)', default: `'x'` })],
          primaryKey: key('pk_jobs', 'b', 'a'),
          uniques: [key('uq_a', 'a'), key('uq_b', 'b', 'a')],
          indexes: [index('ix_a'), index('ix_b', { columns: ['b', 'a'], where: 'a > 0' })],
          foreignKeys: [foreignKey('fk_a'), foreignKey('fk_b', { columns: ['b', 'a'] })],
          checks: [check(null, 'b > 1'), check('ck_a', 'a > 0'), check('ck_b', 'b > 0')],
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
    it(`done twice is done once: ${title}`, () => {
      const once = normalise(sample);
      expect(normalise(once)).to.deep.equal(once);
    });
  }

  it('leaves alone what it is given', () => {
    const before = structuredClone(untidy);
    normalise(untidy);
    expect(untidy).to.deep.equal(before);
  });
});
