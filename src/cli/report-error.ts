import { CommanderError } from 'commander';
import { masked } from '../text/secrets.js';
import { isOwnError, messageOf } from '../errors/base.js';
import { sourceProblem } from '../source-problem.js';
import { RunEndedError } from '../errors/run-ended.js';
import type { Documents } from './documents/index.js';
import { paint, type ExitCode, type Io } from './io.js';
import { line } from './line.js';
import { printDocument } from './print-document.js';

/**
 * Reports an error: a line for people, and one JSON document with --json.
 *
 * @param extra further fields of the document
 */
export function reportError(
  error: unknown,
  io: Io,
  { json, extra = {} }: { readonly json: boolean; readonly extra?: Pick<Documents['error'], 'done'> },
): ExitCode {
  const message = io.asTyped(wordsOf(error));
  const [first = message, ...more] = linesOf(error).map(io.asTyped);
  io.err(line`${paint(io, 'bad', 'error')}: ${first}`);
  for (const further of more) io.err(`  ${further}`);
  if (io.isTerminal && hasPage(error))
    io.err(paint(io, 'faint', io.asTyped(`about this error: npm run -s db -- explain ${codeOf(error)}`)));
  if (json)
    printDocument(io, 'error', {
      status: 'failed',
      error: { code: codeOf(error), message, ...detailsOf(error) },
      ...extra,
      ...reportIn(error),
    });
  return exitCodeOf(error);
}

/** The entry of a wrong call contains its message only. */
function hasPage(error: unknown): boolean {
  return !['USAGE', 'UNEXPECTED'].includes(codeOf(error));
}

/** The steps of a run before an error ended it. */
function reportIn(
  error: unknown,
): Pick<Documents['error'], 'direction' | 'done' | 'current' | 'awaitingContract'> {
  return (error instanceof RunEndedError ? error.report : undefined) ?? {};
}

/** The lines of an error that has several; none for other errors. */
function linesOf(error: unknown): readonly string[] {
  const { lines } = (error ?? {}) as { readonly lines?: readonly string[] };
  return isOwnError(error) && lines ? lines.map(masked) : [];
}

type Details = Omit<Documents['error']['error'], 'code' | 'message'>;

const LISTS = ['differences', 'stale', 'changes', 'broken', 'unlinted', 'standbys', 'older'];

/** The lists of an error, beyond its message. */
function detailsOf(error: unknown): Details {
  const fields = (isOwnError(error) ? error : {}) as Readonly<Record<string, unknown>>;
  const listed = LISTS.filter((name) => fields[name] !== undefined);
  const details = Object.fromEntries(listed.map((name) => [name, fields[name]]));
  return JSON.parse(JSON.stringify(details), (_name, value: unknown) =>
    typeof value === 'string' ? masked(value) : value,
  ) as Details;
}

function wordsOf(error: unknown): string {
  const words = (
    error instanceof CommanderError
      ? ofCommander(error)
      : (problemOf(error) ?? messageOf(error)).replace(/\s*\n\s*/g, ' ')
  ).replace(/^error: /, '');
  return words === '(outputHelp)' ? 'no command was specified; for example: orchestrator-db init' : words;
}

/** Files that TypeORM finds by a glob are loaded when it connects. */
function problemOf(error: unknown): string | undefined {
  return isOwnError(error) ? undefined : sourceProblem(error);
}

/** The message of commander without option values, which may be passwords: --password=secret, -psecret. */
function ofCommander({ message }: CommanderError): string {
  return masked(message)
    .replace(/\n(?=\(Did you mean )/, ' ')
    .replace(/(unknown option '--?[^='\s]*)=[^]*'/, "$1'")
    .replace(/(unknown option '-[^-])[^']+'/, "$1'");
}

function codeOf(error: unknown): string {
  if (isOwnError(error)) return error.code;
  if (problemOf(error) !== undefined) return 'SOURCE_INVALID';
  return error instanceof CommanderError ? 'USAGE' : 'UNEXPECTED';
}

/** All others are 1. */
const EXIT_CODES: Readonly<Record<string, ExitCode>> = {
  USAGE: 64,
  SETTING_INVALID: 64,
  ACCEPTED_DRIFT_INVALID: 64,
  ACCEPTED_DRIFT_STALE: 64,
  ANSWERS_INVALID: 64,
  DATABASE_AHEAD: 2,
  STAMP_REFUSED: 3,
  REVISION_PARTLY_REPLACED: 3,
  SQUASH_REFUSED: 3,
  BASELINE_REFUSED: 3,
  ACCEPT_REFUSED: 3,
  REPAIR_REFUSED: 3,
  CHANGES_UNCONFIRMED: 3,
  MANIFEST_REFUSED: 3,
  PHASES_REFUSED: 3,
  PHASES_UNKNOWN: 3,
  REBASE_REFUSED: 3,
  SCRATCH_DATABASE_WRONG: 3,
  SCRATCH_DATABASE_UNREACHABLE: 3,
  STANDBY: 3,
  CITUS_WORKER: 3,
  ROW_SECURITY: 3,
  RECORD_NAME_TAKEN: 3,
  RECORDS_HIDDEN: 3,
  RECORDS_NEWER: 3,
  CONTRACT_REFUSED: 3,
  CONTRACT_AWAITED: 3,
  RECORDS_NOT_DURABLE: 3,
  RECORDS_REPLICATED: 3,
  RECORDS_UNTRUSTED: 3,
  TABLE_HIDDEN: 3,
  SEARCH_PATHS_DIFFER: 3,
  TWO_REVISION_LISTS: 3,
  TWO_SCHEMAS: 3,
  SQLITE_HARD_LINKS: 3,
  DIRECT_DATABASE_DIFFERS: 3,
  OPTIONS_IGNORED: 3,
  REPLICA_DIFFERS: 3,
  WRITES_ON_STANDBY: 3,
  STANDBYS_BEHIND: 2,
};

function exitCodeOf(error: unknown): ExitCode {
  return EXIT_CODES[codeOf(error)] ?? 1;
}
