import { expect } from 'chai';
import { spatialConversions } from '../../../../../src/databases/postgres/plan/spatial-conversions.js';
import type { ColumnModel } from '../../../../../src/schema/model.js';

const BARE = { nullable: true, default: null, identity: null, generated: null, storage: null } as const;
const column = (type: string): ColumnModel => ({
  ...BARE,
  name: 'spot',
  type,
  collation: null,
  comment: null,
});

/** The expressions of a change; a problem without one is empty. */
function asked(from: string, to: string) {
  const found = spatialConversions([
    {
      ...{ kind: 'alter-column', table: 'place', object: 'spot', aspects: ['type'] },
      ...{ live: column(from), desired: column(to) },
    },
  ]);
  return found.map(({ direction, expressions }) => `${direction}: ${expressions.join()}`);
}

/** Both types, and what is asked. */
const ASKED: readonly (readonly [from: string, to: string, ...asked: string[]])[] = [
  [
    'geometry(Point,4326)',
    'geometry(MultiPoint,4326)',
    'up: ST_Multi("spot")',
    'down: ST_GeometryN("spot", 1)',
  ],
  [
    'geometry(Polygon,4326)',
    'geometry(MultiPolygon,3857)',
    'up: ST_Transform(ST_Multi("spot"), 3857)',
    'down: ST_Transform(ST_GeometryN("spot", 1), 4326)',
  ],
  ['geometry(Point)', 'geometry(LineString)', 'up: ', 'down: '],
  [
    'geometry(Point)',
    'geometry(MultiPoint,4326)',
    'up: ST_SetSRID(ST_Multi("spot"), 4326)',
    'down: ST_GeometryN("spot", 1)',
  ],
  ['geometry(Point)', 'geometry(PointZ)', 'up: ST_Force3DZ("spot")', 'down: ST_Force2D("spot")'],
  ['geometry(Point)', 'geometry(GeometryCollection)', 'up: ST_ForceCollection("spot")', 'down: '],
  ['geometry(MultiPoint)', 'geometry(GeometryCollection)', 'down: '],
  [
    'geography(Point,4326)',
    'geography(MultiPoint,4326)',
    'up: ST_Multi("spot"::geometry)::geography',
    'down: ST_GeometryN("spot"::geometry, 1)::geography',
  ],
  [
    'geometry(Point,3857)',
    'geography(Point,4326)',
    'up: ST_Transform("spot", 4326)::geography',
    'down: ST_Transform("spot"::geometry, 3857)',
  ],
  ['geometry(Point,4326)', 'geometry(Point,3857)'],
  ['geometry(Point)', 'geometry(Point,4326)'],
  ['geometry', 'geometry(Point,4326)'],
  ['geometry(Point,4326)', 'geography(Point,4326)'],
  ['geometry(Point,4326)', 'text'],
];

describe('Changes of types of PostGIS', () => {
  for (const [from, to, ...expected] of ASKED)
    it(`${from} becomes ${to}: ${expected.join(' and ') || 'nothing is asked'}`, () => {
      expect(asked(from, to)).to.deep.equal(expected);
    });

  it('The problem says which part of a value an expression keeps', () => {
    const live = column('geometry(MultiPoint)');
    const [up] = spatialConversions([
      {
        ...{ kind: 'alter-column', table: 'place', object: 'spot', aspects: ['type'] },
        ...{ live, desired: column('geometry(Point)') },
      },
    ]);
    expect(up?.problem).to.equal(
      'type geometry(MultiPoint) becomes geometry(Point), which does not take its values; ST_GeometryN(..., 1) keeps the first part of a value alone',
    );
  });
});
