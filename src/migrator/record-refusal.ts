import {
  LockLostError,
  PrivilegeMissingError,
  RecordConflictError,
  RecordsChangedError,
} from '../errors/migration.js';
import { messageOf } from '../errors/base.js';
import { NOT_RECORDED, ROLLED_BACK } from '../databases/left-after.js';
import { RecordNotKeptError } from '../errors/records.js';
import { RecordsReplacedError } from '../errors/records-replaced.js';
import { PHASED_FORMAT } from '../databases/records/tables.js';
import type { RunSession, Step } from './run-session.js';
import type { Outcome } from '../databases/records/outcome.js';

/** What a failure to record is about. */
interface Refused {
  readonly error: unknown;
  /** What is in the database then, in words. */
  readonly left: string;
}

/** insufficient_privilege: the role does not own the table. */
const NOT_OWNER = '42501';

const NOT_RUN = 'Nothing of the revision was run.';

/** What is left where a revision that was run could not be recorded. */
export function leftAfter(outside: boolean): string {
  return outside ? NOT_RECORDED : ROLLED_BACK;
}

/**
 * What to throw where a revision was not recorded: the fence saw no lock, the list of applied revisions is another table
 * or not what the run has read, or the database did not keep what was written. Any other error stays what it is.
 */
export async function refusalOf(
  { session, log, dialect }: RunSession,
  { revision, change }: Pick<Step, 'revision' | 'change'>,
  { error, left }: Refused,
): Promise<unknown> {
  const used = dialect.numberUsed(error, [log.tables.migrations, log.tables.attempts], left);
  if (used) return used;
  const owned = formatDenied({ log, dialect }, revision.id, { error, left });
  if (owned) return owned;
  if (dialect.sqlState(error) !== undefined && (await log.isReplaced(session).catch(() => false)))
    return new RecordsReplacedError(revision.id, log.tables.migrations.sql, { left, cause: error });
  const byRule = dialect.isRuleRefusal(error);
  if (!byRule && !log.isRefusal(error)) return error;
  const why = byRule ? 'kept' : await log.whyRefused(session, { revision: revision.id, change });
  if (why === 'lock') return new LockLostError();
  if (why === 'record') return new RecordConflictError(revision.id);
  if (why === 'list') return new RecordsChangedError(revision.id);
  const changers = await dialect.recordTriggers(session, log.tables);
  if (byRule && !changers.some(({ kind }) => kind === 'rule')) return error;
  return new RecordNotKeptError(revision.id, changers, { left, cause: error });
}

/** Only the owner of the runs may give the log another format; the error for another role, if this is one of that. */
function formatDenied(
  { log, dialect }: Pick<RunSession, 'log' | 'dialect'>,
  id: string,
  { error, left }: Refused,
): PrivilegeMissingError | undefined {
  const { runs } = log.tables;
  const statements = log.formatStatements;
  const isDenied = statements.length > 0 && dialect.sqlState(error) === NOT_OWNER;
  if (!isDenied || !messageOf(error).includes(runs.name)) return undefined;
  return new PrivilegeMissingError(
    `${id}: the revisions have a contract phase, so the log needs format ${PHASED_FORMAT}, which only the owner of the table ${runs.sql} may give it.`,
    `${statements.join('; ')};`,
    { cause: error, left },
  );
}

/**
 * Sends what will record a revision and rolls it back, where something may change or swallow it, or its number may be
 * used: what runs outside a
 * transaction cannot be taken back afterwards.
 *
 * @throws RecordNotKeptError, RecordNumbersBehindError before anything of the revision is run
 */
export async function rehearse(run: RunSession, step: Step, outcome: () => Outcome): Promise<void> {
  const { session, executor, log, dialect } = run;
  const changers = await dialect.recordTriggers(session, log.tables);
  if (changers.length === 0 && log.numbersKnown) return;
  try {
    await executor.rehearse(log.recording({ outcome: outcome(), change: step.change }));
  } catch (error) {
    if (dialect.isRetryable(error) || dialect.isDisconnected(error)) throw error;
    const refusal = await refusalOf(run, step, { error, left: NOT_RUN });
    throw refusal === error
      ? new RecordNotKeptError(step.revision.id, changers, { left: NOT_RUN, cause: error })
      : refusal;
  } finally {
    // The number that the record took is not given back.
    log.unrecorded();
  }
}
