import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { urlOf } from '../test/support/servers.js';
import { root } from '../test/support/run-script.js';
import { onEmpty, type DialectName, type Place } from './migrate-databases.js';
import { outputOf, usageOf, usageOfAll, type Command, type Usage } from './migrate-process.js';
import { urlOfTarget } from './migrate-tools.js';
import type { Home, Pair } from './pair-build.js';
import { HISTORY, writeProject } from './pair-project.js';
import { BESIDE, inTurns, timeTarget, type Target } from './targets.js';

/** Replicas that start at once. */
const REPLICAS = 50;
const HALF = 0.5;

/** `up` with nothing to do in many processes at once: time on a processor, in all. */
export function benchReplicas(place: Place, pair: Pair): Promise<readonly Target[]> {
  return onEmpty(place, 'postgres', async (target) => {
    const env = { DATABASE_URL: urlOfTarget(target) };
    const replicas = (home: Home) => Array.from({ length: REPLICAS }, () => ({ ...home.run('up'), env }));
    await outputOf({ ...pair.before.run('up'), env });
    const { ours, theirs } = await inTurns({
      ours: () => usageOfAll(replicas(pair.ours)),
      theirs: () => usageOfAll(replicas(pair.before)),
    });
    const what = `${REPLICAS} at once, nothing to do, postgres`;
    const timed = timeTarget(what, 0.4, { ours, theirs, beside: BESIDE });
    return [{ ...timed, ratio: ours.cpuMs / theirs.cpuMs }];
  });
}

/** `check` of a database at head. */
export function benchCheck(place: Place, pair: Pair, dialect: DialectName): Promise<readonly Target[]> {
  return onEmpty(place, dialect, async (target) => {
    const env = { DATABASE_URL: urlOfTarget(target) };
    await outputOf({ ...pair.before.run('up'), env });
    const run = (home: Home) => () => usageOf({ ...home.run('check'), env });
    return besideBefore(`check, warm, ${dialect}`, HALF, { ours: run(pair.ours), theirs: run(pair.before) });
  });
}

/** `generate --check` with nothing new: each with a server of its own, and on a server that runs. */
export async function benchGenerateCheck({ server }: Place, pair: Pair): Promise<readonly Target[]> {
  const on = (env: Command['env'], what: string) => {
    const run = (home: Home) => () => usageOf({ ...home.run('generate', '--check'), env });
    return besideBefore(what, 0.4, { ours: run(pair.ours), theirs: run(pair.before) });
  };
  return [
    ...(await on({}, 'generate --check, own server')),
    ...(await on(scratchOn(server), 'generate --check, running server')),
  ];
}

/** `generate` of one column for both databases, verified and written. */
export function benchGenerate({ server, folder }: Place, pair: Pair): Promise<readonly Target[]> {
  const run = (home: Home) => {
    const kept = join(folder, `kept-${home.folder.endsWith('ours-changed') ? 'ours' : 'before'}`);
    const written = join(home.folder, 'src', 'migrations');
    cpSync(written, kept, { recursive: true });
    return async () => {
      const usage = await usageOf({ ...home.run('generate', 'JobPriority'), env: scratchOn(server) });
      rmSync(written, { recursive: true });
      cpSync(kept, written, { recursive: true });
      return usage;
    };
  };
  const runs = { ours: run(pair.oursChanged), theirs: run(pair.beforeChanged) };
  return besideBefore('generate, one column, both databases', HALF, runs);
}

/** A project of TypeORM's own kind with a long history: `generate --check` beside TypeORM, and `lint`. */
export function benchHistory(place: Place, pair: Pair): Promise<readonly Target[]> {
  const home = join(place.folder, 'project');
  mkdirSync(home);
  writeProject(home);
  return onEmpty(place, 'postgres', async (target) => {
    const env = { PROJECT_URL: urlOfTarget(target), ...scratchOn(place.server) };
    const options = ['-d', 'data-source.js'];
    const call = (of: Home, ...args: string[]) => ({ ...of.run(...args, ...options), cwd: home, env });
    const typeorm = (...args: string[]): Command => ({
      program: process.execPath,
      args: ['--no-deprecation', join(root, 'node_modules', 'typeorm', 'cli.js'), ...args, ...options],
      ...{ cwd: home, env },
    });
    await outputOf(typeorm('migration:run'));
    const checking = ['generate', '--check', '--dir', 'migrations'];
    const generated = await inTurns({
      ours: () => usageOf(call(pair.ours, ...checking)),
      theirs: () => usageOf(typeorm('migration:generate', 'migrations/Step', '--check')),
    });
    const what = `generate --check, ${HISTORY} revisions`;
    return [
      timeTarget(what, 1, { ...generated, beside: 'TypeORM' }),
      ...(await besideBefore(`lint, ${HISTORY} recorded revisions`, 0.3, {
        ours: () => usageOf({ ...call(pair.ours, 'lint'), codes: FOUND }),
        theirs: () => usageOf({ ...call(pair.before, 'lint'), codes: FOUND }),
      })),
    ];
  });
}

/** `lint` ends with 2 where it has findings. */
const FOUND = [0, 2];

function scratchOn(server: Place['server']): Command['env'] {
  return { SCRATCH_DATABASE_URL: urlOf(server) };
}

async function besideBefore(
  what: string,
  limit: number,
  runs: Readonly<Record<'ours' | 'theirs', () => Promise<Usage>>>,
): Promise<readonly Target[]> {
  return [timeTarget(what, limit, { ...(await inTurns(runs)), beside: BESIDE })];
}
