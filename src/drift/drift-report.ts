import type { Difference } from '../schema/change.js';
import type { Uncomparable, UnmanagedObject } from '../schema/model.js';
import type { DialectName } from '../databases/registry.js';
import type { PartlyReplaced } from '../migrator/history.js';
import type { AcceptedChange, StaleEntry } from './accepted/apply-accepted.js';
import type { ExplainedDifference } from './pending-causes.js';

/** Whether a database matches the entities. */
export interface DriftReport {
  readonly status: 'in-sync' | 'drifted';
  readonly dialect: DialectName;
  /** Without the accepted ones. */
  readonly changes: readonly Difference[];
  /** Differences that a person has accepted: they are no drift. */
  readonly accepted: readonly AcceptedChange[];
  /** Entries for this database that match no difference. */
  readonly stale: readonly StaleEntry[];
  /** What could not be compared, so that drift in it is unknown. */
  readonly uncomparable: readonly Uncomparable[];
  /** What entities cannot declare; drift only if the check is strict. */
  readonly unmanaged: readonly UnmanagedObject[];
  /** Revisions that are in the code only, without contract revisions. */
  readonly pending: readonly string[];
  /** Differences that pending revisions explain; absent where there are none. */
  readonly explained?: readonly ExplainedDifference[];
  /** Contract revisions that are in the code only: they wait for older releases. Absent where there are none. */
  readonly awaitingContract?: readonly string[];
  /** Present on a release that is too old: an applied contract revision that its code does not have. */
  readonly newerContract?: string;
  /** Those of them that cannot run, since some of what they replace is applied; absent where there are none. */
  readonly partlyReplaced?: readonly PartlyReplaced[];
  /** What to write otherwise in entities, in words; absent where there is nothing. */
  readonly notes?: readonly string[];
  /** How many tables were compared. */
  readonly tables: number;
  /** Present if a standby has answered; it may lag behind its primary. */
  readonly standby?: true;
  /** Present if a worker of Citus has answered, which has neither local tables nor the list of applied revisions. */
  readonly citusWorker?: true;
  /** Present on a subscriber: the subscriptions that copy rows into the database, and no changes of the schema. */
  readonly subscriptions?: readonly string[];
}
