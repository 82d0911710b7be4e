import { expect } from 'chai';
import { separateUncomparable } from '../../../src/drift/uncomparable.js';
import { diff } from '../../../src/schema/diff.js';
import { raw, type Expression, type TableModel, type Uncomparable } from '../../../src/schema/model.js';
import { check, column, exclusion, index, schema, table } from '../schema/samples.js';

const refused = (sql: string): Expression => ({ sql, canonical: sql, refused: 'no such function: f' });

function separate(
  live: Partial<TableModel>,
  desired: Partial<TableModel>,
  unknown: readonly Uncomparable[] = [],
): ReturnType<typeof separateUncomparable> {
  return separateUncomparable(diff(schema(table('jobs', live)), schema(table('jobs', desired))), unknown);
}

const CASES: readonly (readonly [
  title: string,
  live: Partial<TableModel>,
  desired: Partial<TableModel>,
  kind: string,
  sides: readonly [live: string, desired: string],
])[] = [
  [
    'a check that the live side has',
    { checks: [check('x', refused('f(a)'))] },
    { checks: [check('x', 'g(a)')] },
    'check',
    ['f(a)', 'g(a)'],
  ],
  [
    'a check that the entities say',
    { checks: [check('x', 'f(a)')] },
    { checks: [check('x', refused('g(a)'))] },
    'check',
    ['f(a)', 'g(a)'],
  ],
  [
    'a default',
    { columns: [column('x', { default: raw('1') })] },
    { columns: [column('x', { default: refused('f(1)') })] },
    'column',
    ['1', 'f(1)'],
  ],
  [
    'a predicate',
    { indexes: [index('x', { where: refused('f(a)') })] },
    { indexes: [index('x', { where: raw('a') })] },
    'index',
    ['f(a)', 'a'],
  ],
  [
    'an element of an exclusion constraint',
    { exclusions: [exclusion('x', { elements: [{ expression: refused('f(a)'), operator: '=' }] })] },
    { exclusions: [exclusion('x', { elements: [{ expression: raw('a'), operator: '=' }] })] },
    'exclusion',
    ['(f(a) WITH =)', '(a WITH =)'],
  ],
];

describe('separateUncomparable', () => {
  for (const [title, live, desired, kind, sides] of CASES) {
    it(`separateUncomparable removes ${title} that the database would not spell, and reports why`, () => {
      expect(separate(live, desired)).to.deep.equal({
        changes: [],
        uncomparable: [
          {
            kind,
            table: 'jobs',
            object: 'x',
            live: sides[0],
            desired: sides[1],
            reason: 'no such function: f',
          },
        ],
      });
    });
  }

  it('separateUncomparable keeps the other aspects of the same object among the changes', () => {
    const live = column('x', { default: refused('f(1)'), type: 'text' });
    const desired = column('x', { default: raw('1') });
    const { changes, uncomparable } = separate({ columns: [live] }, { columns: [desired] });
    expect(changes).to.deep.equal([
      { kind: 'alter-column', table: 'jobs', object: 'x', aspects: ['type'], live, desired },
    ]);
    expect(uncomparable.map(({ object }) => object)).to.deep.equal(['x']);
  });

  it('separateUncomparable keeps what is written alike, what is on one side only, and what was not refused', () => {
    const { changes, uncomparable } = separate(
      { checks: [check('same', refused('f(a)')), check('old', refused('f(b)')), check('x', 'a > 0')] },
      { checks: [check('same', refused('f(a)')), check('new', refused('f(c)')), check('x', 'a > 1')] },
    );
    expect(uncomparable).to.deep.equal([]);
    expect(changes.map(({ kind, object }) => `${kind} ${object}`)).to.deep.equal([
      'add-check new',
      'drop-check old',
      'alter-check x',
    ]);
  });

  const unknown = (kind: string, object: string): Uncomparable => ({
    kind,
    table: 'jobs',
    object,
    live: 'raw definition',
    desired: null,
    reason: 'unknown',
  });

  it('separateUncomparable removes a difference of an unknown type and no other difference', () => {
    const live = column('x', { type: 'geometry', nullable: true });
    const desired = column('x', { type: 'text' });
    const both = [unknown('column', 'x'), unknown('column', 'elsewhere')];
    const { changes, uncomparable } = separate({ columns: [live] }, { columns: [desired] }, both);
    expect(changes.map((change) => 'aspects' in change && change.aspects)).to.deep.equal([['nullable']]);
    expect(uncomparable.map(({ kind, object, reason }) => [kind, object, reason])).to.deep.equal([
      ['column', 'x', 'unknown'],
    ]);
  });

  it('separateUncomparable removes every change of an unknown index and names it once', () => {
    const { changes, uncomparable } = separate(
      { indexes: [index('ix', { method: 'rum' }), index('other')] },
      { indexes: [index('ix', { unique: true })] },
      [unknown('index', 'ix')],
    );
    expect(changes.map(({ kind, object }) => `${kind} ${object}`)).to.deep.equal(['drop-index other']);
    expect(uncomparable).to.deep.equal([unknown('index', 'ix')]);
  });
});
