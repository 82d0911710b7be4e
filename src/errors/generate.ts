import { OrchestratorDbError } from './base.js';
import { shortList } from '../text/short-list.js';

/** A change that needs confirmation and has none. */
export interface UnconfirmedChange {
  /**
   * `required-back`: the dropped column requires a value when `down` adds it again. `conversion` and `conversion-back`:
   * the database has no cast from one type to the other, in `up` or in `down`.
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
  /** The options that confirm or avoid the change. */
  readonly remedies: readonly string[];
  /** How many rows it affects, where a database was read. */
  readonly rows?: number;
}

/** What became of the file of answers. */
export type AnswersOutcome = 'written' | 'extended' | 'unanswered';

/** What is known about unconfirmed changes beside the changes. */
export interface UnconfirmedFacts {
  /** All questions, with those that are answered; default the unconfirmed changes. */
  readonly asked?: readonly Omit<UnconfirmedChange, 'rows'>[];
  /** The file that now contains the questions, with `--answers`. */
  readonly answers?: { readonly file: string; readonly outcome: AnswersOutcome };
}

/** Changes that may lose data, require a value for existing rows, or lock a table for long need confirmation. */
export class UnconfirmedChangesError extends OrchestratorDbError {
  readonly code = 'CHANGES_UNCONFIRMED';
  /** The message in parts, for output with several lines. */
  readonly lines: readonly string[];
  readonly asked: readonly Omit<UnconfirmedChange, 'rows'>[];

  constructor(
    readonly changes: readonly UnconfirmedChange[],
    { asked = changes, answers }: UnconfirmedFacts = {},
  ) {
    const lines = [
      answers
        ? 'No revision was written: these changes need confirmation.'
        : 'Nothing was written: these changes need confirmation. For each line below, choose one option and run the command again.',
      ...changes.map(inWords),
      ...(answers ? [ANSWERS[answers.outcome](answers.file)] : []),
    ];
    super(lines.join(' '));
    this.lines = lines;
    this.asked = asked;
  }
}

const THEN = 'Replace each "answer": null by one of its choices, then run the command again.';

const ANSWERS: Readonly<Record<AnswersOutcome, (file: string) => string>> = {
  written: (file) => `Wrote these questions to ${file}. ${THEN}`,
  extended: (file) => `Added new questions to ${file} and kept its answers. ${THEN}`,
  unanswered: (file) => `${file} contains these questions without an answer. ${THEN}`,
};

/** An entry of the file of `--answers` is wrong, or answers no question. */
export class AnswersInvalidError extends OrchestratorDbError {
  readonly code = 'ANSWERS_INVALID';

  /**
   * @param file its path
   * @param entry the question, `questions[2] (jobs.note)`; null for the file as a whole
   * @param problem a sentence, with what to do
   */
  constructor(
    readonly file: string,
    readonly entry: string | null,
    problem: string,
  ) {
    super(`${file}: ${entry === null ? '' : `${entry}: `}${problem} Nothing was written.`);
  }
}

function inWords({ table, column, problem, remedies, kind, rows }: UnconfirmedChange): string {
  const held = rows === undefined ? '' : `; ${rowsWords(kind, rows)}`;
  return `${placeOf({ table, column })}: ${problem}${held}. ${remedies.length === 1 ? 'Option' : 'Options'}: ${listed(remedies)}.`;
}

/** The object of a change: a table, a type, or `table.column`. */
export function placeOf({ table, column }: Pick<UnconfirmedChange, 'table' | 'column'>): string {
  return column === null ? table : `${table}.${column}`;
}

const ROWS: Readonly<Record<UnconfirmedChange['kind'], (rows: string) => string>> = {
  'drop-table': (rows) => `${rows} in it`,
  'drop-column': (rows) => `${rows} with a value in it`,
  'required-column': (rows) => `${rows} without a value`,
  'required-back': (rows) => `${rows} in the table`,
  'time-zone': (rows) => `${rows} with a value in it`,
  conversion: (rows) => `${rows} with a value in it`,
  'conversion-back': (rows) => `${rows} in the table`,
  rewrite: (rows) => `${rows} in the table`,
};

/** The number of rows, as a part of a sentence about the change. */
export function rowsWords(kind: UnconfirmedChange['kind'], rows: number): string {
  return ROWS[kind](rows === 1 ? '1 row' : `${rows === 0 ? 'no' : rows} rows`);
}

function listed(words: readonly string[]): string {
  if (words.length < 3) return words.join(' or ');
  return `${words.slice(0, -1).join(', ')}, or ${words.at(-1) ?? ''}`;
}

/** The snapshot of the schema at head does not match the revisions. */
export class SnapshotStaleError extends OrchestratorDbError {
  readonly code = 'SNAPSHOT_STALE';
  readonly differences: readonly string[];

  /**
   * @param file its path
   * @param problem a sentence
   * @param details differences as sentences; none where the snapshot belongs to another history, or cannot be read
   */
  constructor(
    readonly file: string,
    problem: string,
    {
      differences = [],
      remedy = REWRITE,
    }: { readonly differences?: readonly string[]; readonly remedy?: string } = {},
  ) {
    super([`${file}: ${problem}`, ...differences, remedy].join(' '));
    this.differences = differences;
  }
}

const REWRITE =
  'If the DataSource has every revision of the folder and they are right, delete that file and generate again: the generator writes it from them. Pass --phases if the file contains "phases": true.';

/** A revision is in the folder, but the DataSource does not have it. */
export class RevisionNotListedError extends OrchestratorDbError {
  readonly code = 'REVISION_NOT_LISTED';

  constructor(readonly revisions: readonly { readonly id: string; readonly file: string }[]) {
    const ids = [...new Set(revisions.map(({ id }) => id))];
    const one = ids.length === 1;
    super(
      `${shortList(ids)}: in the folder (${shortList(revisions.map(({ file }) => file))}), but not in the DataSource. Nothing was written. ` +
        `Add ${one ? 'it' : 'them'} to the migrations of the DataSource, or compile ${one ? 'it' : 'them'} if the DataSource loads compiled files. Then generate again.`,
    );
  }
}

/** The folder of revisions has changed while the command ran, by `git pull` for example. */
export class FolderChangedError extends OrchestratorDbError {
  readonly code = 'FOLDER_CHANGED';

  /** @param files their names in the folder */
  constructor(
    readonly folder: string,
    readonly files: readonly string[],
  ) {
    super(
      `${folder}: another program changed ${shortList(files)} while this command ran. Nothing was written. Run the command again.`,
    );
  }
}

/** An object that has the name of the lock file but is not a file. */
export type LockObstacle = 'directory' | 'symbolic link' | 'special file';

/** Another process writes revisions into the same folder, or another object has the name of the lock file. */
export class FolderLockedError extends OrchestratorDbError {
  readonly code = 'FOLDER_LOCKED';
  /** The process; undefined where it is unknown, or there is none. */
  readonly holder: { readonly pid: number; readonly host: string } | undefined;

  constructor(
    readonly folder: string,
    readonly lockFile: string,
    found: { readonly pid: number; readonly host: string } | LockObstacle | undefined,
  ) {
    super(
      typeof found === 'string'
        ? `${lockFile}: a ${found} has the name of the lock file. Nothing was written. ` +
            `Remove it, then run the command again: ${found === 'directory' ? 'rmdir' : 'rm'} ${lockFile}`
        : `${folder}: ${found ? `process ${found.pid} on ${found.host}` : 'another process'} is writing revisions into this folder. ` +
            `Nothing was written. Wait until it ends, then run the command again. If it has crashed: rm ${lockFile}`,
    );
    this.holder = typeof found === 'string' ? undefined : found;
  }
}

/** The snapshot contains fields that this version of the package does not know and would lose. */
export class SnapshotUnknownError extends OrchestratorDbError {
  readonly code = 'SNAPSHOT_UNKNOWN';

  /**
   * @param file its path
   * @param found its version, as JSON, where that differs; unknown fields
   */
  constructor(
    readonly file: string,
    found: { readonly known: number; readonly version?: string; readonly fields?: readonly string[] },
  ) {
    const { version, fields = [], known } = found;
    const what =
      version === undefined ? `contains unknown fields (${fields.join(', ')})` : `has version ${version}`;
    super(
      `${file} ${what}. This version of orchestrator-db reads and writes version ${known}. Nothing was written. ` +
        'Use the version of orchestrator-db that wrote the file: npm install orchestrator-db@latest',
    );
  }
}

/** A change needs a contract revision, which the deployed releases may not know. */
export class PhasesUnknownError extends OrchestratorDbError {
  readonly code = 'PHASES_UNKNOWN';

  /** @param reasons of the contract revisions */
  constructor(readonly reasons: readonly string[]) {
    super(
      `Nothing was written: this change needs a contract revision, which runs when the older release is gone (${shortList(reasons)}). ` +
        'The release that is deployed has to know such revisions, and snapshot.json does not record that it does. ' +
        'Deploy a release with this version of orchestrator-db first, then generate once with --phases. ' +
        'To make the change in one step, which an older release does not survive: --one-step',
    );
  }
}

/** A change that cannot be made while two releases use the database. */
export class PhasesRefusedError extends OrchestratorDbError {
  readonly code = 'PHASES_REFUSED';
  /** The message in parts, for output with several lines. */
  readonly lines: readonly string[];

  /** @param problems each with its object and a way out, as a sentence */
  constructor(readonly problems: readonly string[]) {
    const lines = [
      'Nothing was written: two releases cannot use the database at once during this change.',
      ...problems,
      'To make the whole change in one step, while no older release runs: --one-step',
    ];
    super(lines.join(' '));
    this.lines = lines;
  }
}

/** A signal or an answer has ended a generation before it wrote anything. */
export class GenerateAbortedError extends OrchestratorDbError {
  readonly code = 'GENERATE_ABORTED';

  constructor() {
    super(
      'Stopped. Nothing was written, and the scratch databases are dropped; the next run names those that a silent server has kept.',
    );
  }
}

/** A revision cannot get a later stamp: it is recorded, is not ours, or the schema would be another one. */
export class RebaseRefusedError extends OrchestratorDbError {
  readonly code = 'REBASE_REFUSED';

  /**
   * @param revisions their ids
   * @param problem a clause, with what to do where something helps
   * @param differences sentences
   */
  constructor(
    readonly revisions: readonly string[],
    problem: string,
    readonly differences: readonly string[],
  ) {
    const why = differences.length === 0 ? '.' : `: ${shortList(differences)}`;
    super(`${shortList(revisions)}: ${problem}${why} Nothing was changed.`);
  }
}
