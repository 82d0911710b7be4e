import { OrchestratorDbError } from '../errors.js';

/** A change that nobody has agreed to. */
export interface UnsaidChange {
  /**
   * `required-back`: what is dropped needs a value when it comes back. `conversion` and `conversion-back`: the database
   * has no cast from one type to the other, on the way up or down.
   */
  readonly kind:
    | 'drop-table'
    | 'drop-column'
    | 'required-column'
    | 'required-back'
    | 'time-zone'
    | 'conversion'
    | 'conversion-back'
    | 'rewrite';
  readonly table: string;
  /** Null for a whole table, or a type. */
  readonly column: string | null;
  readonly problem: string;
  /** What to say, each a way out. */
  readonly remedies: readonly string[];
  /** How many rows it concerns, where a database was looked at. */
  readonly rows?: number;
}

/** Changes that may lose data, need a value for rows that exist, or lock a table for long; they have to be said. */
export class UnsaidChangesError extends OrchestratorDbError {
  readonly code = 'CHANGES_UNSAID';
  /** The message in parts, for whoever has more than one line. */
  readonly lines: readonly string[];

  constructor(readonly changes: readonly UnsaidChange[]) {
    const lines = ['Nothing was written. What is not certain has to be said.', ...changes.map(inWords)];
    super(lines.join(' '));
    this.lines = lines;
  }
}

function inWords({ table, column, problem, remedies, kind, rows }: UnsaidChange): string {
  const held = rows === undefined ? '' : `; ${rowsWords(kind, rows)}`;
  return `${placeOf({ table, column })}: ${problem}${held}. ${remedies.length === 1 ? 'The way out' : 'Ways out'}: ${listed(remedies)}.`;
}

/** What a change is about: a table, a type, or `table.column`. */
export function placeOf({ table, column }: Pick<UnsaidChange, 'table' | 'column'>): string {
  return column === null ? table : `${table}.${column}`;
}

const ROWS: Readonly<Record<UnsaidChange['kind'], (rows: string) => string>> = {
  'drop-table': (rows) => `${rows} in it`,
  'drop-column': (rows) => `${rows} with a value in it`,
  'required-column': (rows) => `${rows} without a value`,
  'required-back': (rows) => `${rows} in the table`,
  'time-zone': (rows) => `${rows} with a value in it`,
  conversion: (rows) => `${rows} with a value in it`,
  'conversion-back': (rows) => `${rows} in the table`,
  rewrite: (rows) => `${rows} in the table`,
};

/** That many rows, as a part of a sentence about such a change. */
export function rowsWords(kind: UnsaidChange['kind'], rows: number): string {
  return ROWS[kind](rows === 1 ? '1 row' : `${rows === 0 ? 'no' : rows} rows`);
}

function listed(words: readonly string[]): string {
  if (words.length < 3) return words.join(' or ');
  return `${words.slice(0, -1).join(', ')}, or ${words.at(-1) ?? ''}`;
}

/** A generated revision does not do what it has to, on a scratch database. */
export class ProofFailedError extends OrchestratorDbError {
  readonly code = 'PROOF_FAILED';
  /** The message in parts, for whoever has more than one line. */
  readonly lines: readonly string[];

  /** @param broken the laws that do not hold, with what is wrong */
  constructor(readonly broken: readonly { readonly law: string; readonly details: readonly string[] }[]) {
    const lines = [
      'The generated revision was tried on scratch databases and failed there; nothing was written.',
      ...broken.map(({ law, details }) => `${law}: ${details.join('; ').replace(/\.$/, '')}.`),
      'Where an expression of --backfill is the cause, give another one. Else write the revision by hand (npm run -s db -- create Name), and tell us: a generator that cannot prove what it writes has a fault.',
    ];
    super(lines.join(' '));
    this.lines = lines;
  }
}

/** The snapshot of the schema at head is not what the revisions make. */
export class SnapshotStaleError extends OrchestratorDbError {
  readonly code = 'SNAPSHOT_STALE';

  /**
   * @param file its path
   * @param problem a sentence
   * @param differences sentences; none where the snapshot is of another history, or cannot be read
   */
  constructor(
    readonly file: string,
    problem: string,
    readonly differences: readonly string[] = [],
  ) {
    super(
      [
        `${file}: ${problem}`,
        ...differences,
        'If the revisions are right, delete that file and generate again: it is written anew from them.',
      ].join(' '),
    );
  }
}

/** Somebody has ended a generation before anything was written. */
export class GenerateAbortedError extends OrchestratorDbError {
  readonly code = 'GENERATE_ABORTED';

  constructor() {
    super('Stopped. Nothing was written, and the scratch databases are dropped.');
  }
}
