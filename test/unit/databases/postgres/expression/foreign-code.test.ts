import { expect } from 'chai';
import {
  foreignCodeOf,
  foreignNameIn,
} from '../../../../../src/databases/postgres/expression/foreign-code.js';

const FOREIGN = foreignCodeOf([{ kind: 'type', name: 'grade', type: null, reached: null }]);
const COLUMNS = [{ name: 'grade', type: 'integer' }];

const found = (sql: string, type: string | null = null) => foreignNameIn(FOREIGN, { sql, type }, COLUMNS);

describe('foreignNameIn', () => {
  for (const sql of ['grade > 1', '"grade" > 1', 'Grade IN (1, 2)', `lower('x' || grade)`, '(grade).x'])
    it(`foreignNameIn reads a column that has the name of a type as a column: ${sql}`, () => {
      expect(found(sql)).to.equal(undefined);
    });

  for (const sql of [
    `'1'::grade`,
    `'1' :: /* as */ "grade"`,
    `'1'::public.grade`,
    'CAST(1 AS grade)',
    `grade '1'`,
    'grade(1)',
    'pearls.grade',
    'NULL::grade[]',
  ])
    it(`foreignNameIn finds the type where one may stand, also beside a column of its name: ${sql}`, () => {
      expect(found(sql)).to.equal('grade');
    });

  it('foreignNameIn finds the type that an expression is cast to, and each name without such a column', () => {
    expect(found('1', 'grade')).to.equal('grade');
    expect(found('"GRADE" + "grade"')).to.equal('GRADE');
    expect(foreignNameIn(FOREIGN, { sql: 'grade > 1', type: null }, [])).to.equal('grade');
  });
});
