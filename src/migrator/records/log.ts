import type { QueryRunner } from 'typeorm';
import type { Executor } from '../dialects/executor.js';
import { failedAttempt, recordStatements, saysUnrecorded, type RecordEntry } from './outcome-sql.js';
import {
  boundWriter,
  createTables,
  endRun,
  literal,
  newestRun,
  startRun,
  type BoundStatement,
  type Fence,
  type Outcome,
  type RecordContext,
  type Recording,
  type RunOutcome,
  type RunStart,
} from './sql.js';
import type { RecordTables } from './tables.js';
import type { DialectName } from '../../dialect/dialect.js';

/** Where a log is to be kept. */
export interface LogPlace {
  readonly dialect: DialectName;
  readonly tables: RecordTables;
  readonly queryRunner: QueryRunner;
  readonly fence: Fence | undefined;
  /** Whether all three tables exist. */
  readonly complete: boolean;
}

/** The log of one run, which has its row from the beginning. */
export class RunLog {
  readonly #context: RecordContext;

  private constructor(context: RecordContext) {
    this.#context = context;
  }

  /** Creates what tables are not there yet, and notes the run. For whoever holds the lock. */
  static async begin(executor: Executor, place: LogPlace, run: RunStart): Promise<RunLog> {
    const { dialect, tables, fence, queryRunner } = place;
    const created = place.complete ? [] : createTables(dialect, tables);
    await executor.send([...created, startRun(tables, run, literal)]);
    const [row] = (await queryRunner.query(newestRun(tables))) as readonly { readonly id: number | string }[];
    return new RunLog({ dialect, tables, fence, run: String(Number(row?.id)) });
  }

  /** What records a revision and its outcome, or raises an error; see `isRefusal`. */
  recording(entry: RecordEntry): Recording {
    return (write) => recordStatements(this.#context, entry, write);
  }

  /** Whether an error says that nothing was recorded: the lock is gone, or something else has recorded it. */
  isRefusal(error: unknown): boolean {
    return saysUnrecorded(error, this.#context.tables);
  }

  /** Whether a revision is recorded as applied. */
  async isRecorded(queryRunner: QueryRunner, revision: string): Promise<boolean> {
    const { tables, dialect } = this.#context;
    const write = boundWriter(dialect);
    const found = await send(
      queryRunner,
      write((bind) => `SELECT 1 AS "found" FROM ${tables.migrations.sql} WHERE "name" = ${bind(revision)}`),
    );
    return (found as readonly unknown[]).length > 0;
  }

  /** Notes an attempt that was rolled back. */
  async fail(
    queryRunner: QueryRunner,
    entry: { readonly outcome: Outcome; readonly error: string },
  ): Promise<void> {
    await send(queryRunner, failedAttempt(this.#context, entry, boundWriter(this.#context.dialect)));
  }

  /** Notes how the run ended. */
  async end(queryRunner: QueryRunner, outcome: RunOutcome, error: string | null): Promise<void> {
    const write = boundWriter(this.#context.dialect);
    await send(
      queryRunner,
      write((bind) => endRun(this.#context, { outcome, error }, bind)),
    );
  }
}

function send(queryRunner: QueryRunner, { sql, parameters }: BoundStatement): Promise<unknown> {
  return queryRunner.query(sql, [...parameters]);
}
