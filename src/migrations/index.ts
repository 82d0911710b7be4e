import { InitialSchema1795435200000 } from './1795435200000-InitialSchema.js';
import { AdminUsers1795438800000 } from './1795438800000-AdminUsers.js';
import { WorkersAndJobs1795663574228 } from './1795663574228-WorkersAndJobs.js';

/** Every revision, in the order of the stamps. The generator writes this list; a revision not in it does not exist. */
export const migrations = [
  InitialSchema1795435200000,
  AdminUsers1795438800000,
  WorkersAndJobs1795663574228,
] as const;
