import { expect } from 'chai';
import type { Attempt } from '../../../src/migrator/records/read.js';
import { statusOf, type LoggedRun } from '../../../src/migrator/status.js';
import { historyOf } from './history-of.js';

const A = 'Alpha1000000000001';
const B = 'Bravo1000000000002';
const C = 'Charlie1000000000003';

function attempt(revision: string, changes: Partial<Attempt> = {}): Attempt {
  return {
    revision,
    direction: 'up',
    kind: 'ran',
    outcome: 'done',
    run: '1',
    startedAt: '2026-11-23T11:00:00.000Z',
    finishedAt: '2026-11-23T11:00:05.000Z',
    durationMs: 5000,
    tries: 1,
    error: null,
    checksum: null,
    ...changes,
  };
}

function loggedRun(changes: Partial<LoggedRun> = {}): LoggedRun {
  return {
    id: '1',
    direction: 'up',
    planned: [],
    allowed: [],
    actor: 'ann',
    host: 'web-1',
    pid: 71,
    tool: 'orchestrator-db 1.2.3',
    startedAt: '2026-11-23T10:59:00.000Z',
    finishedAt: '2026-11-23T11:01:00.000Z',
    outcome: 'completed',
    error: null,
    attempts: [],
    ...changes,
  };
}

describe('A status', () => {
  it('tells of each applied revision how far it can be trusted', () => {
    const history = historyOf({
      known: [A, B, C],
      applied: [A, B, C, 'Delta1000000000004'],
      edited: [A],
      unverified: [B],
      byHand: [C],
    });
    expect(statusOf(history, []).applied.map(({ verification }) => verification)).to.deep.equal([
      'edited',
      'unverified',
      'not checksummed',
      'missing',
    ]);
    expect(statusOf(historyOf({ known: [A], applied: [A] }), []).applied).to.deep.equal([
      {
        id: A,
        appliedAt: '2026-11-23T12:00:00.000Z',
        checksum: `up of ${A}`,
        verification: 'verified',
        description: `About ${A}.`,
      },
    ]);
  });

  it('shows a failed attempt until it is done', () => {
    const failure = attempt(B, { outcome: 'failed', error: 'no such table' });
    const history = historyOf({ known: [A, B], applied: [A] });
    expect(
      statusOf(history, [loggedRun({ attempts: [attempt(A), failure], outcome: 'failed' })]).failed,
    ).to.deep.equal([
      { id: B, direction: 'up', outcome: 'failed', at: '2026-11-23T11:00:05.000Z', error: 'no such table' },
    ]);
    const mended = loggedRun({ id: '2', attempts: [attempt(B)] });
    expect(
      statusOf(historyOf({ known: [A, B], applied: [A, B] }), [loggedRun({ attempts: [failure] }), mended])
        .failed,
    ).to.deep.equal([]);
  });

  it('shows no failure of what has come about in another way', () => {
    const run = loggedRun({ attempts: [attempt(A, { outcome: 'failed', error: 'lost' })] });
    expect(statusOf(historyOf({ known: [A], applied: [A] }), [run]).failed).to.deep.equal([]);
    const down = loggedRun({
      attempts: [attempt(A, { direction: 'down', outcome: 'failed', error: 'lost' })],
    });
    expect(statusOf(historyOf({ known: [A], applied: [] }), [down]).failed).to.deep.equal([]);
    expect(statusOf(historyOf({ known: [A], applied: [A] }), [down]).failed).to.have.length(1);
  });

  it('shows where an interrupted run was', () => {
    const run = loggedRun({
      outcome: 'interrupted',
      planned: [A, B, C],
      attempts: [attempt(A)],
      finishedAt: null,
    });
    expect(statusOf(historyOf({ known: [A, B, C], applied: [A] }), [run]).failed).to.deep.equal([
      { id: B, direction: 'up', outcome: 'interrupted', at: '2026-11-23T10:59:00.000Z', error: null },
    ]);
  });

  it('shows the run that is under way', () => {
    const run = loggedRun({ outcome: 'running', planned: [A] });
    expect(statusOf(historyOf({ known: [A], applied: [] }), [loggedRun({ id: '0' }), run]).running).to.equal(
      run,
    );
    expect(statusOf(historyOf({ known: [A], applied: [] }), [loggedRun()]).running).to.equal(null);
  });
});
