import { OrchestratorDbError } from './base.js';
import { shortList } from '../text/short-list.js';

/** A revision whose statements lint does not know, or not all of them. What it knows of it is linted. */
export interface UnlintedRevision {
  readonly revision: string;
  readonly direction: 'up' | 'down';
  /** What hides its statements. */
  readonly reason: string;
}

/** Lint has read nothing, so it has no result. */
export class NothingLintedError extends OrchestratorDbError {
  readonly code = 'NOTHING_LINTED';

  /** @param unlinted why, for each revision; none where there is no revision at all */
  constructor(readonly unlinted: readonly UnlintedRevision[]) {
    super(unlinted.length === 0 ? NO_MIGRATIONS : wordsFor(unlinted));
  }
}

const NO_MIGRATIONS =
  'The DataSource has no migrations, so nothing was linted. Check its option "migrations": a pattern there may match no file.';

function wordsFor(unlinted: readonly UnlintedRevision[]): string {
  const revisions = [...new Set(unlinted.map(({ revision }) => revision))];
  return (
    `Nothing was linted: no selected revision is lintable (${shortList(revisions)}). ${unlinted[0]?.revision ?? ''}: ${unlinted[0]?.reason ?? ''}. ` +
    "Read these revisions yourself. To accept one, give the class a reason: static lintAllow = { unlinted: '...' };"
  );
}

/** The program git cannot say which revisions are new. */
export class GitFailedError extends OrchestratorDbError {
  readonly code = 'GIT_FAILED';

  /** @param reason what failed, as a sentence */
  constructor(
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(
      `--since: ${reason} To select revisions without git: --after <revision>, or --new with a database.`,
      options,
    );
  }
}
