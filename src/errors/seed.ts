import { messageOf, OrchestratorDbError } from './base.js';

/** `init` cannot insert the rows of development, because the database rejects their values. */
export class SeedFailedError extends OrchestratorDbError {
  readonly code = 'SEED_FAILED';

  /** @param cause what the database reports */
  constructor(cause: unknown) {
    super(
      `The revisions are applied, but the development rows are not inserted: ${messageOf(cause)}. Specify the missing values in src/seeds/development.ts, then run init again.`,
      { cause },
    );
  }
}
