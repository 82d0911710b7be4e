import { OrchestratorDbError } from './base.js';
import { quoteIdentifier } from '../sql/quote.js';

/** Two sessions of one run find and create tables in different schemas. */
export class SearchPathsDifferError extends OrchestratorDbError {
  readonly code = 'SEARCH_PATHS_DIFFER';
  /** The schemas in which each session looks, the one in which it creates tables first. */
  readonly first: readonly string[];
  readonly second: readonly string[];

  /** @param found `left` is what is left in the database, in words */
  constructor(found: {
    readonly first: readonly string[];
    readonly second: readonly string[];
    readonly left: string;
  }) {
    const [first, second] = [found.first, found.second].map(placesOf);
    super(
      `The sessions of this address have different search paths: one creates tables in ${first}, another in ${second}. ${found.left} ` +
        'Probably a connection pooler hands on sessions whose search path another client has set. Set DATABASE_DIRECT_URL to the server itself, ' +
        'or specify a schema: the option "schema" of the DataSource.',
    );
    this.first = found.first;
    this.second = found.second;
  }
}

function placesOf([first, ...others]: readonly string[]): string {
  if (first === undefined) return 'no schema';
  return [first, ...others].length === 1
    ? quoteIdentifier(first)
    : `${quoteIdentifier(first)} (then looks in ${others.map(quoteIdentifier).join(', ')})`;
}
