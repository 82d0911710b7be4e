import { expect } from 'chai';
import { parseExclusion } from '../../../src/schema/exclusion.js';
import { raw, type ExclusionModel } from '../../../src/schema/model.js';

type Elements = readonly (readonly [expression: string, operator: string])[];

const CASES: readonly (readonly [
  definition: string,
  method: string,
  elements: Elements,
  where: string | null,
])[] = [
  ['USING gist (during WITH &&)', 'gist', [['during', '&&']], null],
  [
    'using GIST ("room" with =, during WITH &&)',
    'gist',
    [
      ['"room"', '='],
      ['during', '&&'],
    ],
    null,
  ],
  ['(a WITH =)', 'btree', [['a', '=']], null],
  [
    "USING gist (tstzrange(a, b) WITH &&, (c || ',') WITH =) WHERE (active AND (a > b))",
    'gist',
    [
      ['tstzrange(a, b)', '&&'],
      [`(c || ',')`, '='],
    ],
    'active AND (a > b)',
  ],
  ['USING gist (a gist_ops WITH OPERATOR(public.=))', 'gist', [['a gist_ops', 'OPERATOR(public.=)']], null],
  ['USING gist ("with" WITH =) WHERE ("where" IS NULL)', 'gist', [['"with"', '=']], '"where" IS NULL'],
];

describe('parseExclusion', () => {
  for (const [definition, method, elements, where] of CASES) {
    it(`parseExclusion reads ${definition}`, () => {
      expect(parseExclusion(definition)).to.deep.equal({
        method,
        elements: elements.map(([sql, operator]) => ({ expression: raw(sql), operator })),
        where: where === null ? null : raw(where),
      } satisfies Pick<ExclusionModel, 'method' | 'elements' | 'where'>);
    });
  }
});
