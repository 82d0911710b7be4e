import { expect } from 'chai';
import { DependentsLostError } from '../../../src/errors/lost-dependents.js';
import { LOST } from './lost-cases.js';
import { generateTogether } from './together.js';

describe('An object that a change would lose (PostgreSQL)', function () {
  this.timeout(120_000);

  for (const { what, given, byHand, line } of LOST)
    it(`Generating refuses, with its name and before anything is verified, ${what}`, async () => {
      const error: unknown = await generateTogether({ ...given, byHand }).catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(DependentsLostError);
      expect((error as DependentsLostError).lines[1]).to.equal(line);
    });
});
