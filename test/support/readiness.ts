import type { DataSource } from 'typeorm';
import { systemClock } from '../../src/clock.js';
import { Readiness } from '../../src/nest/readiness.js';

/** Readiness that compares the schema each time it is asked, and shows all that it finds. */
export function detailedReadiness(dataSource: DataSource, maxLagMs?: number): Readiness {
  return new Readiness(dataSource, {
    driftCacheMs: 0,
    maxLagMs,
    clock: systemClock,
    showDetails: 'always',
    log: () => undefined,
  });
}
