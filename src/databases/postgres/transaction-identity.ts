import { EQ } from '../../sql/postgres-operators.js';
import { postgresLiteral } from '../../sql/quote.js';
import { messageOf } from '../../errors/base.js';
import type { Row } from '../row.js';
import type { Results } from '../session.js';
import { TransactionEnded } from '../transaction-ended.js';
import { postgresRecords } from './records.js';

/** In the error of the assertion. */
const MARK = 'orchestrator_db: another transaction';

/** When the transaction began, to the microsecond, in words that no setting of the session changes. */
const BEGUN = `pg_catalog.to_char(pg_catalog.timezone('UTC', pg_catalog.transaction_timestamp()), 'YYYYMMDDHH24MISSUS')`;

/**
 * Tells the transaction of a revision from another one. A class has the driver's own connection within reach, which may
 * end the transaction unseen: then the record would be committed, and the revision would not.
 */
export class TransactionIdentity {
  #begun = '';

  /** Sent along with BEGIN; see `note`. */
  readonly sql = `SELECT ${BEGUN} AS "begun"`;

  /** Takes the answer, where it has one. */
  note({ begun }: Row): void {
    if (typeof begun === 'string') this.#begun = begun;
  }

  /** SQL that fails in any other transaction, see `rejectEnded`. */
  get assertion(): string {
    return postgresRecords.assertion(`${BEGUN} ${EQ} ${postgresLiteral(this.#begun)}`, MARK);
  }

  /** Whether it is still open. One that has failed refuses to answer, and so does a connection that is gone. */
  async isOpen(send: (statements: readonly string[]) => Promise<Results>): Promise<boolean> {
    try {
      const [[row] = []] = await send([this.sql]);
      return row?.['begun'] === this.#begun;
    } catch {
      return true;
    }
  }
}

/** Throws the error of a message, TransactionEnded for that of the assertion. */
export function rejectEnded(error: unknown): never {
  throw messageOf(error).includes(MARK) ? new TransactionEnded({ cause: error }) : error;
}
