import { OrchestratorDbError } from './base.js';
import { shellQuoted, shellWord } from '../text/shell.js';

/** An expression of an entity, or of the command line. */
export interface RejectedExpression {
  readonly expression: string;
  /** `check ck_jobs_depth of jobs`, or the option. */
  readonly of: string;
  readonly isFromOption: boolean;
  /** The value of `--drop` for its object, which no entity declares. */
  readonly undeclared?: string;
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
  /** A rebuild on SQLite leaves out parts of the former table that no entity declares. */
  | { readonly kind: 'not-kept' }
  /** PostgreSQL builds and drops no index of a partitioned table CONCURRENTLY. */
  | { readonly kind: 'partitioned' }
  /** The scratch database does not have an extension, a collation, a type. */
  | { readonly kind: 'missing' }
  /** The database does not accept a new table. */
  | { readonly kind: 'declared' }
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
    const lines = [
      `Nothing was written: ${triedWords(revisions)} failed verification on a scratch database (${database}).`,
      ...broken.map(
        ({ law, details }) => `${VIOLATIONS[law] ?? ''}${details.join('; ').replace(/\.$/, '')}.`,
      ),
      wayOut(cause, broken.flatMap(({ details }) => details).join('\n')),
    ];
    super(lines.join(' '));
    this.lines = lines;
    this.reason = cause;
  }
}

/** What is wrong where a law does not hold; the detail of a failed step is a sentence of its own. */
const VIOLATIONS: Readonly<Record<string, string>> = {
  'in-sync after up': 'After up, the schema differs from the entities: ',
  'same schema after down': 'After down, the schema differs from the one before up: ',
  'no row lost by up': 'Up loses rows or values: ',
  'no rewrite by up': 'Up rewrites a table or an index: ',
  'no scan by up': 'Up reads every row of a table while others wait: ',
  'no row lost by down': 'Down loses rows or values: ',
  'up again after down': 'Up gives another result after down: ',
  'up again after a partial down':
    'After the last revisions are reverted and run again, the schema or the rows differ: ',
};

/** The first one, and how many follow. */
function triedWords([first, ...others]: TriedRevisions['revisions']): string {
  if (!first) return 'the revision';
  const more =
    others.length === 0 ? '' : ` and ${others.length} more ${others.length === 1 ? 'revision' : 'revisions'}`;
  return `${first.file} ("${first.description}")${more}`;
}

const BY_HAND = 'npm run -s db -- create Name';

/** @param said by the database */
function wayOut(cause: VerificationCause, said: string): string {
  switch (cause.kind) {
    case 'expression':
      return rejectedWords([cause, ...(cause.others ?? [])], said);
    case 'undeclared':
      return `${unplanned(cause.objects)} To keep ${cause.objects.length === 1 ? 'it' : 'them'}, write the revision by hand: drop what depends on the change, make the change, create it again. Run: ${BY_HAND}`;
    case 'not-restored':
      return `The down statements do not restore the objects in these lines. Entities cannot declare them, so write the revision by hand: ${BY_HAND}`;
    case 'not-kept':
      return `The entity does not declare this part of the table, and the generated revision does not keep it. If an entity can declare it, add it there. Otherwise write the revision by hand: ${BY_HAND}`;
    case 'partitioned':
      return `PostgreSQL does not build or drop an index of a partitioned table CONCURRENTLY. Write the revision by hand (${BY_HAND}), then run lint: it prints the statements for each partition.`;
    case 'missing':
      return `The scratch database does not have what these lines name. Create it in scratch/setup.sql, or in a revision written by hand (${BY_HAND}). If its server cannot have it, set SCRATCH_DATABASE_URL to one that can.`;
    case 'declared':
      return 'The database does not accept the table that the entity declares. Correct the entity. If it is right, report these lines: they may show a bug in the generator.';
    case 'rewrite':
      return `PostgreSQL locks the table during the work in these lines, which the generator did not plan. To accept the lock, pass --allow-rewrite. To avoid it, write the revision by hand: ${BY_HAND}`;
    case 'fault':
      return `The generator does not know the cause. Write the revision by hand (${BY_HAND}) and report these lines: they may show a bug in the generator.`;
  }
}

/** An entity may declare a view. */
function unplanned(objects: readonly Parameters<typeof objectWords>[0][]): string {
  const list = objects.map(objectWords).join(', ');
  return objects.every(({ kind }) => kind.endsWith('view'))
    ? `The revision does not keep ${list}.`
    : `No entity declares ${list}.`;
}

function rejectedWords(rejected: readonly RejectedExpression[], said: string): string {
  const list = rejected.map(({ of, expression }) => `${of}: ${expression}`).join('; ');
  const [first] = rejected;
  const remedy = first ? `${remedyOf(first, UNKNOWN_NAME.test(said))}${extensionWords(said)}` : '';
  const which = rejected.length === 1 ? 'the expression' : 'one of the expressions';
  return `The database rejects ${which} of ${list}. ${remedy}`;
}

/** `column "eu" does not exist`, `no such column: eu`, `syntax error at or near "west"`. */
const UNKNOWN_NAME = /column .* does not exist|no such column|syntax error/i;

/** `function f(text) does not exist`, `operator class "gin_trgm_ops" does not exist for access method "gin"`. */
const OF_EXTENSION = /\b(function|type|operator) .* does not exist/;

/** A revision installs the extensions of a few types and functions by itself. */
function extensionWords(said: string): string {
  const kind = OF_EXTENSION.exec(said)?.[1];
  return kind === undefined
    ? ''
    : ` If an extension has this ${kind}, create the extension in a revision of your own first: ${BY_HAND}`;
}

function remedyOf(rejected: RejectedExpression, isOfName: boolean): string {
  if (rejected.isFromOption) return otherValue(rejected, isOfName);
  if (rejected.undeclared === undefined) return 'Correct it in the entity.';
  return `No entity declares it. To drop it in this change, pass --drop ${shellWord(rejected.undeclared)}. A later revision by hand can create one that fits: ${BY_HAND}`;
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
