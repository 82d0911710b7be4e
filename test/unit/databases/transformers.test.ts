import { expect } from 'chai';
import { jsonParameters, jsonText, safeIntegers } from '../../../src/databases/transformers.js';
import { UnsafeIntegerError } from '../../../src/errors.js';
import { thrownBy } from '../support/thrown-by.js';

describe('safeIntegers', () => {
  it('makes a number of the text that the driver gives, once or twice', () => {
    const once: unknown = safeIntegers.from('9007199254740991');
    expect([once, safeIntegers.from(once), safeIntegers.from('-5')]).to.deep.equal([
      9_007_199_254_740_991, 9_007_199_254_740_991, -5,
    ]);
  });

  it('leaves null, undefined and what is written as they are', () => {
    expect([safeIntegers.from(null), safeIntegers.from(undefined), safeIntegers.to(7)]).to.deep.equal([
      null,
      undefined,
      7,
    ]);
  });

  it('refuses what a number cannot hold exactly', () => {
    for (const value of ['9007199254740992', '-9223372036854775808']) {
      const error = thrownBy(UnsafeIntegerError, () => safeIntegers.from(value) as unknown);
      expect(error).to.include({ code: 'INTEGER_UNSAFE', value });
    }
  });
});

describe('jsonText', () => {
  it('is text whose keys are in order, on every level, and arrays as they are', () => {
    const value = { b: [{ z: 1, y: { d: 1, c: 2 } }, 'a'], a: null };
    expect(jsonText.to(value)).to.equal('{"a":null,"b":[{"y":{"c":2,"d":1},"z":1},"a"]}');
    expect(jsonText.from(jsonText.to(value) as unknown)).to.deep.equal(value);
  });

  it("leaves SQL's NULL alone in both directions", () => {
    expect([jsonText.to(null), jsonText.from(null), jsonText.to(undefined)]).to.deep.equal([
      null,
      null,
      undefined,
    ]);
  });
});

describe('jsonParameters', () => {
  it('is written as its value, by whoever makes text of it', () => {
    for (const value of [[1, 'a'], 'a', '{}', 0, false, { a: [] }])
      expect(JSON.stringify(jsonParameters.to(value))).to.equal(JSON.stringify(value));
  });

  it("leaves SQL's NULL alone, and what node-postgres has read", () => {
    expect([jsonParameters.to(null), jsonParameters.to(undefined), jsonParameters.from('[1]')]).to.deep.equal(
      [null, undefined, '[1]'],
    );
  });
});
