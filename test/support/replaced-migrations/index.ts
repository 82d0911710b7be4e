import { WorkerWorkspaces1795663514195 } from './1795663514195-WorkerWorkspaces.js';
import { WorkerWorkspacesBuildIxWorkersCreatedAt1795663514196 } from './1795663514196-WorkerWorkspacesBuildIxWorkersCreatedAt.js';
import { WorkerWorkspacesBuildIxWorkersWorkspaceStatus1795663514197 } from './1795663514197-WorkerWorkspacesBuildIxWorkersWorkspaceStatus.js';
import { JobTrees1795663527417 } from './1795663527417-JobTrees.js';
import { JobTreesBuildIxJobsCreatedAt1795663527418 } from './1795663527418-JobTreesBuildIxJobsCreatedAt.js';
import { JobTreesBuildIxJobsDepthStatus1795663527419 } from './1795663527419-JobTreesBuildIxJobsDepthStatus.js';
import { JobTreesBuildIxJobsParentJobId1795663527420 } from './1795663527420-JobTreesBuildIxJobsParentJobId.js';
import { JobTreesValidate1795663527421 } from './1795663527421-JobTreesValidate.js';
import { AllocationDepth1795663542238 } from './1795663542238-AllocationDepth.js';
import { AllocationDepthBuildIxResourceAllocationsDepthReleased1795663542239 } from './1795663542239-AllocationDepthBuildIxResourceAllocationsDepthReleased.js';
import { AllocationDepthBuildIxResourceAllocationsWorkerId1795663542240 } from './1795663542240-AllocationDepthBuildIxResourceAllocationsWorkerId.js';
import { AllocationDepthValidate1795663542241 } from './1795663542241-AllocationDepthValidate.js';
import { IdempotentResponses1795663558071 } from './1795663558071-IdempotentResponses.js';
import { IdempotentResponsesBuildIxIdempotencyKeysExpiresAt1795663558072 } from './1795663558072-IdempotentResponsesBuildIxIdempotencyKeysExpiresAt.js';
import { StateTransitions1795663574228 } from './1795663574228-StateTransitions.js';

/** The revisions that `WorkersAndJobs1795663574228` replaces, as databases ran them. */
export const replacedMigrations = [
  WorkerWorkspaces1795663514195,
  WorkerWorkspacesBuildIxWorkersCreatedAt1795663514196,
  WorkerWorkspacesBuildIxWorkersWorkspaceStatus1795663514197,
  JobTrees1795663527417,
  JobTreesBuildIxJobsCreatedAt1795663527418,
  JobTreesBuildIxJobsDepthStatus1795663527419,
  JobTreesBuildIxJobsParentJobId1795663527420,
  JobTreesValidate1795663527421,
  AllocationDepth1795663542238,
  AllocationDepthBuildIxResourceAllocationsDepthReleased1795663542239,
  AllocationDepthBuildIxResourceAllocationsWorkerId1795663542240,
  AllocationDepthValidate1795663542241,
  IdempotentResponses1795663558071,
  IdempotentResponsesBuildIxIdempotencyKeysExpiresAt1795663558072,
  StateTransitions1795663574228,
] as const;
