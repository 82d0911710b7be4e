import { expect } from 'chai';
import { startProcess, type Command } from '../support/processes.js';

/** Sends this process a signal when it loads the first module of TypeORM, long before a command begins. */
function signalledAtLoad(signal: 'SIGINT' | 'SIGTERM'): string {
  const hooks = `let sent = false;
    export async function load(url, context, next) {
      if (!sent && url.includes('/node_modules/typeorm/')) {
        sent = true;
        process.kill(process.pid, '${signal}');
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
      return next(url, context);
    }`;
  const module = (source: string) => `data:text/javascript,${encodeURIComponent(source)}`;
  return module(`import { register } from 'node:module'; register(${JSON.stringify(module(hooks))});`);
}

const COMMANDS: readonly (readonly [Command['script'], readonly string[]])[] = [
  ['orchestrator-db', ['up']],
  ['orchestrator-db', ['status']],
  ['init-database', []],
  ['typeorm', ['migration:run']],
];

describe('A command that is interrupted while its modules load', () => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    for (const [script, args] of COMMANDS)
      it(`A command that is interrupted while its modules load exits with 1: ${script} ${args.join(' ')}, ${signal}`, async () => {
        const env = {
          DATABASE_URL: 'sqlite::memory:',
          NODE_OPTIONS: `--import=${signalledAtLoad(signal)}`,
        };
        const { code, signal: by } = await startProcess({ script, args, env }).ended;
        expect({ code, by }).to.deep.equal({ code: 1, by: null });
      });
});
