/** The content of a report: plain data, read by read-code.ts and read-live.ts, and written by page.ts. */

import type { Direction } from '../databases/direction.js';
import type { DialectName } from '../databases/registry.js';
import type { DatabaseSizes } from '../databases/table-sizes.js';
import type { DriftReport } from '../drift/drift-report.js';
import type { AcceptedJson, DifferenceJson } from '../drift/report.js';
import type { Finding } from '../lint/finding.js';
import type { RevisionPhase } from '../migrator/revision.js';
import type { RunPage } from '../migrator/run-history.js';
import type { Status } from '../migrator/status.js';
import type { SchemaModel } from '../schema/model.js';
import type { Html } from './html.js';
import type { Known } from './known.js';
import type { StatementLock } from './locks.js';

/** Everything that a report shows. */
export interface Report extends CodeFacts {
  /** ISO 8601. */
  readonly madeAt: string;
  readonly live: Known<LiveFacts>;
}

/** What is known without a database. */
export interface CodeFacts {
  readonly schema: SchemaModel;
  readonly diagram: Known<Html>;
  /** Oldest first. */
  readonly revisions: readonly ReportedRevision[];
  readonly lint: Known<readonly Finding[]>;
}

/** A revision of the code. */
export interface ReportedRevision {
  readonly id: string;
  readonly description: string;
  readonly phase: RevisionPhase;
  /** By dialect that it has statements for; null for a class written by hand. */
  readonly ways: readonly ReportedWay[] | null;
}

/** The statements of one dialect and direction. */
export interface ReportedWay {
  readonly dialect: DialectName;
  readonly direction: Direction;
  readonly transaction: boolean;
  readonly statements: readonly string[];
}

/** What a database answers. */
export interface LiveFacts {
  /** Where it is, in words and without its password. */
  readonly shown: string;
  readonly dialect: DialectName;
  readonly status: Status;
  readonly history: Known<RunPage>;
  readonly drift: Known<LiveDrift>;
  readonly sizes: Known<DatabaseSizes | null>;
  /** What pending revisions lock, in the order in which they run. */
  readonly pending: Known<readonly PendingWork[]>;
}

/** How the live schema differs from the desired one. */
export interface LiveDrift extends Pick<DriftReport, 'status' | 'tables' | 'uncomparable' | 'unmanaged'> {
  readonly changes: readonly DifferenceJson[];
  readonly accepted: readonly AcceptedJson[];
}

/** A pending revision, and what its `up` locks. */
export interface PendingWork {
  readonly id: string;
  readonly description: string;
  /** What a contract revision waits for; null where it may run. */
  readonly waitsFor: string | null;
  /** Null where other sessions do not matter, or where the statements are unknown. */
  readonly locks: readonly StatementLock[] | null;
  /** Whether it locks more than that: a block makes some of its statements when it runs. */
  readonly madeStatements: boolean;
}
