import { expect } from 'chai';
import type { Socket } from 'node:net';
import type { PostgresTarget } from '../../src/database-url.js';
import { shownOf } from '../support/cli-database.js';
import { onDatabase } from '../support/databases.js';
import { fatal, forward, startProxy, type Proxy } from '../support/proxy.js';
import { runScript } from '../support/run-script.js';
import { urlOf } from '../support/servers.js';

/** Long enough that the child is surely trying meanwhile, which is the scenario. */
const DOWN_MS = 700;

/** One attempt may take this long by itself, so that only the limit of the whole wait can end it sooner. */
const LONG_MS = 40_000;

onDatabase('postgres', 'db:init --wait', (database) => {
  let front: Proxy;
  afterEach(() => front.close());

  const init = (wait: string) => {
    const target = { ...(database().target as PostgresTarget), host: '127.0.0.1', port: front.port };
    return {
      shown: shownOf(urlOf(target)),
      result: runScript('init-database', ['--wait', wait], {
        env: { DATABASE_URL: urlOf(target), DB_CONNECT_TIMEOUT_MS: String(LONG_MS) },
      }),
    };
  };

  it('db:init --wait waits for a server that starts, resets connections, and refuses them for a while', async () => {
    const target = database().target as PostgresTarget;
    const stages = [
      (socket: Socket) => socket.once('data', () => socket.end(STARTING_UP)),
      (socket: Socket) => {
        socket.resetAndDestroy();
        front.refuse();
        setTimeout(() => void front.listen(), DOWN_MS);
      },
    ];
    front = await startProxy((socket, count) =>
      (stages[count - 1] ?? ((last) => forward(last, target)))(socket),
    );
    const { shown, result } = init('20');
    const { code, stdout, stderr } = await result;
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    expect(stdout).to.match(/^development database .*\napplied InitialSchema1795435200000 in \d+ ms\n/);
    expect(stdout.split('\n')[0]).to.equal(`development database ${shown}`);
    expect(front.connections).to.be.at.least(3);
  });

  it('db:init --wait fails at the limit, and names the reason of the last attempt', async () => {
    front = await startProxy((socket) => socket.once('data', () => socket.end(STARTING_UP)));
    const { shown, result } = init('1');
    expect(await result).to.deep.equal({
      code: 1,
      stdout: `development database ${shown}\n`,
      stderr: `error: Cannot connect to ${shown}: the server is starting up or shutting down.\n`,
    });
    expect(front.connections).to.be.at.least(2);
  });

  it('db:init --wait does not exceed the limit for a server that accepts and stays silent', async () => {
    front = await startProxy((socket) => socket.resume());
    const began = performance.now();
    const { shown, result } = init('1');
    expect(await result).to.deep.equal({
      code: 1,
      stdout: `development database ${shown}\n`,
      stderr: `error: Cannot connect to ${shown}: no answer in time.\n`,
    });
    expect(performance.now() - began).to.be.below(LONG_MS / 2);
  });
});

const STARTING_UP = fatal('57P03', 'the database system is starting up');
