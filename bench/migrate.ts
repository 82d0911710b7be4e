import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../src/databases/postgres/scratch/embedded-postgres.js';
import { build } from './migrate-build.js';
import { benchStages } from './migrate-causes.js';
import { benchCommands } from './migrate-commands.js';
import { benchMany } from './migrate-many.js';
import { benchRoundTrips } from './migrate-round-trips.js';

/**
 * Prints, in one run: whole processes of our compiled command line beside TypeORM's and the peers that are installed;
 * where the time of an idle `up` goes, and its round trips; many small revisions beside the bare driver.
 */
export async function migrate(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'orchestrator-db-bench-'));
  const server = await startEmbeddedPostgres();
  try {
    const place = { folder, server: server.target };
    const built = build(folder);
    const fastest = await benchCommands(place, built);
    await benchStages(place, built, fastest);
    await benchRoundTrips(place, built);
    await benchMany(place);
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true });
  }
}
