import { expect } from 'chai';
import type { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { createDataSource } from '../../src/data-source.js';
import type { PostgresTarget } from '../../src/database-url.js';
import { answerTime } from '../../src/databases/postgres/answers.js';
import { leftBehind, withScratchDatabase } from '../../src/databases/postgres/scratch/scratch.js';
import { withReadOnlyConnection } from '../../src/databases/read-only-connection.js';
import { openTypeormSession } from '../../src/databases/typeorm-session.js';
import { ServerSilentError } from '../../src/errors/connection.js';
import { ConnectError } from '../../src/errors/base.js';
import { LineLogger } from '../../src/logger.js';
import { readStatus } from '../../src/migrator/status.js';
import { parseSettings } from '../../src/settings.js';
import { onDatabase } from '../support/databases.js';
import { failureOf, only, onTarget, withClient } from '../support/failures.js';
import { startSilencingProxy, type SilencingProxy } from '../support/silencing-proxy.js';
import { until } from '../support/until.js';

/** As many times as fast as this machine's clock. */
const FAST = 50;
const GIVEN_UP =
  /^postgres:\/\/(?:\w+:\*\*\*@)?127\.0\.0\.1:\d+\/\w+ has not answered for \d+ s\. .* The command was given up\. Check the network and the server, then run the same command again\.$/;

onDatabase('postgres', 'An answer that does not come (PostgreSQL)', (database) => {
  const real = answerTime.clock;
  let front: SilencingProxy;
  const target = () => database().target as PostgresTarget;
  beforeEach(async () => {
    front = await startSilencingProxy(target());
    answerTime.clock = {
      now: () => real.now() * FAST,
      pause: (ms, signal) => real.pause(ms / FAST, signal),
    };
  });
  afterEach(async () => {
    answerTime.clock = real;
    await front.close();
  });

  const newDataSource = (to: PostgresTarget) =>
    createDataSource(
      { ...parseSettings({}), connectTimeoutMs: 1000, database: to },
      { entities: [], migrations: [], logger: new LineLogger('error', () => undefined) },
    );
  const reading = () => {
    const dataSource = newDataSource(front.target);
    return withReadOnlyConnection(dataSource, () => readStatus(dataSource));
  };

  for (const parts of [1, 2, 3, 4, 5])
    it(`An answer that does not come ends what reads with a typed error, wherever the server falls silent: after ${parts} parts`, async () => {
      front.vanishAfter(parts);
      const failure = await failureOf(reading());
      expect(front.isSilent).to.equal(true);
      expect(failure).to.be.instanceOf(failure.code === 'CONNECT_FAILED' ? ConnectError : ServerSilentError);
      if (parts > 3) expect(failure.message).to.match(GIVEN_UP);
    });

  it('An answer that does not come ends what works on a connection of the application, and is told from an answer that takes long', async () => {
    await onTarget(front.target, { contents: only() }, async (dataSource) => {
      front.vanish();
      expect(await failureOf(readStatus(dataSource))).to.be.instanceOf(ServerSilentError);
    });
    const slow = newDataSource(target());
    const rows = await withReadOnlyConnection(slow, () =>
      slow.query<unknown[]>('SELECT pg_sleep(2.5), 7 AS seven'),
    );
    expect(rows).to.deep.equal([{ pg_sleep: '', seven: 7 }]);
  });

  it('An answer that does not come is noticed where only the open connection is silent, and its session is idle', async () => {
    const dataSource = newDataSource(front.target);
    const failure = await failureOf(
      withReadOnlyConnection(dataSource, async () => {
        front.silence();
        await dataSource.query('SELECT 1');
      }),
    );
    expect(failure.message).to.include('no longer works on the statement that this client waits for');
  });

  /** A scratch database whose server falls silent while it is used. */
  const scratchWhile = (signal: AbortSignal, onSilent: () => void) =>
    withScratchDatabase(
      front.target,
      async (scratch, guard) => {
        const dataSource = newDataSource(scratch);
        guard(dataSource);
        await dataSource.initialize();
        front.vanish();
        onSilent();
        // What asks may make anything of the failure.
        await dataSource.query('SELECT 1').catch(() => Promise.reject(new Error('The revision fails.')));
      },
      { signal },
    );

  async function dropLeft(): Promise<number> {
    let left: readonly string[] = [];
    await until(async () => (left = await leftBehind(target())).length > 0);
    await withClient(target(), async (client) => {
      for (const name of left) await client.query(`DROP DATABASE ${name} WITH (FORCE)`);
    });
    return left.length;
  }

  it('An answer that does not come from a server of scratch databases ends the generation with a typed error, and the next one names what is left', async () => {
    const failure = await failureOf(scratchWhile(new AbortController().signal, () => undefined));
    expect(failure).to.be.instanceOf(ServerSilentError);
    expect(failure.message).to.match(GIVEN_UP);
    expect(await dropLeft()).to.be.greaterThan(0);
  });

  it('An answer that does not come from a server of scratch databases does not keep a generation that is asked to end for longer than 10 s', async () => {
    answerTime.clock = real;
    const stop = new AbortController();
    const asked: number[] = [];
    const outcome = await scratchWhile(stop.signal, () => {
      void sleep(100).then(() => {
        asked.push(performance.now());
        stop.abort(new Error('asked to end'));
      });
    }).catch((error: unknown) => error);
    expect(outcome).to.have.property('message', 'asked to end');
    expect(performance.now() - (asked[0] ?? 0)).to.be.below(10_000);
    // As the end of the process would.
    await front.close();
    expect(await dropLeft()).to.be.greaterThan(0);
  });

  it('An answer that does not come is waited for by one look at a connection, however often it is lent', async () => {
    await onTarget(database().target as PostgresTarget, { contents: only() }, async (dataSource) => {
      const listeners = async () => {
        const session = await openTypeormSession(dataSource);
        const connection = (await session.connection()) as EventEmitter;
        await session.close();
        return connection.listenerCount('end');
      };
      const first = await listeners();
      await listeners();
      expect(await listeners()).to.equal(first);
    });
  });
});
