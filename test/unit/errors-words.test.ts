import { expect } from 'chai';
import { databaseWords, messageOf } from '../../src/errors/base.js';

describe('databaseWords', () => {
  for (const [thrown, words] of [
    [new Error('plain'), 'plain'],
    [
      Object.assign(new Error('not unique'), { detail: 'Key (a)=(1) is there twice.' }),
      'not unique. Key (a)=(1) is there twice',
    ],
    [Object.assign(new Error('no.'), { detail: 'Why.', hint: 'Try b.' }), 'no. Why. Try b'],
    [undefined, 'undefined'],
  ] as const) {
    it(`databaseWords returns "${words}"`, () => {
      expect(databaseWords(thrown)).to.equal(words);
    });
  }
});

describe('messageOf', () => {
  for (const [thrown, words] of [
    [new Error('plain'), 'plain'],
    ['text', 'text'],
    [undefined, 'undefined'],
    [new AggregateError([new Error('first'), 'second']), 'first; second'],
    [new AggregateError([new Error('first')], 'both failed'), 'both failed'],
  ] as const) {
    it(`messageOf returns "${words}"`, () => {
      expect(messageOf(thrown)).to.equal(words);
    });
  }
});
