import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../src/databases/postgres/scratch/embedded-postgres.js';
import { build } from './migrate-build.js';
import { benchStages } from './migrate-causes.js';
import { benchCommands } from './migrate-commands.js';
import { commandTargets } from './migrate-command-targets.js';
import type { Place } from './migrate-databases.js';
import { benchMany } from './migrate-many.js';
import { benchRoundTrips } from './migrate-round-trips.js';
import { BEFORE, buildPair, hasBefore, type Pair } from './pair-build.js';
import {
  benchCheck,
  benchGenerate,
  benchGenerateCheck,
  benchHistory,
  benchReplicas,
} from './pair-commands.js';
import { benchQueries } from './pair-queries.js';
import { HEADING, ROUNDS, targetRow, unlessFailed, type Target } from './targets.js';
import { printTable } from './table.js';

/**
 * Prints, in one run: whole processes of our compiled command line beside TypeORM's, the peers and a bare script; where
 * the time of an idle `up` goes, and its round trips; many small revisions beside the bare driver; the commands beside
 * the build before; and all targets.
 */
export async function migrate(): Promise<readonly Target[]> {
  const folder = mkdtempSync(join(tmpdir(), 'orchestrator-db-bench-'));
  const server = await startEmbeddedPostgres();
  try {
    const targets = await measure({ folder, server: server.target });
    process.stdout.write(
      `\nTargets: ms of wall time, in parentheses on processors; medians of ${ROUNDS} runs\n`,
    );
    printTable(HEADING, targets.map(targetRow));
    return targets;
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true });
  }
}

async function measure(place: Place): Promise<readonly Target[]> {
  const built = build(place.folder);
  const { rows, fastest } = await benchCommands(place, built);
  await benchStages(place, built, fastest);
  await benchRoundTrips(place, built);
  const many = await benchMany(place);
  const pair = pairIn(place.folder);
  const queries = await unlessFailed('check in process', () => benchQueries(place, pair));
  return [...commandTargets(rows), ...many, ...queries, ...(pair ? await pairTargets(place, pair) : [])];
}

function pairIn(folder: string): Pair | undefined {
  if (hasBefore()) return buildPair(folder);
  process.stdout.write(
    `\nThe build before is left out: commit ${BEFORE} is not in the history of this folder.\n`,
  );
  return undefined;
}

async function pairTargets(place: Place, pair: Pair): Promise<readonly Target[]> {
  const parts: Readonly<Record<string, () => Promise<readonly Target[]>>> = {
    'processes at once': () => benchReplicas(place, pair),
    'check, warm, sqlite': () => benchCheck(place, pair, 'sqlite'),
    'check, warm, postgres': () => benchCheck(place, pair, 'postgres'),
    'generate --check': () => benchGenerateCheck(place, pair),
    'a long history': () => benchHistory(place, pair),
    'generate of one column': () => benchGenerate(place, pair),
  };
  const targets: Target[] = [];
  for (const [part, measured] of Object.entries(parts)) targets.push(...(await unlessFailed(part, measured)));
  return targets;
}
