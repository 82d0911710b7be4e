import type { Session } from '../databases/session.js';
import type { Clock } from '../clock.js';
import type { Executor } from '../databases/executor.js';
import type { Line } from '../databases/line.js';
import type { MigrationDialect } from '../databases/migration-dialect.js';
import type { Checksums, Direction } from '../databases/direction.js';
import type { RecordChange } from '../databases/records/syntax.js';
import type { OnEvent } from './events.js';
import type { GateOptions } from './gate.js';
import type { RunLog } from './records/log.js';
import type { KnownRevision } from './revision.js';
import type { RunLimits } from './run-limits.js';
import type { Tracing } from './tracing.js';
import type { Watchdog } from './watchdog.js';

/** What all steps of a run share. */
export interface RunSession {
  readonly session: Session;
  readonly executor: Executor;
  readonly dialect: MigrationDialect;
  readonly log: RunLog;
  /** The connection of the query runner, and who ends it; undefined where there is no server. */
  readonly line: Line | undefined;
  readonly watchdog: Watchdog | undefined;
  /** Aborted when the lock is lost or the caller ends the run; the reason is thrown. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly limits: RunLimits;
  /** How the gates of contract revisions are read. */
  readonly gate: GateOptions;
  readonly emit: OnEvent;
  /** Receives what belongs into the span of the run or of the revision. */
  readonly tracing: Tracing;
}

/** One revision, to be run or only recorded. */
export interface Step {
  readonly revision: KnownRevision;
  readonly checksums: Checksums | null;
  readonly direction: Direction;
  /** Run it, or only record it. */
  readonly kind: 'run' | 'stamp';
  readonly change: RecordChange;
  /** Whether a contract revision of the same group comes right before it. */
  readonly followsContract: boolean;
  /** What TypeORM would have done before, for the first class that is not a list of statements. */
  readonly preparation?: readonly string[];
}
