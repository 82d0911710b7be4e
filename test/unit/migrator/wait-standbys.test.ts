import { expect } from 'chai';
import type { Followers } from '../../../src/databases/replication.js';
import type { StandbyProgress } from '../../../src/errors/standbys.js';
import type { MigrationEvent } from '../../../src/migrator/events.js';
import type { Context } from '../../../src/migrator/run-context.js';
import { standbyWords } from '../../../src/migrator/standby-words.js';
import { countStandbys, waitForStandbys } from '../../../src/migrator/wait-standbys.js';

const standby = (name: string, missingBytes: number | null): StandbyProgress => ({
  name,
  address: '10.0.0.8',
  missingBytes,
});

/** A run that waits 5 s on a clock of its own, and what it finds at each look; the last one stays. */
function world(
  looks: readonly (readonly StandbyProgress[])[],
  options: Context['options'] = { waitStandbysMs: 5000 },
) {
  const left = [...looks];
  const words: string[] = [];
  let now = 0;
  const followers = (): Promise<Followers> => {
    const standbys = (left.length > 1 ? left.shift() : left[0]) ?? [];
    return Promise.resolve({ standbys, replicas: [], unseen: [] });
  };
  const replication = { assertSeen: () => Promise.resolve(), end: () => Promise.resolve('0/A0'), followers };
  const context = {
    project: { database: { replication } },
    options,
    request: { direction: 'up' },
    clock: { now: () => now, pause: (ms: number) => Promise.resolve((now += ms)) },
    emit: (event: MigrationEvent) =>
      words.push(
        event.kind === 'standbys-behind' || event.kind === 'standbys-replayed'
          ? standbyWords(event)
          : event.kind,
      ),
  } as unknown as Context;
  return { context, words };
}

const wordsOf = (work: Promise<unknown>) =>
  work.then(
    () => 'none',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );

describe('Waiting for standbys', () => {
  it('Waiting for standbys ends with the last of them, and reports every three seconds', async () => {
    const one = standby('one', 0);
    const slow = Array.from({ length: 14 }, () => [one, standby('two', 80)]);
    const { context, words } = world([...slow, [one, standby('two', 0)]]);
    await waitForStandbys(context, 2);
    expect(words).to.deep.equal([
      'waiting for standbys, 3 s: two (10.0.0.8) lacks 80 bytes',
      '2 standbys have replayed 0/A0, waited 3500 ms',
    ]);
    expect(context.standbys).to.deep.equal({ position: '0/A0', standbys: 2, replicas: 0, waitedMs: 3500 });
  });

  it('Waiting for standbys waits for one that has ended since the run began, and for one that has reported nothing', async () => {
    const { context } = world([[standby('one', 0)]]);
    expect(await wordsOf(waitForStandbys(context, 2))).to.equal(
      'The revisions are applied, but 1 of 2 standbys has not replayed 0/A0 after 5 s: 1 that streamed when the run began does not any more. ' +
        'The next run does not wait for a standby that is gone: start it first, or stop all reads from it. Then run the same command again. ' +
        'To look further, on the primary: SELECT application_name, client_addr, state, replay_lsn, replay_lag FROM pg_stat_replication;',
    );
    const { context: other } = world([[standby('one', null), standby('two', 7)]]);
    expect(await wordsOf(waitForStandbys(other, 0))).to.include(
      'but 2 of 2 standbys have not replayed 0/A0 after 5 s: one (10.0.0.8) has reported nothing yet; two (10.0.0.8) lacks 7 bytes. Run the same command again to wait longer. To',
    );
  });

  it('Waiting for standbys asks nothing where no limit is set', async () => {
    const { context, words } = world([[standby('one', 7)]], {});
    expect(await countStandbys(context)).to.equal(0);
    await waitForStandbys(context, 0);
    expect([words, context.standbys]).to.deep.equal([[], undefined]);
  });
});
