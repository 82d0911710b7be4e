import './unit-setup.js';
import type { Context, RootHookObject } from 'mocha';
import { noteFileTime } from './file-times.js';
import { keepFilesInMemory } from './memory-folder.js';
import { keepTemporaryFilesInRunFolder } from './run-folder.js';
import { startServers, stopServers } from './servers.js';

/** Once, in the process that was started; the processes that run test files inherit both. */
export function mochaGlobalSetup(): void {
  keepFilesInMemory();
  keepTemporaryFilesInRunFolder();
}

/** In that process alone; the servers of the others end with their processes. */
export const mochaGlobalTeardown = stopServers;

let began = 0;

/** Around each file where files run in parallel, and around all of them where they do not. */
export const mochaHooks: RootHookObject = {
  async beforeAll() {
    began = performance.now();
    await startServers();
  },
  afterAll(this: Context) {
    const file = this.test?.parent?.suites[0]?.file;
    if (file !== undefined) noteFileTime(file, performance.now() - began);
  },
};
