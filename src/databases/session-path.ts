import { SearchPathsDifferError } from '../errors/search-paths.js';
import type { Row } from './row.js';

/** Where a session looks names up that have no schema. */
export interface SessionPath {
  /** The setting as its text. */
  readonly setting: string;
  readonly role: string;
  /** Those of its schemas that exist, in their order: tables are created in the first one. */
  readonly schemas: readonly string[];
}

/** The path in a row of an answer; undefined where none was asked for. */
export function sessionPathOf({ path }: Row): SessionPath | undefined {
  return typeof path === 'string' ? (JSON.parse(path) as SessionPath) : undefined;
}

/**
 * For two sessions of one run: behind a pooler, another client may have set the search path of one of them.
 *
 * @param left what is left in the database, in words
 * @throws SearchPathsDifferError
 */
export function assertSamePath(
  first: SessionPath | undefined,
  second: SessionPath | undefined,
  left: string,
): void {
  if (first === undefined || second === undefined || isSame(first, second)) return;
  throw new SearchPathsDifferError({ first: first.schemas, second: second.schemas, left });
}

/** A revision may create a schema that its path names already: then the setting alone is the same. */
function isSame(a: SessionPath, b: SessionPath): boolean {
  if (a.setting === b.setting && a.role === b.role) return true;
  return JSON.stringify(a.schemas) === JSON.stringify(b.schemas);
}
