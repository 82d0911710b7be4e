import { expect } from 'chai';
import { divideTable } from '../../../../src/databases/postgres/plan/divide/divide.js';
import { dividedBy } from '../../../../src/databases/postgres/plan/divide/divided-by.js';
import type { Division } from '../../../../src/databases/postgres/plan/divide/division.js';
import { uniteTable } from '../../../../src/databases/postgres/plan/divide/unite.js';

const division = (path: string, key: string): Division => ({
  ...({ change: {}, table: 'event', prefix: '', rest: false, parents: [] } as unknown as Division),
  ...{ path, key, policy: { every: '1 month', ahead: 3, keep: null }, moment: (value: string) => value },
});

describe('Which table a block divides', () => {
  it('Its name and its column are found in the block, and none in the block of the way back', () => {
    const { sql } = divideTable(division('"event"', 'at'));
    expect(dividedBy(sql)).to.deep.equal({ table: ['event'], key: 'at' });
    expect(dividedBy(uniteTable({ path: '"event"' }).sql)).to.deep.equal({ table: ['event'], key: null });
  });

  it('Names with a schema, quotes and spaces are found as they are', () => {
    const odd = division(`"audit"."it's ""an"" event"`, `o'clock`);
    const table = ['audit', `it's "an" event`];
    expect(dividedBy(divideTable(odd).sql)).to.deep.equal({ table, key: `o'clock` });
    expect(dividedBy(uniteTable(odd).sql)).to.deep.equal({ table, key: null });
  });

  it('Another block divides nothing', () => {
    expect(dividedBy('DO $x$ BEGIN PERFORM 1; END $x$')).to.equal(undefined);
    expect(dividedBy('CREATE TABLE "event" ("at" date) PARTITION BY RANGE ("at")')).to.equal(undefined);
  });
});
