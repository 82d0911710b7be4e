import type { Status } from '../migrator/status.js';

/** Where the revisions of a command come from. */
export interface Origin {
  readonly revisionsFrom: 'manifest' | 'data-source';
  /** Only of a DataSource: why no manifest was used, a sentence. */
  readonly manifestUnused?: string;
}

/** The state of a database, and where its revisions come from. */
export type ShownStatus = Status & Origin;
