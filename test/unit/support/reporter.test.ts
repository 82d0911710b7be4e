import { expect } from 'chai';
import { lastLines } from '../../support/reporter.js';

describe('The last lines of a test run', () => {
  const times = Array.from({ length: 12 }, (_none, index) => ({
    file: `test/file-${index}.test.ts`,
    ms: 12_340 - index * 1000,
  }));

  it('name the ten slowest files, and the totals on a line of their own', () => {
    const lines = lastLines(times, { passes: 3851, failures: 2 }).split('\n');
    expect(lines.slice(0, 3)).to.deep.equal([
      'The 10 slowest files:',
      '    12.3 s  test/file-0.test.ts',
      '    11.3 s  test/file-1.test.ts',
    ]);
    expect(lines).to.have.length(13);
    expect(lines.slice(-3)).to.deep.equal(['     3.3 s  test/file-9.test.ts', '3851 passed, 2 failed', '']);
  });

  it('The last lines are the totals alone where no file was timed', () => {
    expect(lastLines([], { passes: 7, failures: 0 })).to.equal('7 passed, 0 failed\n');
  });
});
