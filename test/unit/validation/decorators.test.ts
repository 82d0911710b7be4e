import { IsString, Length, validateSync } from 'class-validator';
import { expect } from 'chai';
import { HasDatabaseDefault, UnlessRelated } from '../../../src/validation/decorators.js';

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
