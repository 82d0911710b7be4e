import { InitialSchema1795435200000 } from './1795435200000-InitialSchema.js';
import { AdminUsers1795438800000 } from './1795438800000-AdminUsers.js';
import { WorkersAndJobs1795663574228 } from './1795663574228-WorkersAndJobs.js';
import { MonthlyTransitions1796081757076 } from './1796081757076-MonthlyTransitions.js';
import { MonthlyTransitionsBuildPkJobState1796081757077 } from './1796081757077-MonthlyTransitionsBuildPkJobState.js';
import { MonthlyTransitionsBuildPkWorkerState1796081757078 } from './1796081757078-MonthlyTransitionsBuildPkWorkerState.js';
import { MonthlyTransitionsFinish1796081757079 } from './1796081757079-MonthlyTransitionsFinish.js';
import { MonthlyTransitionsDropPkJobState1796081757080 } from './1796081757080-MonthlyTransitionsDropPkJobState.js';
import { MonthlyTransitionsDropPkWorkerState1796081757081 } from './1796081757081-MonthlyTransitionsDropPkWorkerState.js';
import { MonthlyTransitionsBoundJobState1796081757082 } from './1796081757082-MonthlyTransitionsBoundJobState.js';
import { MonthlyTransitionsValidateJobState1796081757083 } from './1796081757083-MonthlyTransitionsValidateJobState.js';
import { MonthlyTransitionsPartitionJobState1796081757084 } from './1796081757084-MonthlyTransitionsPartitionJobState.js';
import { MonthlyTransitionsBoundWorkerState1796081757085 } from './1796081757085-MonthlyTransitionsBoundWorkerState.js';
import { MonthlyTransitionsValidateWorkerState1796081757086 } from './1796081757086-MonthlyTransitionsValidateWorkerState.js';
import { MonthlyTransitionsPartitionWorkerState1796081757087 } from './1796081757087-MonthlyTransitionsPartitionWorkerState.js';

/** Every revision, in the order of the stamps. The generator writes this list; a revision not in it does not exist. */
export const migrations = [
  InitialSchema1795435200000,
  AdminUsers1795438800000,
  WorkersAndJobs1795663574228,
  MonthlyTransitions1796081757076,
  MonthlyTransitionsBuildPkJobState1796081757077,
  MonthlyTransitionsBuildPkWorkerState1796081757078,
  MonthlyTransitionsFinish1796081757079,
  MonthlyTransitionsDropPkJobState1796081757080,
  MonthlyTransitionsDropPkWorkerState1796081757081,
  MonthlyTransitionsBoundJobState1796081757082,
  MonthlyTransitionsValidateJobState1796081757083,
  MonthlyTransitionsPartitionJobState1796081757084,
  MonthlyTransitionsBoundWorkerState1796081757085,
  MonthlyTransitionsValidateWorkerState1796081757086,
  MonthlyTransitionsPartitionWorkerState1796081757087,
] as const;
