/** Begins a run in the log, gives the SQL that records a revision, ends the run. */

import type { Session } from '../../databases/session.js';
import type { Executor } from '../../databases/executor.js';
import {
  boundWriter,
  type BoundStatement,
  type Recording,
  type Writer,
} from '../../databases/records/bound.js';
import { verifyRecordStatement, saysNotKept } from '../../databases/records/verify-record-sql.js';
import { phaseStatements, setsFormat } from '../../databases/records/phase-sql.js';
import { failedAttempt, saysUnrecorded } from '../../databases/records/outcome-sql.js';
import type { Fence, ListCount, Outcome, RunOutcome, RunStart } from '../../databases/records/outcome.js';
import {
  beginHeartbeats,
  createIndexes,
  createReleaseTables,
  createTables,
  endRun,
  newestRecord,
  newestRun,
  noteProgress,
  runOutcome,
  startRun,
} from '../../databases/records/sql.js';
import type {
  RecordChange,
  RecordContext,
  RecordEntry,
  RecordSyntax,
} from '../../databases/records/syntax.js';
import { PHASED_FORMAT, type RecordTables } from '../../databases/records/tables.js';
import { valueLiteral } from '../../sql/quote.js';
import type { RunProgress } from './rows.js';
import { inAscii, wellFormed } from './storable.js';

/** Where a log is to be kept. */
interface LogPlace {
  readonly syntax: RecordSyntax;
  readonly tables: RecordTables;
  readonly session: Session;
  /** Rejects where writing to the tables would run foreign code. */
  readonly assertTrusted: () => Promise<void>;
  readonly fence: Fence | undefined;
  /** How many numbers the list of revisions had given out when it was read, where that is known. */
  readonly given: number | undefined;
  /** Whether the list and the two tables of the log exist. */
  readonly complete: boolean;
  /** Whether the tables of releases are to be created. */
  readonly releasable: boolean;
  /** Whether the table of phases is there after that, and may be written. */
  readonly phased: boolean;
  readonly format: number | null;
  /** The stamp of the newest contract revision in the code; undefined where it has none. */
  readonly lastContract: number | undefined;
  /** Whether the log lacks its indexes and may be given them. */
  readonly indexable: boolean;
  /** Whether the runs have, from their creation at the latest, the column for their progress. */
  readonly reporting: boolean;
  /** Whether they lack it and may be given it. */
  readonly progressable: boolean;
  /** Whether the next records are known to get numbers that no row has. */
  readonly numbersKnown: boolean;
  /** The applied revisions as they were read, in the order in which they were recorded. */
  readonly applied: readonly string[];
}

/** What the list of applied revisions is like after a refusal. */
interface ListRow {
  readonly held: boolean | number;
  readonly recorded: boolean | number;
  readonly newest: string | null;
}

/** A run as it was noted, what numbers the list of revisions, and which one that is. */
interface RunRow {
  readonly id: number | string;
  readonly host: string;
  readonly pid: number;
  readonly planned: string;
  readonly outcome: string | null;
  readonly sequence: number | null;
  readonly identity: string | null;
}

/** The row of the run is not there as it was written. */
export class RunNotKept extends Error {}

/** The log of one run, which has its row from the beginning. */
export class RunLog {
  #context: RecordContext;
  /** Of the log, once the record is committed that was made last. */
  #nextFormat: number | null;
  readonly #write: Writer;
  /** Undefined when what was recorded since is not known for sure: then the list is read. */
  #count: ListCount | undefined;
  /** The list as it must be while the lock is held, in the order in which it was recorded. */
  #applied: readonly string[];
  readonly numbersKnown: boolean;
  readonly #isReporting: boolean;
  #isReplaced = false;

  private constructor(
    context: RecordContext,
    list: Pick<LogPlace, 'applied' | 'numbersKnown' | 'reporting'> & {
      readonly count: ListCount | undefined;
    },
  ) {
    this.#context = context;
    this.#nextFormat = context.format;
    this.#write = boundWriter(context.syntax.placeholder);
    this.#count = list.count;
    this.#applied = list.applied;
    this.numbersKnown = list.numbersKnown;
    this.#isReporting = list.reporting;
  }

  /** Creates missing tables and notes the run. The caller holds the lock. */
  static async begin(executor: Executor, place: LogPlace, run: RunStart): Promise<RunLog> {
    const { syntax, tables, fence, session, given, applied, numbersKnown } = place;
    const missing = [
      ...(place.indexable ? createIndexes(tables) : []),
      ...(place.releasable ? createReleaseTables(syntax, tables) : []),
    ];
    const created = place.complete ? missing : createTables(syntax, tables);
    const begun = place.releasable || !place.complete ? [beginHeartbeats(tables, run, valueLiteral)] : [];
    if (created.length > 0) await executor.send(created);
    const reporting = place.reporting || (place.progressable && (await isReporting(executor, place)));
    await place.assertTrusted();
    await executor.send([...begun, startRun(tables, run, valueLiteral)]);
    const [row] = (await session.query(newestRun(syntax, tables))) as unknown as readonly RunRow[];
    const isKept = row?.host === run.host && row.pid === run.pid && row.outcome === null;
    if (!isKept || row.planned !== JSON.stringify(run.planned)) throw new RunNotKept();
    const { sequence, identity } = row;
    const count =
      sequence === null || given === undefined ? undefined : { sequence: String(sequence), given };
    return new RunLog(
      {
        ...{ syntax, tables, fence, run: String(Number(row.id)), list: identity ?? undefined },
        ...{ phased: place.phased, format: place.format, lastContract: place.lastContract },
      },
      { count, applied, numbersKnown, reporting },
    );
  }

  /** The tables that it writes to. */
  get tables(): RecordTables {
    return this.#context.tables;
  }

  /** What gives the log the format that the record made last needs; none where it has that. */
  get formatStatements(): readonly string[] {
    const { syntax, tables, format } = this.#context;
    return this.#nextFormat === null || this.#nextFormat === format
      ? []
      : syntax.setFormat(tables.runs, this.#nextFormat, format !== null);
  }

  /** What records a revision and its outcome, or raises an error; see `isRefusal`. */
  recording(entry: Omit<RecordEntry, 'count' | 'newest'>): Recording {
    const list = { count: this.#count, newest: this.#newest() };
    const { syntax, format } = this.#context;
    this.#nextFormat = setsFormat(this.#context, entry) ? PHASED_FORMAT : format;
    return (write) => [
      ...syntax.record(this.#context, { ...entry, ...list }, write),
      ...phaseStatements(this.#context, entry, write),
      write((bind) => verifyRecordStatement(this.#context, entry, bind)),
    ];
  }

  /** Call it for each committed record, so that the record is not taken for a foreign one. */
  recorded(change: RecordChange, revision: string): void {
    this.#context = { ...this.#context, format: this.#nextFormat };
    if (change === 'insert' && this.#count) this.#count = { ...this.#count, given: this.#count.given + 1 };
    if (change === 'insert') this.#applied = [...this.#applied, revision];
    if (change === 'delete') this.#applied = this.#applied.filter((id) => id !== revision);
  }

  /** Call it for each failure: whether it has taken a number is unknown. */
  unrecorded(): void {
    this.#count = undefined;
  }

  /**
   * Whether an error says that nothing was recorded: the lock is gone, or something else has recorded or changed it.
   */
  isRefusal(error: unknown): boolean {
    return saysUnrecorded(error, this.#context.tables) || saysNotKept(error);
  }

  /**
   * Whether other tables have the names of those in which the run began. From then on nothing is noted: these are of
   * another history.
   */
  async isReplaced(session: Session): Promise<boolean> {
    const { list, syntax, tables } = this.#context;
    if (list === undefined) return false;
    const [row] = await session.query(`SELECT ${syntax.identityOf(tables.migrations)} AS "identity"`);
    return (this.#isReplaced = row !== undefined && row['identity'] !== list);
  }

  /**
   * Why a revision could not be recorded, as far as that shows afterwards: its own record is there, or gone, already;
   * the list has changed in another way since it was read; or the lock is lost. If none of that holds, the record was
   * written and not `kept`.
   */
  async whyRefused(
    session: Session,
    { revision, change }: { readonly revision: string; readonly change: RecordChange },
  ): Promise<'record' | 'list' | 'lock' | 'kept'> {
    const { tables, syntax, fence } = this.#context;
    const statement = this.#write((bind) => {
      const held = fence ? `(${syntax.held(fence, bind)}) IS NOT NULL` : 'true';
      const found = `EXISTS (SELECT 1 FROM ${tables.migrations.sql} WHERE "name" ${syntax.equals} ${bind(revision)})`;
      return `SELECT ${held} AS "held", ${found} AS "recorded", ${newestRecord(tables)} AS "newest"`;
    });
    const [row] = (await send(session, statement)) as readonly ListRow[];
    if (change !== 'keep' && Boolean(row?.recorded) === (change === 'insert')) return 'record';
    if (!row?.held) return 'lock';
    return row.newest === this.#newest() ? 'kept' : 'list';
  }

  /** The newest record as it must be, null for none. */
  #newest(): string | null {
    return this.#applied.at(-1) ?? null;
  }

  /** What notes how far the run is; undefined where the log has no room for that. */
  progressStatement(progress: RunProgress | null): string | undefined {
    if (!this.#isReporting || this.#isReplaced) return undefined;
    const { literal } = this.#context.syntax;
    const words = progress === null ? null : JSON.stringify(progress);
    return noteProgress(this.#context, words === null ? 'NULL' : literal(words));
  }

  /** Notes an attempt that was rolled back. */
  async fail(session: Session, entry: { readonly outcome: Outcome; readonly error: string }): Promise<void> {
    if (this.#isReplaced) return;
    await storing(entry.error, (error) =>
      send(session, failedAttempt(this.#context, { ...entry, error }, this.#write)),
    );
  }

  /** Notes how the run ended; gives whether the database has kept that, which a trigger or a rule may swallow. */
  async end(session: Session, outcome: RunOutcome, error: string | null): Promise<boolean> {
    if (this.#isReplaced) return true;
    const note = (words: string | null) =>
      send(
        session,
        this.#write((bind) => endRun(this.#context, { outcome, error: words }, bind)),
      );
    await (error === null ? note(null) : storing(error, note));
    const [row] = (await session.query(runOutcome(this.#context))) as unknown as readonly Pick<
      RunRow,
      'outcome'
    >[];
    return row?.outcome === outcome;
  }
}

/** Adds the column; whoever reads the runs for long keeps it out until a later run. */
async function isReporting(executor: Executor, { syntax, tables }: LogPlace): Promise<boolean> {
  return executor.send(syntax.addProgress(tables.runs)).then(
    () => true,
    () => false,
  );
}

/** Notes words of a failure, in ASCII where the encoding of the database has no character for one of theirs. */
async function storing(words: string, note: (storable: string) => Promise<unknown>): Promise<void> {
  const storable = wellFormed(words);
  try {
    await note(storable);
  } catch (error) {
    const ascii = inAscii(storable);
    if (ascii === storable) throw error;
    await note(ascii);
  }
}

function send(session: Session, { sql, parameters }: BoundStatement): Promise<unknown> {
  return session.query(sql, parameters);
}
