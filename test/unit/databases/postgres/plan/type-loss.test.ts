import { expect } from 'chai';
import { lossOfTypeChange } from '../../../../../src/databases/postgres/plan/type-loss.js';

const ROUNDED = 'values are rounded';
const FRACTIONS = 'fractions of a second are lost';

const LOSSES: readonly (readonly [from: string, to: string, loss: string | null])[] = [
  ['bigint', 'double precision', ROUNDED],
  ['integer', 'double precision', null],
  ['numeric(20,4)', 'double precision', ROUNDED],
  ['numeric(10,2)', 'double precision', null],
  ['numeric', 'double precision', ROUNDED],
  ['integer', 'real', ROUNDED],
  ['smallint', 'real', null],
  ['real', 'double precision', null],
  ['double precision', 'integer', ROUNDED],
  ['numeric(10,4)', 'numeric(10,2)', ROUNDED],
  ['inet', 'cidr', 'the part of an address behind its network is lost'],
  ['timestamp without time zone', 'time without time zone', 'the date is lost'],
  ['timestamp with time zone', 'date', 'the time of day is lost'],
  ['interval', 'time without time zone', 'whole days are lost'],
  ['time with time zone', 'time without time zone', 'the time zone is lost'],
  ['timestamp(6) without time zone', 'timestamp(0) with time zone', FRACTIONS],
  ['timestamp(3) without time zone', 'timestamp with time zone', null],
  ['interval(3)', 'interval(0)', FRACTIONS],
  ['text', 'integer', 'the revision fails if a text is not of type integer'],
  ['geometry', 'geometry(Point,4326)', 'the revision fails if a value is not of type geometry(Point,4326)'],
  ['geometry(Point,4326)', 'geometry', null],
];

describe('What a change of type takes from the values (PostgreSQL)', () => {
  for (const [from, to, loss] of LOSSES)
    it(`What a change of type takes from the values is told: ${from} to ${to}, ${loss ?? 'nothing'}`, () => {
      expect(lossOfTypeChange(from, to)).to.equal(loss);
    });
});
