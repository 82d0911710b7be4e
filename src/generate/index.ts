/** Generates revisions from entities: `orchestrator-db/generate`. The main entry point runs them. */
export type { DialectGroups, NumberReaders, StatementGroup } from '../databases/planning.js';
export type { ReleasePhase } from '../databases/phases.js';
export type { RevisionPart } from './plan/revision-part.js';
export type {
  Exception,
  Hazard,
  LockMode,
  Statement,
  TableLock,
  UsedColumn,
  Work,
} from '../sql/statement.js';
export * from '../errors/generate.js';
export * from '../errors/verification.js';
export * from '../errors/scratch.js';
export { scratchSourcesOf, type ScratchSource, type ScratchSources } from '../scratch/scratch-sources.js';
export type { Snapshot } from './compare/snapshot.js';
export type { ConfirmationOptions } from './confirm/confirmations.js';
export type { GeneratedRevision } from './plan/generated-revision.js';
export type { StepOptions } from './plan/steps.js';
export type { Estimate, EstimatedTable, EstimatedWork } from './estimate.js';
export {
  generate,
  type CompareRequest,
  type Generated,
  type GenerateRequest,
  type MissingChanges,
} from './propose.js';
export {
  findMissingChanges,
  generateRevisions,
  type CompareOptions,
  type GenerateOptions,
  type GenerateReport,
} from './generate-revisions.js';
export type { FileForm, RevisionFormat, Syntax } from './write/file-form.js';
export type { WrittenRevisions } from './write/write-revisions.js';
export { writeGenerated, type GeneratedPlace, type RevisionDocument } from './write/write-generated.js';
