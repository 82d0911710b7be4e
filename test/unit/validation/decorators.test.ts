import { IsString, Length, validateSync } from 'class-validator';
import { expect } from 'chai';
import { HasDatabaseDefault, IsJsonValue, UnlessRelated } from '../../../src/validation/decorators.js';

class Fence {
  @HasDatabaseDefault()
  @IsString()
  colour?: unknown;

  @UnlessRelated('owner')
  @IsString()
  @Length(1, 5)
  ownerId?: unknown;

  owner?: unknown;
}

/** Names of the properties that are refused. */
function refusedOf(values: Partial<Fence>): readonly string[] {
  return validateSync(Object.assign(new Fence(), values)).map((error) => error.property);
}

const CASES: readonly (readonly [title: string, values: Partial<Fence>, refused: readonly string[]])[] = [
  ['a property left to the database', { ownerId: 'ann' }, []],
  ['undefined for it, which is the same', { colour: undefined, ownerId: 'ann' }, []],
  ['null for it, which the column does not take', { colour: null, ownerId: 'ann' }, ['colour']],
  ['a bad value for it', { colour: 7, ownerId: 'ann' }, ['colour']],
  ['neither key nor related entity', {}, ['ownerId']],
  ['a related entity in place of its key', { owner: { id: 1 } }, []],
  ['no related entity, said as null', { owner: null }, ['ownerId']],
  ['a related entity and a bad key', { owner: { id: 1 }, ownerId: 'far too long' }, ['ownerId']],
  ['a key that is null', { ownerId: null }, ['ownerId']],
];

describe('HasDatabaseDefault and UnlessRelated', () => {
  for (const [title, values, refused] of CASES) {
    it(`${refused.length === 0 ? 'accept' : 'refuse'} ${title}`, () => {
      expect(refusedOf(values)).to.deep.equal(refused);
    });
  }
});

class Chest {
  @IsJsonValue()
  content?: unknown;
}

/** An array that is in itself. */
function endless(): unknown {
  const array: unknown[] = [1];
  array.push({ array });
  return array;
}

const SHARED = { a: 1 };

const KEPT: readonly (readonly [title: string, value: unknown])[] = [
  ['null', null],
  ['an empty string', ''],
  ['a fox, which is a pair of surrogates', '\u{1f98a}'],
  ['zero', 0],
  ['false', false],
  ['an object without prototype', Object.assign(Object.create(null) as object, { a: 1 })],
  ['the same object in two places', [SHARED, SHARED]],
  ['a property that is undefined, which JSON leaves out', { a: undefined }],
];

const NOT_KEPT: readonly (readonly [title: string, value: unknown])[] = [
  ['undefined', undefined],
  ['undefined in an array, of which JSON makes null', [undefined]],
  ['a function inside', { a: () => 1 }],
  ['a bigint', 7n],
  ['a symbol', Symbol('a')],
  ['NaN', Number.NaN],
  ['infinity inside', { a: [Number.NEGATIVE_INFINITY] }],
  ['a date', new Date(0)],
  ['a map', new Map()],
  ['an instance of a class', new Chest()],
  ['what is in itself', endless()],
  ['a string with U+0000', 'a\0'],
  ['a key with U+0000', { 'a\0': 1 }],
  ['half of a surrogate pair', ['\ud83e']],
];

describe('IsJsonValue', () => {
  const errorsOf = (content: unknown) => validateSync(Object.assign(new Chest(), { content }));

  for (const [title, value] of KEPT) it(`accepts ${title}`, () => expect(errorsOf(value)).to.deep.equal([]));

  for (const [title, value] of NOT_KEPT)
    it(`A rule refuses ${title}`, () => {
      expect(errorsOf(value)[0]?.constraints).to.deep.equal({
        isJsonValue: 'content must be a JSON value without U+0000',
      });
    });
});
