import { expect } from 'chai';
import type { Socket } from 'node:net';
import { startProcess, type Command } from '../support/processes.js';
import { startProxy } from '../support/proxy.js';
import { until } from '../support/until.js';

type Signal = 'SIGINT' | 'SIGTERM';

function moduleOf(source: string): string {
  return `data:text/javascript,${encodeURIComponent(source)}`;
}

/** Sends this process a signal when it reads the small file of a command, which is loaded in one go. */
function signalledAtRead(signal: Signal): string {
  return moduleOf(`import fs from 'node:fs'; import { syncBuiltinESMExports } from 'node:module';
    const { readFileSync } = fs;
    fs.readFileSync = (path, ...more) => {
      if (/quick-\\w+\\.cjs$/.test(path)) process.kill(process.pid, '${signal}');
      return readFileSync(path, ...more);
    };
    syncBuiltinESMExports();`);
}

/** Sends this process a signal when it loads the first module of a package, before a command begins. */
function signalledAtLoad(signal: Signal): string {
  const hooks = `let sent = false;
    export async function load(url, context, next) {
      if (!sent && /node_modules.(typeorm|commander)./.test(url)) {
        sent = true;
        process.kill(process.pid, '${signal}');
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
      return next(url, context);
    }`;
  return moduleOf(`import { register } from 'node:module'; register(${JSON.stringify(moduleOf(hooks))});`);
}

const COMMANDS: readonly (readonly [Command['script'], readonly string[], typeof signalledAtLoad])[] = [
  ['orchestrator-db', ['up'], signalledAtRead],
  ['orchestrator-db', ['status'], signalledAtRead],
  ['orchestrator-db', ['check', '--fresh'], signalledAtLoad],
  ['init-database', [], signalledAtLoad],
  ['typeorm', ['migration:run'], signalledAtLoad],
];

describe('A command that is interrupted while its modules load', () => {
  for (const signal of ['SIGINT', 'SIGTERM'] satisfies Signal[])
    for (const [script, args, signalled] of COMMANDS)
      it(`A command that is interrupted while its modules load exits with 1: ${script} ${args.join(' ')}, ${signal}`, async () => {
        const env = {
          DATABASE_URL: 'sqlite::memory:',
          NODE_OPTIONS: `--import=${signalled(signal)}`,
        };
        const { code, signal: by } = await startProcess({ script, args, env }).ended;
        expect({ code, by }).to.deep.equal({ code: 1, by: null });
      });
});

/** Lets a client in as a pooler does, and gives it no connection to the server for its first statement. */
function letInAndWait(socket: Socket, onStatement: () => void): void {
  const READY = Buffer.from('R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I', 'latin1');
  const letIn = () => {
    socket.once('data', onStatement);
    socket.write(READY);
  };
  socket.once('data', (first: Buffer) => {
    const asksForTls = first.length === 8;
    if (asksForTls) socket.once('data', letIn).write('N');
    else letIn();
  });
}

describe('A command that is interrupted while a pooler lets it wait for a connection', () => {
  for (const command of ['up', 'down', 'stamp'])
    it(`A command that is interrupted while a pooler lets it wait for a connection exits with 1: ${command}`, async () => {
      let isWaiting = false;
      const pooler = await startProxy((socket) => letInAndWait(socket, () => (isWaiting = true)));
      const running = startProcess({
        script: 'orchestrator-db',
        args: command === 'stamp' ? [command, 'head', '--force'] : [command],
        env: { DATABASE_URL: `postgres://app@127.0.0.1:${pooler.port}/orders` },
      });
      await until(() => Promise.resolve(isWaiting), running.ended);
      running.signal('SIGTERM');
      const { code, signal } = await running.ended;
      await pooler.close();
      expect({ code, signal }).to.deep.equal({ code: 1, signal: null });
    });
});

describe('A command that is interrupted while a server does not answer', () => {
  for (const [command, ...args] of [['status'], ['check'], ['history'], ['up', '--plan'], ['lint', '--new']])
    it(`A command that is interrupted while a server does not answer says what it waited for: ${[command, ...args].join(' ')}`, async () => {
      let isWaiting = false;
      const server = await startProxy((socket) => letInAndWait(socket, () => (isWaiting = true)));
      const running = startProcess({
        script: 'orchestrator-db',
        args: [command ?? '', ...args, '--json'],
        env: { DATABASE_URL: `postgres://app@127.0.0.1:${server.port}/orders` },
      });
      await until(() => Promise.resolve(isWaiting), running.ended);
      const asked = performance.now();
      running.signal('SIGTERM');
      const { code, stdout, stderr } = await running.ended;
      await server.close();
      expect(code).to.equal(1);
      expect(performance.now() - asked).to.be.below(10_000);
      expect(stderr).to.match(/^error: Stopped/);
      expect(stderr).to.include(`postgres://127.0.0.1:${server.port}/orders`);
      expect((JSON.parse(stdout) as { error: { code: string } }).error.code).to.equal('STOPPED');
    });
});
