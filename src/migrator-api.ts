/** The API that applications embed: a class over the functions of src/migrator. */

import type { DataSource } from 'typeorm';
import type { Direction } from './databases/direction.js';
import { checkDrift, type DriftOptions } from './drift/check-drift.js';
import type { DriftReport } from './drift/drift-report.js';
import type { RunReport } from './errors/run-ended.js';
import type { LoggedRun } from './migrator/failed-attempts.js';
import { migrateDown, migrateUp, planMigration, stampAt } from './migrator/migrate.js';
import { writeScript, type ScriptOptions } from './migrator/offline.js';
import type { Plan } from './migrator/plan.js';
import type { RunOptions } from './migrator/run-context.js';
import { assertRunNumbers } from './migrator/run-limits.js';
import { readHistory, type HistoryOptions } from './migrator/run-history.js';
import { readStatus, type Status } from './migrator/status.js';
import { inWordsOfProject } from './words-of-project.js';

/**
 * Migrates the database of a DataSource. This is the API that an application embeds:
 *
 * ```ts
 * await dataSource.initialize();
 * const { done, current } = await new Migrator(dataSource).up();
 * ```
 *
 * It holds no connection and no state besides its options. Several may exist for one database, in one process or in
 * many. Messages of errors name commands as an installed package has them: `npx orchestrator-db up -d <file>`.
 */
export class Migrator {
  readonly #dataSource: DataSource;
  readonly #options: RunOptions;

  /**
   * @param dataSource any TypeORM DataSource; `check` and `script` do not need it to be connected, the others do
   * @param options for every run of this migrator
   * @throws UsageError for a time or a number in the options that cannot be used
   */
  constructor(dataSource: DataSource, options: RunOptions = {}) {
    assertRunNumbers(options);
    this.#dataSource = dataSource;
    this.#options = options;
  }

  /**
   * Applies pending revisions, oldest first, up to a target: `head` (the default), a revision, or `+N`.
   *
   * @throws as `migrateUp` does
   */
  up(target?: string): Promise<RunReport> {
    return inWordsOfProject(migrateUp(this.#dataSource, { ...this.#options, ...aimedAt(target) }));
  }

  /**
   * Reverts applied revisions, newest first, down to a target: `-1` (the default), `base`, `-N`, or the revision that
   * is current afterwards.
   *
   * @throws as `migrateDown` does
   */
  down(target?: string): Promise<RunReport> {
    return inWordsOfProject(migrateDown(this.#dataSource, { ...this.#options, ...aimedAt(target) }));
  }

  /**
   * Records that the database is at a revision, `head` or `base`, and runs nothing. It does not compare the schema.
   *
   * @throws as `stampAt` does
   */
  stamp(target: string): Promise<RunReport> {
    return inWordsOfProject(stampAt(this.#dataSource, target, this.#options));
  }

  /** Reads which revisions are applied, pending, edited or missing, and what runs now; writes nothing. */
  status(): Promise<Status> {
    return inWordsOfProject(readStatus(this.#dataSource));
  }

  /** Reads the runs in the log with their attempts, oldest first; writes nothing. */
  history(options: HistoryOptions = {}): Promise<readonly LoggedRun[]> {
    return inWordsOfProject(readHistory(this.#dataSource, options));
  }

  /** Returns what `up` or `down` would do; writes nothing and takes no lock. */
  plan(direction: Direction, target?: string): Promise<Plan> {
    return inWordsOfProject(
      planMigration(this.#dataSource, direction, { ...this.#options, ...aimedAt(target) }),
    );
  }

  /**
   * Writes the SQL of a run for `psql` or `sqlite3`, without a database. The timeouts of this migrator are its
   * defaults.
   *
   * @throws as `writeScript` does
   */
  script(options: ScriptOptions): Promise<string> {
    const { lockTimeoutMs, statementTimeoutMs } = this.#options;
    const written = writeScript(this.#dataSource, {
      ...(lockTimeoutMs === undefined ? {} : { lockTimeoutMs }),
      ...(statementTimeoutMs === undefined ? {} : { statementTimeoutMs }),
      ...options,
    });
    return inWordsOfProject(written);
  }

  /**
   * Compares the live schema with the entities; writes nothing.
   *
   * @throws as `checkDrift` does
   */
  check(options: DriftOptions = {}): Promise<DriftReport> {
    return inWordsOfProject(checkDrift(this.#dataSource, options));
  }
}

function aimedAt(target: string | undefined): { readonly target?: string } {
  return target === undefined ? {} : { target };
}
