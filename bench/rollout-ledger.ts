/** What was acknowledged of each row, so that every read can be judged. */

interface Entry {
  /** The newest value whose write has succeeded. */
  acknowledged: number;
  /** The newest value that was sent. */
  sent: number;
}

/** What a read gave. */
interface Reading {
  readonly row: string;
  /** What was acknowledged when it began. */
  readonly least: number;
  readonly value: number | undefined;
  /** Who has read. */
  readonly by: string;
}

/** Each row has one writer at a time, and its values only grow. */
export class Ledger {
  readonly #entries = new Map<string, Entry>();
  #wrong = 0;
  #judged = 0;
  readonly #examples: string[] = [];

  /** Call it before a write is sent; gives its value. */
  next(row: string): number {
    const entry = this.#entries.get(row) ?? { acknowledged: 0, sent: 0 };
    entry.sent += 1;
    this.#entries.set(row, entry);
    return entry.sent;
  }

  acknowledge(row: string, value: number): void {
    const entry = this.#entries.get(row);
    if (entry && entry.acknowledged < value) entry.acknowledged = value;
  }

  /** What a read that begins now may give at least; undefined for a row that nobody has written. */
  before(row: string): number | undefined {
    return this.#entries.get(row)?.acknowledged;
  }

  /** Judges a read that began when the row had at least a value. */
  judge({ row, least, value, by }: Reading): void {
    const most = this.#entries.get(row)?.sent ?? least;
    this.#judged += 1;
    // Nothing is known of a row whose first write has not been acknowledged.
    if (least === 0 || (value !== undefined && value >= least && value <= most)) return;
    this.#wrong += 1;
    if (this.#examples.length < 5)
      this.#examples.push(`${row} is ${String(value)} for ${by}, not ${least} to ${most}`);
  }

  /** The rows that were written. */
  get rows(): readonly string[] {
    return [...this.#entries.keys()];
  }

  get result(): { readonly wrong: number; readonly judged: number; readonly examples: readonly string[] } {
    return { wrong: this.#wrong, judged: this.#judged, examples: this.#examples };
  }
}
