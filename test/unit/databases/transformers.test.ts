import { expect } from 'chai';
import { jsonParameters, jsonText, safeIntegers } from '../../../src/databases/transformers.js';
import { UnsafeIntegerError } from '../../../src/errors/base.js';
import { thrownBy } from '../support/thrown-by.js';

describe('safeIntegers', () => {
  it('safeIntegers converts the text of the driver to a number, once or twice', () => {
    const once: unknown = safeIntegers.from('9007199254740991');
    expect([once, safeIntegers.from(once), safeIntegers.from('-5')]).to.deep.equal([
      9_007_199_254_740_991, 9_007_199_254_740_991, -5,
    ]);
  });

  it('safeIntegers leaves null, undefined and written values unchanged', () => {
    expect([safeIntegers.from(null), safeIntegers.from(undefined), safeIntegers.to(7)]).to.deep.equal([
      null,
      undefined,
      7,
    ]);
  });

  it('safeIntegers rejects what a number cannot hold exactly', () => {
    for (const value of ['9007199254740992', '-9223372036854775808']) {
      const error = thrownBy(UnsafeIntegerError, () => safeIntegers.from(value) as unknown);
      expect(error).to.include({ code: 'INTEGER_UNSAFE', value });
    }
  });
});

describe('jsonText', () => {
  it('jsonText writes keys in order on every level and keeps the order of arrays', () => {
    const value = { b: [{ z: 1, y: { d: 1, c: 2 } }, 'a'], a: null };
    expect(jsonText.to(value)).to.equal('{"a":null,"b":[{"y":{"c":2,"d":1},"z":1},"a"]}');
    expect(jsonText.from(jsonText.to(value) as unknown)).to.deep.equal(value);
  });

  it("jsonText keeps SQL's NULL in both directions", () => {
    expect([jsonText.to(null), jsonText.from(null), jsonText.to(undefined)]).to.deep.equal([
      null,
      null,
      undefined,
    ]);
  });
});

describe('jsonParameters', () => {
  it('jsonParameters is written as its value by every serializer', () => {
    for (const value of [[1, 'a'], 'a', '{}', 0, false, { a: [] }])
      expect(JSON.stringify(jsonParameters.to(value))).to.equal(JSON.stringify(value));
  });

  it("jsonParameters keeps SQL's NULL and what node-postgres has read", () => {
    expect([jsonParameters.to(null), jsonParameters.to(undefined), jsonParameters.from('[1]')]).to.deep.equal(
      [null, undefined, '[1]'],
    );
  });
});
