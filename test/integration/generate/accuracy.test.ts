import { expect } from 'chai';
import { ACCURACY_CASES } from './accuracy/cases.js';
import { outcomesOf } from './accuracy/outcome.js';

describe("Our generator is right, and TypeORM's generator where it is known to be", () => {
  for (const one of ACCURACY_CASES)
    it(`Our generator is right, in up and down, for ${one.what}`, async function () {
      this.timeout(120_000);
      for (const { dialect, ours, typeorm } of await outcomesOf(one)) {
        expect(ours, dialect).to.deep.equal({ up: 'right', down: 'right', detail: '' });
        const [up, down] = one.typeorm[dialect] ?? [];
        expect({ up: typeorm.up, down: typeorm.down }, `TypeORM, ${dialect}`).to.deep.equal({ up, down });
      }
    });
});
