import type { Row } from '../row.js';
import type { Session } from '../session.js';
import type { FirstSchema } from './first-schema.js';
import { HiddenTables, rejectHidden } from './hidden-tables.js';
import type { SessionPaths } from './session-paths.js';

/** Whether the statements of a revision mean the objects that the run has read. Costs no message of its own. */
export class SessionChecks {
  readonly #hidden = new HiddenTables();
  readonly #paths: SessionPaths | undefined;
  readonly #firstSchema: FirstSchema;

  /** @param paths undefined where all revisions get one session */
  constructor(paths: SessionPaths | undefined, firstSchema: FirstSchema) {
    this.#paths = paths;
    this.#firstSchema = firstSchema;
  }

  /** Sent before a revision; see `take`. */
  get asking(): readonly string[] {
    return [this.#hidden.sql, this.#firstSchema.sql, ...(this.#paths ? [this.#paths.sql] : [])];
  }

  /** @throws TableHiddenError, SearchPathsDifferError, TwoSchemasError for the answer */
  async take(answer: Row, session: Session, hasOwnSession: () => Promise<boolean>): Promise<void> {
    this.#hidden.note(answer);
    await this.#paths?.assertHolds(answer, hasOwnSession);
    await this.#firstSchema.assertHolds(answer, session);
  }

  /** Sent before the record; see `reject`. */
  get assertion(): readonly string[] {
    return this.#hidden.assertion;
  }

  /** Throws the error of a message. @param left what is left in the database, in words */
  readonly reject: (error: unknown, left: string) => never = rejectHidden;
}
