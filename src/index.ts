/** The public API. */
export { createDataSource, GuardedDataSource, type DataSourceContents } from './data-source.js';
export type { DatabaseTarget, PostgresTarget, SqliteTarget, TlsOptions } from './database-url.js';
export type { DialectName } from './dialect/dialect.js';
export { checkDrift, type DriftOptions, type DriftReport } from './drift/check-drift.js';
export * from './errors.js';
export { LineLogger, type WriteLine } from './logger.js';
export {
  migrateDown,
  migrateUp,
  readStatus,
  type MigrateOptions,
  type RunReport,
  type Status,
  type StepEvent,
} from './migrator/migrator.js';
export { Revision, type DialectStatements, type Direction } from './migrator/revision.js';
export { describeChange, type Change } from './schema/change.js';
export { parseSettings, type Environment, type LogLevel, type Settings } from './settings.js';
export { EntityValidationSubscriber } from './validation/entity-validation-subscriber.js';
