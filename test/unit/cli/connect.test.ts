import { expect } from 'chai';
import { connectWithin } from '../../../src/cli/connect.js';
import { createDataSource, type GuardedDataSource } from '../../../src/data-source.js';
import { ConnectError } from '../../../src/errors/base.js';
import { LineLogger } from '../../../src/logger.js';
import { parseSettings } from '../../../src/settings.js';
import { recordingIo } from './recording-io.js';

/** Nothing listens on port 1, so that every attempt is refused at once. */
const NOBODY = 'postgres://ann:secret@127.0.0.1:1/orders';

function dataSourceOn(url: string): GuardedDataSource {
  const logger = new LineLogger('error', () => undefined);
  return createDataSource(parseSettings({ DATABASE_URL: url }), { entities: [], migrations: [], logger });
}

async function failureOf(act: Promise<void>): Promise<unknown> {
  return act.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('connectWithin', () => {
  it('connectWithin retries after growing pauses, up to a second, until the limit', async () => {
    const io = recordingIo();
    const error = await failureOf(connectWithin(dataSourceOn(NOBODY), 5000, io));
    expect(error).to.be.instanceOf(ConnectError);
    expect((error as Error).message).to.equal(
      'Cannot connect to postgres://ann:***@127.0.0.1:1/orders: connection refused.',
    );
    expect(io.pauses).to.deep.equal([100, 200, 400, 800, 1000, 1000, 1000]);
    expect(io.stderr).to.deep.equal([]);
  });

  it('connectWithin shows a person on a terminal the reason and the remaining time', async () => {
    const io = recordingIo({ isTerminal: true });
    await failureOf(connectWithin(dataSourceOn(NOBODY), 600, io));
    expect(io.pauses).to.deep.equal([100, 200]);
    expect(io.stderr).to.deep.equal(
      Array(2).fill(
        '\u001b[2mCannot connect to postgres://ann:***@127.0.0.1:1/orders: connection refused. Retrying for up to 1 s.\u001b[0m',
      ),
    );
  });

  it('connectWithin tries once where there is no time to wait', async () => {
    const io = recordingIo();
    expect(await failureOf(connectWithin(dataSourceOn(NOBODY), 0, io))).to.be.instanceOf(ConnectError);
    expect(io.pauses).to.deep.equal([]);
  });

  it('connectWithin fails at once where waiting does not help', async () => {
    const io = recordingIo();
    const error = await failureOf(connectWithin(dataSourceOn('sqlite:/nowhere/at/all/orders.db'), 5000, io));
    expect((error as Error).message).to.equal(
      'Cannot connect to sqlite:/nowhere/at/all/orders.db: the folder /nowhere/at/all does not exist.',
    );
    expect(io.pauses).to.deep.equal([]);
  });
});
