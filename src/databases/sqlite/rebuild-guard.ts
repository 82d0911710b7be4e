import { inTransaction, type Session } from '../session.js';
import { ForeignKeysBrokenError, TransactionOpenError } from '../../errors/migration.js';
import { keepingStructure } from './rebuild/keeping-structure.js';
import type { RunningRevision } from '../running-revision.js';
import { namingSilentTriggers } from './rebuild/silent-triggers.js';
import { keepingDependents, renamesTemporaryTable } from './dependents.js';
import { OuterUsers } from './users.js';

/** How many violations a message names. */
const SHOWN = 10;

/**
 * Runs revisions on SQLite in transactions in which tables can be rebuilt without losing a row.
 *
 * SQLite changes most of a table by building a new one, copying, dropping the old one and renaming. With foreign keys
 * on, the drop deletes the children by cascade; `PRAGMA foreign_keys` is a no-op inside a transaction, so it is
 * switched off before the first BEGIN of a run, and what it would have caught is a condition of recording a revision.
 * The procedure is SQLite's own:
 * https://www.sqlite.org/lang_altertable.html#making_other_kinds_of_table_schema_changes
 */
export class RebuildGuard {
  readonly #session: Session;
  readonly #migrations: readonly object[];
  readonly #users: OuterUsers;
  /** As the application has it; undefined while the guard is not in force. */
  #foreignKeys: number | undefined;
  /** Names of the tables that the run has created, in lower case: the live database has nothing of its own in them. */
  readonly #created = new Set<string>();
  /** Violations that were there before the run; they are reported, and only new ones fail. */
  #violations: readonly string[] = [];

  /** @param migrations the revisions: instances of their classes */
  constructor(session: Session, migrations: readonly object[]) {
    this.#session = session;
    this.#migrations = migrations;
    this.#users = new OuterUsers(session);
  }

  /** @throws TransactionOpenError when foreign keys could not be switched off */
  async inTransaction<T>(commit: (last: T) => Promise<void>, body: () => Promise<T>): Promise<void> {
    if (this.#session.openTransactions > 0) throw new TransactionOpenError();
    await this.#open();
    const stopWatching = renameTemporaryTablesTextually(this.#session);
    try {
      await inTransaction(this.#session, { begin: () => this.#session.begin(), commit }, body);
    } finally {
      stopWatching();
    }
  }

  /**
   * Runs what a revision runs. Indexes and triggers that vanish with a rebuilt table are created again.
   *
   * @throws StructureNotKeptError when a rebuilt table lacks what the revision does not know of
   * @throws DependentBrokenError when a trigger of another table, or a view, works no more
   */
  keepingTables(running: RunningRevision | undefined, body: () => Promise<void>): Promise<void> {
    const state = { running, migrations: this.#migrations, created: this.#created };
    return this.#users.keeping(() =>
      namingSilentTriggers(this.#session, () =>
        keepingDependents(this.#session, () => keepingStructure(this.#session, state, body)),
      ),
    );
  }

  /**
   * Holds unless there is a violation. Where some were there before, they have to be looked at one by one. Without the
   * parentheses a table of that name would be read; with them it is an error.
   */
  async recordCondition(): Promise<string | undefined> {
    if (this.#foreignKeys === undefined) return undefined;
    if (this.#violations.length === 0) return 'NOT EXISTS (SELECT 1 FROM pragma_foreign_key_check())';
    await this.assertNoNewViolations();
    return undefined;
  }

  /** @throws ForeignKeysBrokenError when there is a violation that was not there before */
  async assertNoNewViolations(): Promise<void> {
    if (this.#foreignKeys === undefined) return;
    assertNoNewViolations(this.#violations, await foreignKeyViolations(this.#session));
  }

  /** Foreign keys are as they were. */
  async close(): Promise<void> {
    const foreignKeys = this.#foreignKeys;
    this.#foreignKeys = undefined;
    if (foreignKeys !== undefined) await this.#session.query(`PRAGMA foreign_keys = ${foreignKeys}`);
  }

  async #open(): Promise<void> {
    if (this.#foreignKeys !== undefined) return;
    const foreignKeys = await readPragma(this.#session, 'foreign_keys');
    this.#violations = await foreignKeyViolations(this.#session);
    reportOld(this.#session, this.#violations);
    await this.#session.query('PRAGMA foreign_keys = OFF');
    this.#foreignKeys = foreignKeys;
  }
}

/**
 * Switches `legacy_alter_table` on around each rename to or from a `temporary_` name, and only there. With it off,
 * renaming the rebuilt table fails when a view mentions it and drags the children's foreign keys along; with it on, a
 * genuine rename would leave the children pointing at the old name.
 *
 * @returns undoes it
 */
function renameTemporaryTablesTextually(session: Session): () => void {
  return session.watch(async (sql, send) => {
    if (!renamesTemporaryTable(sql)) return send();
    const before = await readPragma(session, 'legacy_alter_table');
    await session.query('PRAGMA legacy_alter_table = ON');
    try {
      return await send();
    } finally {
      await session.query(`PRAGMA legacy_alter_table = ${before}`);
    }
  });
}

async function readPragma(session: Session, name: 'foreign_keys' | 'legacy_alter_table'): Promise<number> {
  const rows = (await session.query(`PRAGMA ${name}`)) as readonly Record<string, number>[];
  return rows[0]?.[name] ?? 0;
}

/** One line a violation, sorted; a WITHOUT ROWID table has no row number to show. */
async function foreignKeyViolations(session: Session): Promise<readonly string[]> {
  const rows = (await session.query('PRAGMA foreign_key_check')) as {
    table: string;
    rowid: number | null;
    parent: string;
  }[];
  return rows.map((row) => `${row.table} row ${row.rowid ?? '?'} -> ${row.parent}`).sort();
}

function assertNoNewViolations(before: readonly string[], after: readonly string[]): void {
  const known = [...before];
  const fresh = after.filter((violation) => {
    const index = known.findIndex((old) => rowOf(old) === rowOf(violation));
    if (index >= 0) known.splice(index, 1);
    return index < 0;
  });
  if (fresh.length > 0) throw new ForeignKeysBrokenError(fresh.slice(0, SHOWN));
}

/** A parent that was renamed does not make an old violation a new one. */
function rowOf(violation: string): string {
  return violation.slice(0, violation.lastIndexOf(' -> '));
}

function reportOld(session: Session, violations: readonly string[]): void {
  if (violations.length === 0) return;
  const some = violations.slice(0, SHOWN).join(', ');
  const words = `${violations.length} foreign key(s) referred to no row before this revision, and still do: ${some}`;
  session.warn(words);
}
