import { InitialSchema1795435200000 } from './1795435200000-InitialSchema.js';
import { AdminUsers1795438800000 } from './1795438800000-AdminUsers.js';
import { WorkersAndJobs1795663574228 } from './1795663574228-WorkersAndJobs.js';
import { MonthlyTransitions1796083246499 } from './1796083246499-MonthlyTransitions.js';
import { MonthlyTransitionsBuildPkJobState1796083246500 } from './1796083246500-MonthlyTransitionsBuildPkJobState.js';
import { MonthlyTransitionsBuildPkWorkerState1796083246501 } from './1796083246501-MonthlyTransitionsBuildPkWorkerState.js';
import { MonthlyTransitionsFinish1796083246502 } from './1796083246502-MonthlyTransitionsFinish.js';
import { MonthlyTransitionsDropPkJobState1796083246503 } from './1796083246503-MonthlyTransitionsDropPkJobState.js';
import { MonthlyTransitionsDropPkWorkerState1796083246504 } from './1796083246504-MonthlyTransitionsDropPkWorkerState.js';
import { MonthlyTransitionsBoundJobState1796083246505 } from './1796083246505-MonthlyTransitionsBoundJobState.js';
import { MonthlyTransitionsValidateJobState1796083246506 } from './1796083246506-MonthlyTransitionsValidateJobState.js';
import { MonthlyTransitionsPartitionJobState1796083246507 } from './1796083246507-MonthlyTransitionsPartitionJobState.js';
import { MonthlyTransitionsBoundWorkerState1796083246508 } from './1796083246508-MonthlyTransitionsBoundWorkerState.js';
import { MonthlyTransitionsValidateWorkerState1796083246509 } from './1796083246509-MonthlyTransitionsValidateWorkerState.js';
import { MonthlyTransitionsPartitionWorkerState1796083246510 } from './1796083246510-MonthlyTransitionsPartitionWorkerState.js';

/** Every revision, in the order of the stamps. The generator writes this list; a revision not in it does not exist. */
export const migrations = [
  InitialSchema1795435200000,
  AdminUsers1795438800000,
  WorkersAndJobs1795663574228,
  MonthlyTransitions1796083246499,
  MonthlyTransitionsBuildPkJobState1796083246500,
  MonthlyTransitionsBuildPkWorkerState1796083246501,
  MonthlyTransitionsFinish1796083246502,
  MonthlyTransitionsDropPkJobState1796083246503,
  MonthlyTransitionsDropPkWorkerState1796083246504,
  MonthlyTransitionsBoundJobState1796083246505,
  MonthlyTransitionsValidateJobState1796083246506,
  MonthlyTransitionsPartitionJobState1796083246507,
  MonthlyTransitionsBoundWorkerState1796083246508,
  MonthlyTransitionsValidateWorkerState1796083246509,
  MonthlyTransitionsPartitionWorkerState1796083246510,
] as const;
