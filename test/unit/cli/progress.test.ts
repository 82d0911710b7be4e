import { expect } from 'chai';
import { setTimeout as pause } from 'node:timers/promises';
import { showProgress } from '../../../src/cli/progress.js';
import type { MigrationEvent } from '../../../src/migrator/events.js';
import { recordingIo } from './recording-io.js';

const STATEMENT: MigrationEvent & { readonly kind: 'statement' } = {
  ...{ kind: 'statement', revision: 'BuildIndex1800000000001', direction: 'up' },
  ...{ number: 2, of: 3 },
};
const FINISHED: MigrationEvent = {
  ...STATEMENT,
  kind: 'finished',
  stamped: false,
  durationMs: 21_000,
  tries: 1,
};
/** Long enough for a tick of the live line. */
const TICKS_MS = 300;

describe('The progress of a run in a pipe', () => {
  it('A line is printed whenever nothing else was for 10 s', async () => {
    let now = 0;
    const io = recordingIo({ now: () => now });
    const progress = showProgress(io, io.out);
    progress.onEvent(STATEMENT);
    for (now of [9_000, 11_000, 15_000, 21_500]) await pause(TICKS_MS);
    progress.onEvent(FINISHED);
    now = 40_000;
    await pause(TICKS_MS);
    progress.stop();
    expect(io.stderr).to.deep.equal([
      'applying BuildIndex1800000000001, statement 2 of 3, 11 s',
      'applying BuildIndex1800000000001, statement 2 of 3, 21 s',
    ]);
    expect(io.stdout).to.deep.equal(['applied BuildIndex1800000000001 in 21000 ms']);
  });

  it('A terminal has the live line alone', async () => {
    let now = 0;
    const live: unknown[] = [];
    const io = recordingIo({ now: () => now, isTerminal: true, showLive: (text) => live.push(text) });
    const progress = showProgress(io, io.out);
    progress.onEvent(STATEMENT);
    now = 30_000;
    await pause(TICKS_MS);
    progress.stop();
    expect(io.stderr).to.deep.equal([]);
    expect(live).to.include('applying BuildIndex1800000000001, statement 2 of 3, 30 s');
  });
});
