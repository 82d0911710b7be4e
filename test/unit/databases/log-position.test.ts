import { expect } from 'chai';
import { bytesBetween, endOfRecords } from '../../../src/databases/postgres/replication/log-position.js';

const SIZES = { block: 8192, segment: 16 * 1024 * 1024 };

describe('Positions of the log', () => {
  it('bytesBetween counts over the boundary of 32 bits, and gives 0 for an earlier position', () => {
    expect(bytesBetween('0/FFFFFFF0', '1/10')).to.equal(32);
    expect(bytesBetween('1/10', '0/FFFFFFF0')).to.equal(0);
  });

  for (const { title, next, end } of [
    { title: 'behind a record', next: '0/3000100', end: '0/3000100' },
    { title: 'behind the header of a page', next: '0/3002018', end: '0/3002000' },
    { title: 'behind the header of a segment', next: '1/4000028', end: '1/4000000' },
    {
      title: 'behind a record that ends where a header of a segment would',
      next: '0/3002028',
      end: '0/3002028',
    },
  ])
    it(`endOfRecords gives the end of the last record, ${title}`, () =>
      expect(endOfRecords(next, SIZES)).to.equal(end));
});
