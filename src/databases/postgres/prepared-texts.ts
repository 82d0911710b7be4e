import type { BoundStatement } from '../records/bound.js';
import { valueLiteral } from '../../sql/quote.js';
import { sha256 } from '../../text/sha256.js';

/**
 * Statements that come again and again, as SQL that runs what the session has prepared: most of the time of a record is
 * planning it. In SQL and not in the protocol, so that it can be sent together with others.
 */
export class PreparedTexts {
  readonly #names = new Map<string, string>();
  readonly #made: string[] = [];

  /** SQL that runs a statement, and prepares it where that has not been done. */
  textOf({ sql, parameters }: BoundStatement): string {
    // One that changes the structure cannot be prepared, and has none.
    if (parameters.length === 0) return sql;
    const values = parameters.map(valueLiteral).join(', ');
    const known = this.#names.get(sql);
    if (known !== undefined) return `EXECUTE ${known}(${values})`;
    const name = this.#newName(sql);
    return `PREPARE ${name} AS ${sql}; EXECUTE ${name}(${values})`;
  }

  /** What was sent has failed; whether it was prepared before that is unknown. */
  forget(): void {
    this.#names.clear();
  }

  /** SQL that gives them up. */
  get deallocations(): readonly string[] {
    return this.#made.map((name) => `DEALLOCATE ${name}`);
  }

  #newName(sql: string): string {
    const name = `orchestrator_db_record_${this.#made.length}_${sha256(sql).slice(0, 16)}`;
    this.#names.set(sql, name);
    this.#made.push(name);
    return name;
  }
}
