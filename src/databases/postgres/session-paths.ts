import { SearchPathsDifferError } from '../../errors/search-paths.js';
import { EQ, NE } from '../../sql/postgres-operators.js';
import type { Row } from '../row.js';
import { assertSamePath, sessionPathOf, type SessionPath } from '../session-path.js';
import type { PostgresClient } from './client.js';
import { namesIn, SESSION_PATH } from './search-path.js';
import { ALL_SETTINGS } from './session-settings.js';
import { decisiveOptions, optionsOf } from './startup-options.js';

const NOT_RUN = 'This revision was not run.';

/** Whether the sessions behind a pooler look names up where the run has read its records. */
export class SessionPaths {
  readonly #first: SessionPath;
  readonly #isChosen: boolean;

  private constructor(first: SessionPath, isChosen: boolean) {
    this.#first = first;
    this.#isChosen = isChosen;
  }

  /** Undefined where the path decides nothing: names have a schema. */
  static of(client: PostgresClient, first: SessionPath | undefined): SessionPaths | undefined {
    return first && new SessionPaths(first, decisiveOptions(optionsOf(client)).has('search_path'));
  }

  /** Asks for the columns that `assertHolds` reads. */
  readonly sql = `SELECT ${SESSION_PATH}, (SELECT s.reset_val FROM ${ALL_SETTINGS} s WHERE s.name ${EQ} 'search_path' AND s.source ${EQ} 'session' AND s.setting ${NE} s.reset_val) AS "began", pg_catalog.to_regnamespace(pg_catalog.quote_ident(current_user)) IS NOT NULL AS "hasOwn"`;

  /**
   * All sessions of a pool may have the same foreign path. The path with which a session began shows that, unless this
   * client has chosen another one, or has a session of its own.
   *
   * @throws SearchPathsDifferError
   */
  async assertHolds(answer: Row, hasOwnSession: () => Promise<boolean>): Promise<void> {
    const path = sessionPathOf(answer);
    assertSamePath(this.#first, path, NOT_RUN);
    const { began, hasOwn } = answer;
    if (path === undefined || typeof began !== 'string' || this.#isChosen || (await hasOwnSession())) return;
    const first = namesIn(began, path.role).filter((name) => hasOwn === true || name !== path.role);
    throw new SearchPathsDifferError({ first, second: path.schemas, left: NOT_RUN });
  }
}
