/** Checks that every `Database` must pass, and the types of what a database implements. */
export { CHECKS } from './all-checks.js';
export { NotConformingError, type Check, type Subject } from './subject.js';
export type { SqlLanguage } from '../../sql/lexer.js';
export type { BothSides, Catalog, LiveDefinition, LiveDefinitions } from '../catalog.js';
export type { ColumnRules } from '../column-rules.js';
export type {
  Capabilities,
  ConnectFailure,
  ConnectionSettings,
  Connections,
  Database,
  DatabaseFacts,
  EntityTypes,
  IdentityType,
  InstantType,
  JsonType,
  ReplicaRecords,
} from '../database.js';
export type { DeleteExpired, ExpiringTable } from '../expired-rows.js';
export type { DatabaseSizes, ReadSizes, TableSize } from '../table-sizes.js';
export type { ErrorKind, Violation } from '../error-kind.js';
export type { Checksums } from '../direction.js';
export type { BackfillPace, Executor, Limits } from '../executor.js';
export type { Estimator, MeasuredRevision, MeasuredWork, TableSample } from '../estimating.js';
export type { ValueDomain } from '../value-domain.js';
export type {
  CounterRow,
  FixtureSyntax,
  Locator,
  ReadColumn,
  StoredRelation,
  TableColumns,
} from '../fixture-syntax.js';
export type { Intercept, Send } from '../interceptors.js';
export type { Line, ServerSession } from '../line.js';
export type { LiveObject, LiveSchema, ReadAll } from '../live-schema.js';
export type { DomainColumn } from '../../schema/domains.js';
export type { SpecialTable } from '../../schema/special-tables.js';
export type { HeldLock, MigrationLock } from '../lock.js';
export type {
  ExecutorInput,
  LockInput,
  MigrationDialect,
  NamedTable,
  NumbersFound,
  RecordPlaces,
  StandbyAddress,
} from '../migration-dialect.js';
export type {
  CountedRows,
  LivePartition,
  LiveTable,
  MoveRun,
  NamedPath,
  NewPartition,
  Partitioning,
  PartitionMove,
  PartitionWork,
  RefusedBy,
} from '../partitioning.js';
export type { Period } from '../../schema/periods.js';
export type { Phase, ReleasePhase } from '../phases.js';
export {
  NO_REPLICATION,
  type Followers,
  type Looked,
  type Mark,
  type ReplicaLag,
  type ReplicaSettings,
  type Replication,
} from '../replication.js';
export type { ConvertedColumn, FactsAsked, Planner } from '../planner.js';
export type { RunningRevision } from '../running-revision.js';
export type {
  Confirmations,
  ConversionNeeded,
  Facts,
  AttachedObject,
  LostDependent,
  TableFacts,
  PartProperties,
  PhasedPlan,
  UndeclaredDependent,
  OwnIndex,
  PlannedPart,
  PlanReading,
  RefusedExpression,
  SequenceFact,
  DestructiveChange,
  ConfirmedValues,
  TypeProperties,
} from '../planning.js';
export type { BridgeFacts, BridgedTrigger } from '../bridge-facts.js';
export type { Restated, RestatedObject, Restatement } from '../restated.js';
export type { Rename } from '../../schema/rename.js';
export type { Probe, ServerProbe, ServerWord } from '../probe.js';
export type { Bind, BoundStatement, Recording, Value, Writer } from '../records/bound.js';
export type { Fence, ListCount, Outcome } from '../records/outcome.js';
export type {
  PhaseRecord,
  RecordChange,
  RecordContext,
  RecordEntry,
  RecordSyntax,
} from '../records/syntax.js';
export type { RecordTables, TableName } from '../records/tables.js';
export type { ServerFacts, ServerReader } from '../server-facts.js';
export type { Row } from '../row.js';
export type { GuardScratch, KeptDatabases, OnConnected, ScratchPlace } from '../scratch-place.js';
export type { ExpressionParts, SqlLiteral, SqlReader } from '../sql-reader.js';
export type { ScriptInput, ScriptStep } from '../script/script.js';
export type { BackfillProgress, Notice, Place, Purpose, Results, Session, Wire } from '../session.js';
export type { SessionPath } from '../session-path.js';
export type {
  CompiledView,
  LiveView,
  RefusedText,
  ViewFacts,
  ViewQuery,
  ViewsAsked,
  ViewUse,
} from '../view-facts.js';
