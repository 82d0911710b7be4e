import { OrchestratorDbError } from './base.js';

/** The database records some of the revisions that another one replaces, and the code no longer has the others. */
export class RevisionPartlyReplacedError extends OrchestratorDbError {
  readonly code = 'REVISION_PARTLY_REPLACED';
  readonly recorded: readonly string[];
  readonly absent: readonly string[];

  constructor(
    readonly revision: string,
    { recorded, absent }: { readonly recorded: readonly string[]; readonly absent: readonly string[] },
  ) {
    super(
      `${revision}: replaces revisions of which this database has ${recorded.join(', ')}, but not ${absent.join(', ')}. Nothing was run. ` +
        `First deploy the version of the code that still contains the missing ones, and run: npm run -s db:up. Then deploy this version.`,
    );
    this.recorded = recorded;
    this.absent = absent;
  }
}

/** What keeps revisions from becoming one. */
export interface SquashProblem {
  /** The id of the revision, or of the one that was to replace them all. */
  readonly revision: string;
  readonly problem: string;
  /** Whether lists of statements in the place of its code would end the problem. */
  readonly isByHand?: boolean;
}

/** Revisions cannot become one, or only with `--allow-locks`. */
export class SquashRefusedError extends OrchestratorDbError {
  readonly code = 'SQUASH_REFUSED';
  /** The message in parts, for output with several lines. */
  readonly lines: readonly string[];

  /** @param remedy what to do now */
  constructor(
    readonly problems: readonly SquashProblem[],
    remedy: string,
  ) {
    const lines = [
      'Nothing was written: these revisions cannot become one.',
      ...problems.map(({ revision, problem }) => `${revision}: ${problem}`),
      remedy,
    ];
    super(lines.join(' '));
    this.lines = lines;
  }
}

/** The live database is not what a baseline would say, so no baseline is written. */
export class BaselineRefusedError extends OrchestratorDbError {
  readonly code = 'BASELINE_REFUSED';

  /** @param differences one sentence each */
  constructor(
    readonly differences: readonly string[],
    problem: string,
  ) {
    super(problem);
  }
}
