import { InitialSchema1795435200000 } from './1795435200000-InitialSchema.js';
import { AdminUsers1795438800000 } from './1795438800000-AdminUsers.js';
import { WorkerWorkspaces1795661004315 } from './1795661004315-WorkerWorkspaces.js';
import { WorkerWorkspacesBuildIxWorkersCreatedAt1795661004316 } from './1795661004316-WorkerWorkspacesBuildIxWorkersCreatedAt.js';
import { WorkerWorkspacesBuildIxWorkersWorkspaceStatus1795661004317 } from './1795661004317-WorkerWorkspacesBuildIxWorkersWorkspaceStatus.js';
import { JobTrees1795661021439 } from './1795661021439-JobTrees.js';
import { JobTreesBuildIxJobsCreatedAt1795661021440 } from './1795661021440-JobTreesBuildIxJobsCreatedAt.js';
import { JobTreesBuildIxJobsDepthStatus1795661021441 } from './1795661021441-JobTreesBuildIxJobsDepthStatus.js';
import { JobTreesBuildIxJobsParentJobId1795661021442 } from './1795661021442-JobTreesBuildIxJobsParentJobId.js';
import { JobTreesValidate1795661021443 } from './1795661021443-JobTreesValidate.js';
import { AllocationDepth1795661040754 } from './1795661040754-AllocationDepth.js';
import { AllocationDepthBuildIxResourceAllocationsDepthReleased1795661040755 } from './1795661040755-AllocationDepthBuildIxResourceAllocationsDepthReleased.js';
import { AllocationDepthBuildIxResourceAllocationsWorkerId1795661040756 } from './1795661040756-AllocationDepthBuildIxResourceAllocationsWorkerId.js';
import { AllocationDepthValidate1795661040757 } from './1795661040757-AllocationDepthValidate.js';
import { IdempotentResponses1795661058321 } from './1795661058321-IdempotentResponses.js';
import { IdempotentResponsesBuildIxIdempotencyKeysExpiresAt1795661058322 } from './1795661058322-IdempotentResponsesBuildIxIdempotencyKeysExpiresAt.js';
import { StateTransitions1795661075004 } from './1795661075004-StateTransitions.js';

/** Every revision, in the order of the stamps. The generator writes this list; a revision not in it does not exist. */
export const migrations = [
  InitialSchema1795435200000,
  AdminUsers1795438800000,
  WorkerWorkspaces1795661004315,
  WorkerWorkspacesBuildIxWorkersCreatedAt1795661004316,
  WorkerWorkspacesBuildIxWorkersWorkspaceStatus1795661004317,
  JobTrees1795661021439,
  JobTreesBuildIxJobsCreatedAt1795661021440,
  JobTreesBuildIxJobsDepthStatus1795661021441,
  JobTreesBuildIxJobsParentJobId1795661021442,
  JobTreesValidate1795661021443,
  AllocationDepth1795661040754,
  AllocationDepthBuildIxResourceAllocationsDepthReleased1795661040755,
  AllocationDepthBuildIxResourceAllocationsWorkerId1795661040756,
  AllocationDepthValidate1795661040757,
  IdempotentResponses1795661058321,
  IdempotentResponsesBuildIxIdempotencyKeysExpiresAt1795661058322,
  StateTransitions1795661075004,
] as const;
