import { expect } from 'chai';
import { shortList } from '../../../src/text/short-list.js';

describe('A list of names in a sentence', () => {
  for (const [names, words] of [
    [[], ''],
    [['A'], 'A'],
    [['A', 'B', 'C'], 'A, B, C'],
    [['A', 'B', 'C', 'D'], 'A ... D, 4 in all'],
  ] as const)
    it(`A list of ${names.length} names reads "${words}"`, () => {
      expect(shortList(names)).to.equal(words);
    });
});
