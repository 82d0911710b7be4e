import type { DialectName } from '../databases/registry.js';
import type { Direction } from '../databases/direction.js';
import type { UnlintedRevision } from '../errors/lint.js';
import type { RuleId } from './rule-id.js';

/** Something dangerous in a statement. */
export interface Finding {
  readonly rule: RuleId;
  /** Id of the revision. */
  readonly revision: string;
  readonly dialect: DialectName;
  readonly direction: Direction;
  /** Which of the list, counted from 1; 0 for the class itself. */
  readonly statement: number;
  /** How many the list has. */
  readonly of: number;
  /** What blocks or is lost, and why. */
  readonly message: string;
  /** SQL to write instead, with the names of the statement; null where that depends on what is wanted. */
  readonly replacement: string | null;
  /** The page about the rule, from the root of the package. */
  readonly page: string;
}

/** What is worth knowing and no finding. */
export interface LintNote {
  readonly revision: string;
  readonly message: string;
}

/** What lint has found. */
export interface LintReport {
  /** By revision, oldest first; then up before down, and by statement. */
  readonly findings: readonly Finding[];
  readonly notes: readonly LintNote[];
  /** How many revisions were linted. */
  readonly revisions: number;
  /** The revisions that could not be linted, one entry for each way. */
  readonly unlinted: readonly UnlintedRevision[];
}
