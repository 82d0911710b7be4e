import { expect } from 'chai';
import { job, NUMBER, type Columns } from './case.js';
import { runTogether, type Together } from './together.js';

/** A column of another type, and one beside it. */
export const RETYPED: Together = {
  before: job({ n: NUMBER, other: NUMBER }),
  after: job({ n: { type: 'bigint', nullable: true }, other: NUMBER }),
};

/** An enumerated column. */
export function state(...values: readonly string[]): Columns {
  return { st: { type: 'enum', enum: [...values], nullable: true } };
}

/** A type that gets one more value: the way down creates it again. */
export const GROWN: Together = { before: job(state('a', 'b')), after: job(state('a', 'b', 'c')) };
/** A type that loses a value: the way up creates it again. */
export const SHRUNK: Together = { before: job(state('a', 'b', 'c')), after: job(state('a', 'b')) };
/** A column that is computed in another way: it is dropped and added again. */
export const RECOMPUTED: Together = {
  before: job({ n: NUMBER, g: twice(2) }),
  after: job({ n: NUMBER, g: twice(3) }),
};

function twice(times: number): Columns[string] {
  return { type: 'integer', nullable: true, asExpression: `n * ${times}`, generatedType: 'STORED' };
}

/** A function for triggers. */
export const FUNCTION =
  'CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$';

/** A change, and the statements that make the object beside it. */
export type AttachedCase = readonly [what: string, given: Together, byHand: readonly string[]];

/** Verifies that the objects of each case are the same after the change, and after the way down. */
export function verifyKept(kind: string, cases: readonly AttachedCase[]): void {
  describe(`${kind} beside a change (PostgreSQL)`, function () {
    this.timeout(120_000);
    for (const [what, given, byHand] of cases)
      it(`${kind} of a revision written by hand: the same afterwards, and after down, ${what}`, async () => {
        expect(await runTogether({ ...given, byHand })).to.deep.equal([]);
      });
  });
}
