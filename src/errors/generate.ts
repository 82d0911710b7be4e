import { OrchestratorDbError } from './base.js';
import { shellQuoted } from '../text/shell.js';
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

/** Changes that may lose data, require a value for existing rows, or lock a table for long need confirmation. */
export class UnconfirmedChangesError extends OrchestratorDbError {
  readonly code = 'CHANGES_UNCONFIRMED';
  /** The message in parts, for output with several lines. */
  readonly lines: readonly string[];

  constructor(readonly changes: readonly UnconfirmedChange[]) {
    const lines = [
      'Nothing was written: these changes need confirmation. For each line below, choose one option and run the command again.',
      ...changes.map(inWords),
    ];
    super(lines.join(' '));
    this.lines = lines;
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

/** An expression of an entity, or of the command line. */
export interface RejectedExpression {
  readonly expression: string;
  /** `check ck_jobs_depth of jobs`, or the option. */
  readonly of: string;
  readonly isFromOption: boolean;
}

/** Why the verification of generated revisions failed, where the cause is known. */
export type VerificationCause =
  /** An expression of an entity or of the command line. */
  | (RejectedExpression & {
      readonly kind: 'expression';
      /** More expressions of the same statement, where the database does not report which one it rejects. */
      readonly others?: readonly RejectedExpression[];
    })
  /** Objects that no entity declares, each with the file of the revision that creates it, where that is known. */
  | {
      readonly kind: 'undeclared';
      readonly objects: readonly {
        readonly kind: string;
        readonly name: string;
        readonly file: string | null;
      }[];
    }
  /** `down` does not restore objects that entities cannot declare. */
  | { readonly kind: 'not-restored' }
  /** PostgreSQL rewrites a table or an index, and the plan does not expect that. */
  | { readonly kind: 'rewrite' }
  | { readonly kind: 'fault' };

/** The revisions that were tried, each with its description. */
export interface TriedRevisions {
  /** `PostgreSQL` or `SQLite`. */
  readonly database: string;
  readonly revisions: readonly { readonly file: string; readonly description: string }[];
  readonly cause: VerificationCause;
}

/** A generated revision fails verification on a scratch database. */
export class VerificationFailedError extends OrchestratorDbError {
  readonly code = 'VERIFICATION_FAILED';
  /** The message in parts, for output with several lines. */
  readonly lines: readonly string[];
  /** The cause, where it is known. */
  readonly reason: VerificationCause;

  /** @param broken the laws that do not hold, with details */
  constructor(
    readonly broken: readonly { readonly law: string; readonly details: readonly string[] }[],
    { database, revisions, cause }: TriedRevisions,
  ) {
    const names = revisions.map(({ file, description }) => `${file} ("${description}")`).join(', ');
    const lines = [
      `Nothing was written: ${names} failed verification on a scratch database (${database}).`,
      ...broken.map(({ law, details }) => `${law}: ${details.join('; ').replace(/\.$/, '')}.`),
      wayOut(cause, broken.flatMap(({ details }) => details).some(isOfUnknownName)),
    ];
    super(lines.join(' '));
    this.lines = lines;
    this.reason = cause;
  }
}

const BY_HAND = 'npm run -s db -- create Name';

function wayOut(cause: VerificationCause, isOfName: boolean): string {
  switch (cause.kind) {
    case 'expression':
      return rejectedWords([cause, ...(cause.others ?? [])], isOfName);
    case 'undeclared':
      return `No entity declares ${cause.objects.map(objectWords).join(', ')}. To keep ${cause.objects.length === 1 ? 'it' : 'them'}, write the revision by hand: drop what depends on the change, make the change, create it again. Run: ${BY_HAND}`;
    case 'not-restored':
      return `The down statements do not restore the objects in these lines. Entities cannot declare them, so write the revision by hand: ${BY_HAND}`;
    case 'rewrite':
      return `PostgreSQL locks the table during the rewrites in these lines, and the generator did not plan them. To accept the lock, pass --allow-rewrite. To avoid it, write the revision by hand: ${BY_HAND}`;
    case 'fault':
      return `The generator does not know the cause. Write the revision by hand (${BY_HAND}) and report these lines: they may show a bug in the generator.`;
  }
}

function rejectedWords(rejected: readonly RejectedExpression[], isOfName: boolean): string {
  const list = rejected.map(({ of, expression }) => `${of}: ${expression}`).join('; ');
  const [first] = rejected;
  const remedy = first?.isFromOption ? otherValue(first, isOfName) : 'Correct it in the entity.';
  const which = rejected.length === 1 ? 'the expression' : 'one of the expressions';
  return `The database rejects ${which} of ${list}. ${remedy}`;
}

/** `column "eu" does not exist`, `no such column: eu`, `syntax error at or near "west"`. */
function isOfUnknownName(detail: string): boolean {
  return /column .* does not exist|no such column|syntax error/i.test(detail);
}

/** Words without quotes are probably meant as a text. */
const BARE_TEXT = /^[a-z_/][\w ./:@-]*$/i;

function otherValue({ of, expression }: RejectedExpression, isOfName: boolean): string {
  if (!isOfName || !BARE_TEXT.test(expression)) return 'Pass another one.';
  const [option, place] = of.split(/ (.*)/s);
  const quoted = shellQuoted(`${place}='${expression}'`);
  return `It reads ${expression} as SQL, for example as the name of a column. Text needs quotes: ${option} ${quoted}`;
}

function objectWords({
  kind,
  name,
  file,
}: {
  readonly kind: string;
  readonly name: string;
  readonly file: string | null;
}): string {
  return `the ${kind.replace('-', ' ')} ${name}${file === null ? '' : ` (created in ${file})`}`;
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
  'If the DataSource has every revision of the folder and they are right, delete that file and generate again: the generator writes it from them.';

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

/** A signal or an answer has ended a generation before it wrote anything. */
export class GenerateAbortedError extends OrchestratorDbError {
  readonly code = 'GENERATE_ABORTED';

  constructor() {
    super('Stopped. Nothing was written, and the scratch databases are dropped.');
  }
}
