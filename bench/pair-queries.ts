import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { withScratchDatabase } from '../src/databases/postgres/scratch/scratch.js';
import { root } from '../test/support/run-script.js';
import { middle, type Place } from './migrate-databases.js';
import type { Pair } from './pair-build.js';
import { BESIDE, ROUNDS, type Target } from './targets.js';

const TABLES = 1000;
/** A process takes medians of 11 by itself. */
const PROCESSES = Math.ceil(ROUNDS / 3);

interface Measured {
  readonly checkMs: number;
  readonly bareMs: number;
}

/** `check` of many tables in process beside its catalog queries alone, and these beside those of the build before. */
export function benchQueries({ server }: Place, pair: Pair | undefined): Promise<readonly Target[]> {
  return withScratchDatabase(server, ({ host, port, user, password, database }) => {
    const options = { type: 'postgres', host, port, username: user, password, database };
    const child = (home: string, task: string) => inChild(home, JSON.stringify([task, TABLES, options]));
    child(root, 'create');
    const seen = { ours: [] as Measured[], before: [] as Measured[] };
    for (let round = 0; round < PROCESSES; round += 1) {
      seen.ours.push(JSON.parse(child(root, 'measure')) as Measured);
      if (pair) seen.before.push(JSON.parse(child(pair.before.folder, 'measure')) as Measured);
    }
    return Promise.resolve(targetsOf(seen.ours, seen.before));
  });
}

function targetsOf(ours: readonly Measured[], before: readonly Measured[]): readonly Target[] {
  const check = middle(ours.map(({ checkMs }) => checkMs));
  const queries = middle(ours.map(({ bareMs }) => bareMs));
  const former = middle(before.map(({ bareMs }) => bareMs));
  const compared = (times: readonly [ours: number, theirs: number], limit: number) => ({
    ...{ ours: times[0].toFixed(0), theirs: times[1].toFixed(0) },
    ...{ ratio: times[0] / times[1], limit },
  });
  return [
    {
      ...{ what: `check, ${TABLES} tables, in process`, beside: 'its queries' },
      ...compared([check, queries], 1.3),
    },
    {
      ...{ what: `queries of check, ${TABLES} tables`, beside: BESIDE },
      ...compared([queries, former], 0.7),
    },
  ];
}

function inChild(home: string, argument: string): string {
  const argv = ['--no-deprecation', '--import', 'tsx', join(home, 'bench', 'drift-child.ts'), argument];
  const { stdout, stderr, status } = spawnSync(process.execPath, argv, { encoding: 'utf8', cwd: home });
  if (status !== 0) throw new Error(`drift-child failed: ${stderr}`);
  return stdout;
}
