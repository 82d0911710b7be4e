import type { OnStart } from 'orchestrator-db/nest';

/** What the environment says of the application; what it says of the database is in ormconfig.ts. */
export interface Config {
  /** `PORT`; default 3000, 0 for any free one. */
  readonly port: number;
  /** `ON_START`; default `migrate`. */
  readonly onStart: OnStart;
  /** `DRIFT_CACHE_MS`: how long readiness believes a drift check, milliseconds; default 60000. */
  readonly driftCacheMs: number;
  /**
   * `KEEP_PARTITIONS_MS`: the pause between two times at which partitions are kept and expired rows deleted,
   * milliseconds; default one hour.
   */
  readonly keepPartitionsMs: number;
}

const POLICIES: readonly OnStart[] = ['nothing', 'check', 'migrate', 'wait'];

/** @throws Error naming the variable that cannot be used */
export function parseConfig(env: NodeJS.ProcessEnv): Config {
  return {
    port: wholeNumber(env, 'PORT', 3000),
    onStart: policy(env['ON_START'] || 'migrate'),
    driftCacheMs: wholeNumber(env, 'DRIFT_CACHE_MS', 60_000),
    keepPartitionsMs: wholeNumber(env, 'KEEP_PARTITIONS_MS', 3_600_000),
  };
}

function policy(text: string): OnStart {
  const known = POLICIES.find((name) => name === text);
  if (known) return known;
  throw new Error(`ON_START: "${text}" is not one of ${POLICIES.join(', ')}.`);
}

function wholeNumber(env: NodeJS.ProcessEnv, variable: string, fallback: number): number {
  const text = env[variable] || String(fallback);
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new Error(`${variable}: "${text}" is not a whole number.`);
}
