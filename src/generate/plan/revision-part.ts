import type { DialectGroups } from '../../databases/planning.js';
import type { DialectName } from '../../databases/registry.js';

/** One revision of a group: consecutive stamps, one purpose. */
export interface RevisionPart {
  /** The suffix of the given name: `Backfill`; empty for the part that the group is named for. */
  readonly suffix: string;
  /** One sentence. */
  readonly description: string;
  /** False where a database has exactly one statement that cannot run inside a transaction. */
  readonly transaction: boolean;
  readonly groups: Readonly<Record<DialectName, DialectGroups>>;
}
