import { expect } from 'chai';
import fc from 'fast-check';
import { diff } from '../../../src/schema/diff.js';
import { leaving } from '../../../src/schema/leave.js';
import { normalise } from '../../../src/schema/normalise.js';
import { pairsOfSchemas } from './arbitraries.js';

describe('A desired schema without some changes', () => {
  it('A desired schema without any of its changes is the live one', () => {
    fc.assert(
      fc.property(pairsOfSchemas('postgres'), ([a, b]) => {
        const [live, desired] = [normalise(a), normalise(b)];
        const left = leaving(desired, diff(live, desired));
        expect(diff(live, normalise(left))).to.deep.equal([]);
      }),
    );
  });

  it('A desired schema without one of its changes differs from the desired one by that change', () => {
    fc.assert(
      fc.property(pairsOfSchemas('postgres'), fc.nat(), ([a, b], number) => {
        const [live, desired] = [normalise(a), normalise(b)];
        const changes = diff(live, desired);
        const change = changes[number % Math.max(changes.length, 1)];
        if (!change) return;
        const again = diff(normalise(leaving(desired, [change])), desired);
        expect(again.map(({ kind }) => kind)).to.deep.equal([change.kind]);
      }),
    );
  });
});
