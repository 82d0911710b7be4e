import { expect } from 'chai';
import { appliedLines, pendingLines } from '../../../src/cli/status-lines.js';
import type { Status } from '../../../src/migrator/status.js';
import { recordingIo } from './recording-io.js';

const COUNT = 500;
const LATEST = 1_795_663_574_000;
const MINUTE = 60_000;

const applied = Array.from({ length: COUNT }, (_nothing, index) => ({
  id: `${index === 3 ? 'Add' : 'RenameTheColumnOfTheWorkersThatHas'}${String.fromCharCode(65 + (index % 26))}${LATEST - (COUNT - index) * MINUTE}`,
  appliedAt: new Date(LATEST - (COUNT - index) * MINUTE).toISOString(),
  checksum: null,
  verification: 'verified' as const,
  description: 'Renames a column of the workers, in two phases.',
}));
const STATUS = { applied, pending: [], outOfOrder: [], revisions: [] } as unknown as Status;

const linesAt = (columns: number | undefined, all = false) =>
  appliedLines(STATUS, recordingIo({ columns, today: () => LATEST }), all);

describe('The lists of status', () => {
  it('The newest applied revisions come first, and the number of the others last', () => {
    const lines = linesAt(undefined);
    expect(lines).to.have.length(13);
    expect(lines[2]).to.equal(
      `  RenameTheColumnOfTheWorkersThatHasF1795663514000  2026-11-26T03:25:14Z  60 s ago    verified  Renames a column of the workers, in two phases.`,
    );
    expect(lines.at(-1)).to.equal('  490 older ones: --all');
  });

  it('--all lists every one of them', () => {
    const lines = linesAt(undefined, true);
    expect(lines).to.have.length(2 + COUNT);
    expect(lines[2]).to.include('HasF1795663514000');
    expect(lines.at(-1)).to.include('HasA');
  });

  it('They fit 60, 80 and 200 columns, with all times and words of verification', () => {
    for (const columns of [60, 80, 200])
      for (const line of linesAt(columns).slice(2, -1)) {
        expect(line.length).to.be.at.most(columns);
        expect(line).to.match(/ \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ {2}\d+ (?:s|min) ago +verified/);
      }
    expect(linesAt(60)[2]).to.equal('  RenameT…514000  2026-11-26T03:25:14Z  60 s ago    verified');
  });

  it('A pending change of several revisions is one line; one that is out of order has its own', () => {
    const pending = ['AddNote10', 'AddNoteBuildIndex11', 'AddNoteLate12'];
    const revisions = [{ id: 'AddNote10', description: 'Adds jobs.note.', phase: 'expand' }];
    const status = { pending, outOfOrder: ['AddNoteLate12'], revisions } as unknown as Status;
    expect(pendingLines(status, recordingIo())).to.deep.equal([
      '',
      'pending',
      '  AddNote10 (+1)                Adds jobs.note.',
      '  AddNoteLate12   out of order',
    ]);
  });
});
