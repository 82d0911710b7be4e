import { expect } from 'chai';
import { paint } from '../../../src/cli/io.js';
import { rawOf } from '../../../src/cli/line.js';
import { ROWS_COUNTED, summaryLines } from '../../../src/cli/table-summary.js';
import { recordingIo } from './recording-io.js';

describe('summaryLines', () => {
  it('summaryLines aligns names to the left and numbers to the right, under a heading', () => {
    const lines = summaryLines([
      { name: 'jobs', columns: 8, indexes: 2, rows: 1 },
      { name: 'resource_allocations', columns: 5, indexes: 1, rows: 23_456 },
    ]);
    expect(lines).to.deep.equal([
      'table                 columns  indexes   rows',
      'jobs                        8        2      1',
      'resource_allocations        5        1  23456',
    ]);
  });

  it('summaryLines shows where counting stopped', () => {
    const [, exact, over] = summaryLines([
      { name: 'a', columns: 1, indexes: 0, rows: ROWS_COUNTED },
      { name: 'b', columns: 1, indexes: 0, rows: ROWS_COUNTED + 1 },
    ]);
    expect(exact).to.match(/ {2}100000$/);
    expect(over).to.match(/ {2}over 100000$/);
  });

  it('summaryLines returns only the heading without tables', () => {
    expect(summaryLines([])).to.deep.equal(['table  columns  indexes  rows']);
  });
});

describe('paint', () => {
  it('paint colours text only on a terminal', () => {
    const terminal = recordingIo({ isTerminal: true });
    expect(rawOf(paint(terminal, 'good', 'ok'))).to.equal('\u001b[32mok\u001b[0m');
    expect(rawOf(paint(terminal, 'bad', 'n\u001bo'))).to.equal('\u001b[31mn\\x1bo\u001b[0m');
    expect(rawOf(paint(terminal, 'faint', 'hm'))).to.equal('\u001b[2mhm\u001b[0m');
    expect(paint(recordingIo(), 'bad', 'no')).to.equal('no');
  });
});
