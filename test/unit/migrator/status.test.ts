import { expect } from 'chai';
import type { Attempt } from '../../../src/migrator/records/rows.js';
import type { LoggedRun, StatusLog } from '../../../src/migrator/failed-attempts.js';
import { statusOf } from '../../../src/migrator/status.js';
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

/** What of a log a status is made of. */
function logOf(attempts: readonly Attempt[], open: readonly LoggedRun[] = []): StatusLog {
  return { attempts, open };
}

describe('A status', () => {
  it('A status reports for each applied revision whether it matches the code', () => {
    const history = historyOf({
      known: [A, B, C],
      applied: [A, B, C, 'Delta1000000000004'],
      edited: [A],
      unverified: [B],
      byHand: [C],
    });
    expect(statusOf(history, logOf([])).applied.map(({ verification }) => verification)).to.deep.equal([
      'edited',
      'unverified',
      'not checksummed',
      'missing',
    ]);
    expect(statusOf(historyOf({ known: [A], applied: [A] }), logOf([])).applied).to.deep.equal([
      {
        id: A,
        appliedAt: '2026-11-23T12:00:00.000Z',
        checksum: `up of ${A}`,
        verification: 'verified',
        description: `About ${A}.`,
      },
    ]);
  });

  it('A status shows a failed attempt until it succeeds', () => {
    const failure = attempt(B, { outcome: 'failed', error: 'no such table' });
    const history = historyOf({ known: [A, B], applied: [A] });
    expect(statusOf(history, logOf([attempt(A), failure])).failed).to.deep.equal([
      { id: B, direction: 'up', outcome: 'failed', at: '2026-11-23T11:00:05.000Z', error: 'no such table' },
    ]);
    const mended = logOf([failure, attempt(B, { run: '2' })]);
    expect(statusOf(historyOf({ known: [A, B], applied: [A, B] }), mended).failed).to.deep.equal([]);
  });

  it('A status shows no failure of a revision that was applied in another way', () => {
    const run = logOf([attempt(A, { outcome: 'failed', error: 'lost' })]);
    expect(statusOf(historyOf({ known: [A], applied: [A] }), run).failed).to.deep.equal([]);
    const down = logOf([attempt(A, { direction: 'down', outcome: 'failed', error: 'lost' })]);
    expect(statusOf(historyOf({ known: [A], applied: [] }), down).failed).to.deep.equal([]);
    expect(statusOf(historyOf({ known: [A], applied: [A] }), down).failed).to.have.length(1);
  });

  it('A status shows where a run was interrupted', () => {
    const run = loggedRun({
      outcome: 'interrupted',
      planned: [A, B, C],
      attempts: [attempt(A)],
      finishedAt: null,
    });
    expect(
      statusOf(historyOf({ known: [A, B, C], applied: [A] }), logOf([attempt(A)], [run])).failed,
    ).to.deep.equal([
      { id: B, direction: 'up', outcome: 'interrupted', at: '2026-11-23T10:59:00.000Z', error: null },
    ]);
  });

  it('A status shows an interrupted run until a later one has an attempt at the same revision', () => {
    const open = [loggedRun({ id: '9', outcome: 'interrupted', planned: [A], finishedAt: null })];
    const failedIn = (attempts: readonly Attempt[]) =>
      statusOf(historyOf({ known: [A], applied: [] }), logOf(attempts, open)).failed.map(
        ({ outcome }) => outcome,
      );
    const failure = (run: string) => attempt(A, { run, outcome: 'failed', error: 'lost' });
    expect(failedIn([attempt(A, { run: '2', direction: 'down' })])).to.deep.equal(['interrupted']);
    expect(failedIn([failure('8')])).to.deep.equal(['interrupted']);
    expect(failedIn([failure('10')])).to.deep.equal(['failed']);
    expect(failedIn([failure('10'), attempt(A, { run: '11', direction: 'down' })])).to.deep.equal([]);
  });

  it('A status shows the run that is under way', () => {
    const { attempts, ...run } = loggedRun({ outcome: 'running', planned: [A] });
    expect(
      statusOf(
        historyOf({ known: [A], applied: [] }),
        logOf([], [loggedRun({ outcome: 'interrupted' }), { ...run, attempts }]),
      ).running,
    ).to.deep.equal(run);
    expect(
      statusOf(historyOf({ known: [A], applied: [] }), logOf([], [loggedRun({ outcome: 'interrupted' })]))
        .running,
    ).to.equal(null);
  });
});
