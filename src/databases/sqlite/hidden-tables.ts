import { TableHiddenError } from '../../errors/server.js';
import { valueLiteral } from '../../sql/quote.js';
import type { Session } from '../session.js';

const PAIR = `'temp."' || replace(m.name, '"', '""') || '"' AS "temporary", 'main."' || replace(m.name, '"', '""') || '"' AS "hidden"`;

/**
 * Whether a temporary table or view of the connection has the name of one of the database: SQLite looks for a name among
 * the temporary ones first. A revision may create the other one, so it is looked at again after its statements.
 */
export class HiddenTables {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  /** Runs the statements of a revision. @param left what is left in the database if it fails, in words */
  async around<T>(body: () => Promise<T>, left: string): Promise<T> {
    const rows = await this.#session.below()(
      `SELECT name FROM sqlite_temp_schema WHERE type IN ('table', 'view')`,
    );
    const names = rows.map(({ name }) => String(name));
    await this.#assertNone(names, 'This revision was not run.');
    const result = await body();
    await this.#assertNone(names, left);
    return result;
  }

  /** The revision may have dropped the temporary one where it meant its own. */
  async #assertNone(names: readonly string[], left: string): Promise<void> {
    if (names.length === 0) return;
    const listed = names.map(valueLiteral).join(', ');
    const [row] = await this.#session.below()(
      `SELECT ${PAIR} FROM main.sqlite_schema m WHERE m.name COLLATE NOCASE IN (${listed}) LIMIT 1`,
    );
    if (!row) return;
    const found = { temporary: String(row['temporary']), hidden: String(row['hidden']) };
    throw new TableHiddenError(found, left);
  }
}
