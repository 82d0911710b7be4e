import { expect } from 'chai';
import { fittedLines, type Cell } from '../../../src/cli/fitted-lines.js';

const name = (text: string): Cell => ({ text, as: 'name' });
const fact = (text: string): Cell => ({ text, as: 'fact' });
const words = (text: string): Cell => ({ text, as: 'words' });

const ROWS = [
  [name('AddPriorityOfJobs1795663574228'), fact('3 h ago'), fact(''), words('Adds jobs.priority.')],
  [name('AddWorkers1795663574229'), fact('30 h ago'), fact(''), words('Adds workers and their heartbeats.')],
];

describe('Lines that fit', () => {
  it('Columns are aligned, and an empty one is left out', () => {
    expect(fittedLines(ROWS, undefined)).to.deep.equal([
      '  AddPriorityOfJobs1795663574228  3 h ago   Adds jobs.priority.',
      '  AddWorkers1795663574229         30 h ago  Adds workers and their heartbeats.',
    ]);
  });

  it('Words are cut first, at their end', () => {
    expect(fittedLines(ROWS, 60)).to.deep.equal([
      '  AddPriorityOfJobs1795663574228  3 h ago   Adds jobs.prior…',
      '  AddWorkers1795663574229         30 h ago  Adds workers an…',
    ]);
  });

  it('Words without room are left out; then names are cut in the middle, never facts', () => {
    expect(fittedLines(ROWS, 50)).to.deep.equal([
      '  AddPriorityOfJobs1795663574228  3 h ago',
      '  AddWorkers1795663574229         30 h ago',
    ]);
    expect(fittedLines(ROWS, 36)).to.deep.equal([
      '  AddPriorityO…95663574228  3 h ago',
      '  AddWorkers1795663574229   30 h ago',
    ]);
  });

  it('A name keeps 14 characters and a fact all, whatever the width', () => {
    expect(fittedLines(ROWS, 5)).to.deep.equal(['  AddPrio…574228  3 h ago', '  AddWork…574229  30 h ago']);
  });

  it('No line is longer than the terminal, at every width with room for the facts', () => {
    for (let columns = 26; columns < 100; columns += 1)
      for (const line of fittedLines(ROWS, columns)) expect(line.length).to.be.at.most(columns);
  });

  it('Control characters are made visible, and counted as they are shown', () => {
    expect(
      fittedLines(
        [
          [name('a\u001b[31m'), fact('x')],
          [name('b'), fact('y')],
        ],
        80,
      ),
    ).to.deep.equal(['  a\\x1b[31m  x', '  b          y']);
  });
});
