import { expect } from 'chai';
import { RevisionInvalidError, RevisionMissingError, RevisionOutOfOrderError } from '../../../src/errors.js';
import { currentOf, pendingOf, planDown, planUp } from '../../../src/migrator/plan.js';
import { thrownBy } from '../support/thrown-by.js';

const A = 'Alpha1000000000001';
const B = 'Bravo1000000000002';
const C = 'Charlie1000000000003';
const D = 'Delta1000000000004';

interface Case {
  readonly known: readonly string[];
  readonly applied: readonly string[];
  readonly current: string | undefined;
  readonly pending: readonly string[];
  readonly down: readonly string[];
}

const LINES: readonly Case[] = [
  { known: [], applied: [], current: undefined, pending: [], down: [] },
  { known: [A, B], applied: [], current: undefined, pending: [A, B], down: [] },
  { known: [A, B, C], applied: [A], current: A, pending: [B, C], down: [A] },
  { known: [A, B, C], applied: [A, B, C], current: C, pending: [], down: [C] },
  { known: [A, B, C], applied: [B, A], current: B, pending: [C], down: [B] },
];

describe('A plan', () => {
  for (const { known, applied, current, pending, down } of LINES) {
    it(`from [${applied.join()}] of [${known.join()}] goes up through [${pending.join()}] and down through [${down.join()}]`, () => {
      expect(planUp({ known, applied })).to.deep.equal(pending);
      expect(planDown({ known, applied })).to.deep.equal(down);
      expect(pendingOf({ known, applied })).to.deep.equal(pending);
      expect(currentOf({ known, applied })).to.equal(current);
    });
  }

  it('up refuses pending revisions that are older than the current one, all of them by name', () => {
    const error = thrownBy(RevisionOutOfOrderError, () => planUp({ known: [A, B, C, D], applied: [C] }));
    expect(error.message).to.equal(
      `${A}, ${B}: pending, but older than ${C}, which is applied already. ` +
        'History is a line: give it a newer stamp (class name and file name), or revert to before it first.',
    );
    expect(error).to.deep.include({ code: 'REVISION_OUT_OF_ORDER', revisions: [A, B], current: C });
  });

  it('down does not mind an older pending revision', () => {
    expect(planDown({ known: [A, B, C], applied: [A, C] })).to.deep.equal([C]);
  });

  for (const plan of [planUp, planDown]) {
    it(`${plan === planUp ? 'up' : 'down'} refuses a database with revisions that the code does not have`, () => {
      const error = thrownBy(RevisionMissingError, () => plan({ known: [A], applied: [A, B, D] }));
      expect(error.message).to.equal(
        `${B}, ${D}: recorded in the database, missing in the code. ` +
          'Deploy the version of the code that has it, or add it to the list of migrations.',
      );
      expect(error).to.deep.include({ code: 'REVISION_MISSING', revisions: [B, D] });
    });
  }

  it('says that a revision is missing before it says that another is out of order', () => {
    expect(() => planUp({ known: [A, C], applied: [B, C] })).to.throw(RevisionMissingError);
  });

  it('cannot order a recorded name without a stamp', () => {
    expect(() => currentOf({ known: [], applied: ['Oddity', A] })).to.throw(RevisionInvalidError);
  });

  it('changes neither list that it is given', () => {
    const history = { known: Object.freeze([A, B]), applied: Object.freeze([B, A]) };
    expect(() => [planUp(history), planDown(history)]).not.to.throw();
  });
});
