import type { Change } from '../schema/change.js';
import type { Uncomparable, UnmanagedObject } from '../schema/model.js';
import type { DialectName } from '../databases/registry.js';

/** Whether a database is what the entities say. */
export interface DriftReport {
  readonly status: 'in-sync' | 'drifted';
  readonly dialect: DialectName;
  readonly changes: readonly Change[];
  /** What could not be compared; then nobody knows whether there is drift in it. */
  readonly uncomparable: readonly Uncomparable[];
  /** What entities cannot say; drift only when the check is strict. */
  readonly unmanaged: readonly UnmanagedObject[];
  /** Revisions that are in the code only. */
  readonly pending: readonly string[];
  /** How many tables were compared. */
  readonly tables: number;
  /** Only where a standby has answered, which may lag behind its primary. */
  readonly standby?: true;
}
