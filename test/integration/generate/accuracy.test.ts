import { expect } from 'chai';
import { ACCURACY_CASES } from './accuracy/cases.js';
import { outcomesOf } from './accuracy/outcome.js';

describe("Where TypeORM's generator loses data or is wrong, ours is right", () => {
  for (const one of ACCURACY_CASES)
    it(`Our generator is right, in up and down, for ${one.what}`, async function () {
      this.timeout(120_000);
      const outcomes = await outcomesOf(one);
      for (const dialect of ['postgres', 'sqlite'] as const) {
        const { ours, typeorm } = outcomes[dialect];
        expect(ours, dialect).to.deep.equal({ up: 'right', down: 'right', detail: '' });
        const [up, down] = one.typeorm[dialect];
        expect({ up: typeorm.up, down: typeorm.down }, `TypeORM, ${dialect}`).to.deep.equal({ up, down });
      }
    });
});
