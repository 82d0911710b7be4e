import { OrchestratorDbError } from '../errors.js';

/** A change that nobody has agreed to. */
export interface UnsaidChange {
  readonly kind: 'drop-table' | 'drop-column' | 'required-column' | 'rewrite';
  readonly table: string;
  /** Null for a whole table, or a type. */
  readonly column: string | null;
  readonly problem: string;
  /** What to say, each a way out. */
  readonly remedies: readonly string[];
  /** How many rows hold data in it, where a database was looked at. */
  readonly rows?: number;
}

/** Changes that may lose data, need a value for rows that exist, or lock a table for long; they have to be said. */
export class UnsaidChangesError extends OrchestratorDbError {
  readonly code = 'CHANGES_UNSAID';

  constructor(readonly changes: readonly UnsaidChange[]) {
    super(`Nothing was written. ${changes.map(inWords).join(' ')}`);
  }
}

function inWords({ table, column, problem, remedies, rows }: UnsaidChange): string {
  const what = column === null ? table : `${table}.${column}`;
  const held = rows === undefined ? '' : ` (${rows} ${rows === 1 ? 'row holds' : 'rows hold'} data)`;
  return `${what}: ${problem}${held}. Say one of: ${remedies.join(', ')}.`;
}

/** A generated revision does not do what it has to, on a scratch database. */
export class ProofFailedError extends OrchestratorDbError {
  readonly code = 'PROOF_FAILED';

  /** @param broken the laws that do not hold, with what is wrong */
  constructor(readonly broken: readonly { readonly law: string; readonly details: readonly string[] }[]) {
    const words = broken.map(({ law, details }) => `${law}: ${details.join('; ')}`).join('. ');
    super(
      `The generated revision was tried on scratch databases and failed there; nothing was written. ${words}. ` +
        'Write it by hand (npm run -s db -- create Name), and tell us: a generator that cannot prove what it writes has a fault.',
    );
  }
}

/** The snapshot of the schema at head is not what the revisions make. */
export class SnapshotStaleError extends OrchestratorDbError {
  readonly code = 'SNAPSHOT_STALE';

  /** @param differences what differs, in words; empty where the snapshot is of another history */
  constructor(
    readonly file: string,
    problem: string,
    readonly differences: readonly string[],
  ) {
    super(
      `${file}: ${problem}${differences.length === 0 ? '' : ` ${differences.join(' ')}`} ` +
        'If the revisions are right, delete that file and generate again: it is written anew from them.',
    );
  }
}
