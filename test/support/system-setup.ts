import { findAllPrograms } from './programs.js';

/** Before any test of test/system, so that one message names everything that is missing. */
export function mochaGlobalSetup(): void {
  findAllPrograms();
}
