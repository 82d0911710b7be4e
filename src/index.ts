/** The public API. */
export { createDataSource, GuardedDataSource, type DataSourceContents } from './data-source.js';
export type {
  DatabaseTarget,
  KnownTarget,
  PostgresTarget,
  SqliteTarget,
  TlsOptions,
} from './database-url.js';
export type { ServerAddress, ServerList, SessionAttributes } from './server-list.js';
export type { ConnectionSettings } from './databases/database.js';
export type { DialectName } from './databases/registry.js';
export type { ServerFacts } from './databases/server-facts.js';
export type { AcceptedDifference, NamedDifference } from './drift/accepted/accepted-difference.js';
export type { AcceptedSource } from './drift/accepted/accepted-file.js';
export type { AcceptedChange, StaleEntry } from './drift/accepted/apply-accepted.js';
export { checkDrift, type DriftOptions } from './drift/check-drift.js';
export type { DriftCounting } from './drift/check-subject.js';
export type { SnapshotSource } from './drift/known-views.js';
export type { DriftReport } from './drift/drift-report.js';
export type { ExplainedDifference } from './drift/pending-causes.js';
export * from './errors/accepted-drift.js';
export * from './errors/base.js';
export * from './errors/connection.js';
export { EntityExpiresError, EntityPartitionError } from './errors/entities.js';
export * from './errors/extension.js';
export * from './errors/heartbeats.js';
export * from './errors/lint.js';
export * from './errors/migration.js';
export type { LostObject } from './errors/lost-object.js';
export * from './errors/replaced.js';
export * from './errors/rebuild.js';
export * from './errors/records.js';
export * from './errors/records-replaced.js';
export * from './errors/run-ended.js';
export * from './errors/replicas.js';
export * from './errors/search-paths.js';
export * from './errors/server.js';
export * from './errors/standbys.js';
export * from './errors/table-locked.js';
export type { Finding, LintNote, LintReport } from './lint/finding.js';
export { lint, lintDataSource, type LintOptions, type LintSelection } from './lint/lint.js';
export type { RecordingOptions } from './lint/record/record-classes.js';
export { RULE_IDS, type RuleId } from './lint/rule-id.js';
export { Migrator } from './migrator-api.js';
export { LineLogger, type WriteLine } from './logger.js';
export { guard, type GuardOptions, type TypeormMigrateOptions } from './guard.js';
export {
  Partitioned,
  type HashPartitions,
  type ListPartitions,
  type PartitionOptions,
  type RangePartitions,
} from './partitioned.js';
export { Expires } from './expires.js';
export type { ExpiredRows } from './partitions/delete-expired.js';
export { keepPartitions, type KeepOptions, type KeepReport } from './partitions/keep-partitions.js';
export { mergePartitions } from './partitions/merge-partitions.js';
export type { PartitionRefusal, RefusalReason } from './partitions/plan-keeping.js';
export type { KeptTable } from './partitions/plan-table.js';
export { readPartitions, type TablePartitions, type TimePartitions } from './partitions/read-partitions.js';
export type { Clock } from './clock.js';
export type { DirectSource } from './migrator/direct-connection.js';
export type { FailedStatus, LoggedRun } from './migrator/failed-attempts.js';
export type { MigrationEvent, OnEvent } from './migrator/events.js';
export type { Standing } from './migrator/standing.js';
export {
  migrateDown,
  migrateUp,
  planMigration,
  stampAt,
  type MigrateOptions,
  type PlanOptions,
} from './migrator/migrate.js';
export { writeScript, type ScriptOptions } from './migrator/offline.js';
export type { Allowances, Plan, PlannedStep } from './migrator/plan.js';
export type { Direction } from './databases/direction.js';
export type { PartlyReplaced } from './migrator/history.js';
export type { PhaseChoice } from './migrator/arrange.js';
export type { PlannedScript } from './migrator/offline-plan.js';
export type { AwaitingStatus, RevisionStatus } from './migrator/status.js';
export {
  ContractAwaitedError,
  ContractRefusedError,
  ReleaseTooOldError,
  type AwaitingContract,
  type Replica,
} from './errors/phases.js';
export type { WaitingContract } from './errors/run-ended.js';
export type { Replaced } from './migrator/replaced.js';
export { forgetReplica, readReplicas, type ConnectedRelease } from './migrator/replicas.js';
export {
  Revision,
  type DialectStatements,
  type RevisionLimits,
  type RevisionPhase,
  type SchemaChanges,
} from './migrator/revision.js';
export type { RunOptions } from './migrator/run-context.js';
export type { BackfillProgress } from './databases/session.js';
export type { Attempt, LoggedAttempt, Run, RunProgress } from './migrator/records/rows.js';
export type { RunLimits } from './migrator/run-limits.js';
export { readHistory, type HistoryOptions } from './migrator/run-history.js';
export { readStatus, type AppliedStatus, type Status, type Verification } from './migrator/status.js';
export type {
  AddChange,
  AlterChange,
  Change,
  Difference,
  DropChange,
  TableChange,
  ViewChange,
} from './schema/change.js';
export { describeChange } from './schema/describe-change.js';
export type {
  HashPolicy,
  ListPolicy,
  PartitionModel,
  PartitionPolicy,
  PartitionStrategy,
  PartitionValue,
  RangePolicy,
} from './schema/partition.js';
export type {
  CheckModel,
  ColumnModel,
  ConflictClause,
  Deferrable,
  EnumModel,
  ExclusionModel,
  Expression,
  ForeignKeyAction,
  ForeignKeyModel,
  IndexKey,
  IndexModel,
  KeyModel,
  NotNullModel,
  Part,
  Parts,
  SchemaModel,
  TableModel,
  Uncomparable,
  UnmanagedObject,
  ViewColumn,
  ViewModel,
} from './schema/model.js';
export {
  parseSettings,
  type Environment,
  type LogLevel,
  type ScratchSettings,
  type Settings,
} from './settings.js';
export { EntityValidationSubscriber } from './validation/entity-validation-subscriber.js';
export { withPrimary } from './with-primary.js';
