/** What an offline script is written from, and the parts that it has on every database. */

import type { RunningRevision } from '../running-revision.js';
import type { Limits } from '../executor.js';
import type { RecordTables } from '../records/tables.js';
import type { PhaseRecord } from '../records/syntax.js';
import type { Checksums, Direction } from '../direction.js';

/** One revision of a script. */
export interface ScriptStep {
  readonly id: string;
  readonly stamp: number;
  readonly description: string;
  readonly direction: Direction;
  readonly statements: readonly string[];
  /** Undefined for statements of no revision. */
  readonly running: RunningRevision | undefined;
  readonly transaction: boolean;
  readonly limits: Limits;
  /** How long what a query answers with may wait for a lock, milliseconds. */
  readonly answerTimeoutMs: number;
  readonly checksums: Checksums | null;
  /** Whether it is only recorded: what it replaces is applied. */
  readonly stamped: boolean;
  /** The revisions that it replaces; their records go when it is reverted. */
  readonly replaces: readonly string[];
  /** The newest recorded revision before it is run; null at base. */
  readonly before: string | null;
  /** For older code; undefined for a revision that changes nothing such code knows. */
  readonly phase: PhaseRecord | undefined;
}

/** What a script is made from. */
export interface ScriptInput {
  readonly tables: RecordTables;
  readonly direction: Direction;
  readonly steps: readonly ScriptStep[];
  /** All that the DataSource has, TypeORM's instances. */
  readonly migrations: readonly object[];
  /** Name and version of what writes it. */
  readonly tool: string;
  /** The stamp of the newest contract revision in the code; undefined where it has none. */
  readonly lastContract: number | undefined;
  /** How contract revisions look at the heartbeats of processes; null where they do not look. */
  readonly gate: { readonly releaseTimeoutMs: number } | null;
}
