import type { DialectGroups } from '../../databases/planning.js';
import type { ReleasePhase } from '../../databases/phases.js';
import type { DialectName } from '../../databases/registry.js';
import type { SchemaChanges } from '../../migrator/revision.js';

/** One revision of a group: consecutive stamps, one purpose. */
export interface RevisionPart {
  /** The suffix of the given name: `Backfill`; empty for the part that the group is named for. */
  readonly suffix: string;
  /** One sentence. */
  readonly description: string;
  /** Default `expand`. */
  readonly releasePhase?: ReleasePhase;
  /** What it changes in the schema, by dialect. */
  readonly changes?: SchemaChanges;
  /** False where a database has exactly one statement that cannot run inside a transaction. */
  readonly transaction: boolean;
  readonly groups: Readonly<Record<DialectName, DialectGroups>>;
}
