import 'reflect-metadata';
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { PostgresTarget } from '../src/database-url.js';
import { withScratchDatabase } from '../src/databases/postgres/scratch/scratch.js';
import { onCopy, onlineServer } from './online-databases.js';
import { fill, startRevisions, type Start } from './online-template.js';
import { ROLLOUT_KINDS, type RolloutKind } from './rollout-kinds.js';
import { reportRollout, type Rolled } from './rollout-report.js';
import { Fleet } from './rollout-fleet.js';
import { oursFor, typeormFor, type Way } from './rollout-ways.js';

const BASELINE_MS = 5000;
const SETTLE_MS = 1000;
const BETWEEN_MS = 700;

/**
 * Rolls a release over another one while four processes of them read and write: expand, one process after the other,
 * contract; once more with a way back from the middle; and beside it the same change in one migration, as TypeORM
 * generates it. Ends with 1 when a statement failed, waited for too long, or read or left a wrong value.
 * BENCH_ROWS and BENCH_RATE scale it, BENCH_ONLY picks kinds by a part of their titles.
 */
export async function rollout(): Promise<void> {
  // A moment without a zone is in that of the process, for the driver.
  process.env['TZ'] = 'UTC';
  const scale = { rows: numberOf('BENCH_ROWS', 2_000_000), rate: numberOf('BENCH_RATE', 200) };
  const folder = mkdtempSync(join(tmpdir(), 'orchestrator-db-bench-'));
  const server = await onlineServer();
  try {
    const given = { server: server.target, folder, rows: scale.rows };
    const start: Start = { ...given, revisions: await startRevisions(given) };
    const rolled = await withScratchDatabase(server.target, async (template) => {
      await fill(template, start);
      return rollAll(start, template.database, scale);
    });
    reportRollout(rolled, scale);
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true });
  }
}

function numberOf(variable: string, fallback: number): number {
  return Number(process.env[variable] || fallback);
}

/** How much of everything. */
export interface RolloutScale {
  /** Jobs. */
  readonly rows: number;
  /** Statements in a second, of all processes together. */
  readonly rate: number;
}

async function rollAll(start: Start, template: string, scale: RolloutScale): Promise<readonly Rolled[]> {
  const only = process.env['BENCH_ONLY'] ?? '';
  const rolled: Rolled[] = [];
  for (const kind of ROLLOUT_KINDS.filter(({ title }) => title.includes(only))) {
    process.stderr.write(`${kind.title}, load ${loadavg()[0]?.toFixed(1) ?? ''}\n`);
    const ours = await oursFor(kind, start);
    const on = (use: (target: PostgresTarget) => Promise<Rolled>) => onCopy(start.server, template, use);
    rolled.push(await on((target) => forth(target, { kind, way: ours, scale })));
    rolled.push(await on((target) => forthAndBack(target, { kind, way: ours, scale })));
    rolled.push(await on((target) => forth(target, { kind, way: typeormFor(kind), scale })));
  }
  return rolled;
}

interface Story {
  readonly kind: RolloutKind;
  readonly way: Way;
  readonly scale: RolloutScale;
}

/** Old processes, expand, new ones one by one, contract. */
async function forth(target: PostgresTarget, { kind, way, scale }: Story): Promise<Rolled> {
  const fleet = await Fleet.start(target, { kind, way, ...scale });
  try {
    await pause(BASELINE_MS);
    await fleet.beginChange();
    await fleet.changing(() => way.expand(target));
    await fleet.restart(0, 'old');
    for (let slot = 0; slot < fleet.size; slot += 1) {
      await fleet.restart(slot, 'new');
      await pause(BETWEEN_MS);
    }
    await fleet.changing(() => way.contract(target));
    await pause(SETTLE_MS);
    return await fleet.end(way.title, 'new');
  } finally {
    await fleet.close();
  }
}

/** Half of the processes are new when the release is given up; and after contract it is given up once more. */
async function forthAndBack(target: PostgresTarget, { kind, way, scale }: Story): Promise<Rolled> {
  const fleet = await Fleet.start(target, { kind, way, ...scale });
  try {
    await pause(BASELINE_MS);
    await fleet.beginChange();
    await fleet.changing(() => way.expand(target));
    for (const slot of [0, 1]) await fleet.restart(slot, 'new');
    await pause(BETWEEN_MS);
    for (const slot of [0, 1]) await fleet.restart(slot, 'old');
    await fleet.changing(() => way.back(target));
    await pause(SETTLE_MS);
    return await fleet.end(`${way.title}, given up half way`, 'old');
  } finally {
    await fleet.close();
  }
}
