import type { LiveTable, Partitioning } from '../databases/partitioning.js';
import type { MigrationDialect } from '../databases/migration-dialect.js';
import type { Session } from '../databases/session.js';
import type { RangePolicy } from '../schema/partition.js';
import type { DeclaredTable } from './declared.js';

/** A table to be kept, and how. */
export interface Keeping {
  readonly session: Session;
  readonly dialect: MigrationDialect;
  readonly partitioning: Partitioning;
  readonly live: LiveTable;
  readonly declared: DeclaredTable;
  readonly policy: RangePolicy;
  readonly detach: boolean;
  readonly moveDefault: boolean;
  readonly splitFirst: boolean;
  readonly signal: AbortSignal;
}
