/** The public API for NestJS: `orchestrator-db/nest`. */
export {
  DatabaseOptionError,
  PageUnguardedError,
  StartRefusedError,
  StartWaitError,
} from '../errors/start.js';
export { ReleaseTooOldError } from '../errors/phases.js';
export {
  databaseHealthToken,
  DatabaseModule,
  type DatabaseModuleAsyncOptions,
  type DatabaseModuleOptions,
  type NamedDatabase,
} from './database-module.js';
export { DatabaseHealthIndicator, type HealthResult, type HealthSource } from './health-indicator.js';
export type { DatabasePageOptions } from './page.js';
export type { OnStart } from './on-start.js';
export type { Health, ShowDetails, Unready } from './readiness.js';
