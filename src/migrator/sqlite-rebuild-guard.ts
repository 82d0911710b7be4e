import type { QueryRunner } from 'typeorm';
import { ForeignKeysBrokenError, TransactionOpenError } from '../errors.js';

/** How many violations a message names. */
const SHOWN = 10;

/**
 * Runs a revision on SQLite in a transaction in which tables can be rebuilt without losing a row.
 *
 * SQLite changes most of a table by building a new one, copying, dropping the old one and renaming. With foreign keys
 * on, the drop deletes the children by cascade; `PRAGMA foreign_keys` is a no-op inside a transaction, so it is
 * switched off before BEGIN and what it would have caught is checked before COMMIT. The procedure is SQLite's own:
 * https://www.sqlite.org/lang_altertable.html#making_other_kinds_of_table_schema_changes
 *
 * @throws TransactionOpenError when foreign keys could not be switched off
 * @throws ForeignKeysBrokenError when the body leaves a violation that was not there before
 */
export async function withRebuildGuard(queryRunner: QueryRunner, body: () => Promise<void>): Promise<void> {
  if (queryRunner.isTransactionActive) throw new TransactionOpenError();
  const foreignKeys = await readPragma(queryRunner, 'foreign_keys');
  const violations = await foreignKeyViolations(queryRunner);
  reportOld(queryRunner, violations);
  await queryRunner.query('PRAGMA foreign_keys = OFF');
  const stopWatching = renameTemporaryTablesTextually(queryRunner);
  try {
    await inTransaction(queryRunner, async () => {
      await body();
      assertNoNewViolations(violations, await foreignKeyViolations(queryRunner));
    });
  } finally {
    stopWatching();
    await queryRunner.query(`PRAGMA foreign_keys = ${foreignKeys}`);
  }
}

/** Commits when the body succeeds; otherwise rolls back and throws what the body threw. */
export async function inTransaction(queryRunner: QueryRunner, body: () => Promise<void>): Promise<void> {
  await queryRunner.startTransaction();
  try {
    await body();
    await queryRunner.commitTransaction();
  } catch (error) {
    await rollBack(queryRunner);
    throw error;
  }
}

/** A rollback that fails means that the connection is gone, and the database rolls back by itself. */
async function rollBack(queryRunner: QueryRunner): Promise<void> {
  if (!queryRunner.isTransactionActive) return;
  await queryRunner.rollbackTransaction().catch(() => undefined);
}

/**
 * Switches `legacy_alter_table` on around each rename to or from a `temporary_` name, and only there. With it off,
 * renaming the rebuilt table fails when a view mentions it and drags the children's foreign keys along; with it on, a
 * genuine rename would leave the children pointing at the old name.
 *
 * @returns undoes it
 */
function renameTemporaryTablesTextually(queryRunner: QueryRunner): () => void {
  const run = queryRunner.query.bind(queryRunner) as (...args: unknown[]) => Promise<unknown>;
  const watched = async (...args: unknown[]): Promise<unknown> => {
    if (!renamesTemporaryTable(String(args[0]))) return run(...args);
    const before = await readPragma(queryRunner, 'legacy_alter_table');
    await run('PRAGMA legacy_alter_table = ON');
    try {
      return await run(...args);
    } finally {
      await run(`PRAGMA legacy_alter_table = ${before}`);
    }
  };
  Object.assign(queryRunner, { query: watched });
  return () => {
    Object.assign(queryRunner, { query: run });
  };
}

/** Whether the statement renames a table to or from a name of TypeORM's rebuilds. */
export function renamesTemporaryTable(sql: string): boolean {
  const names = /^\s*ALTER\s+TABLE\s+(.+?)\s+RENAME\s+TO\s+(.+?)\s*$/i.exec(sql);
  return names !== null && [names[1], names[2]].some((name) => /(^|[.".`[])temporary_/.test(name ?? ''));
}

async function readPragma(
  queryRunner: QueryRunner,
  name: 'foreign_keys' | 'legacy_alter_table',
): Promise<number> {
  const rows = (await queryRunner.query(`PRAGMA ${name}`)) as Record<string, number>[];
  return rows[0]?.[name] ?? 0;
}

/** One line a violation, sorted; a WITHOUT ROWID table has no row number to show. */
async function foreignKeyViolations(queryRunner: QueryRunner): Promise<readonly string[]> {
  const rows = (await queryRunner.query('PRAGMA foreign_key_check')) as {
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

function reportOld(queryRunner: QueryRunner, violations: readonly string[]): void {
  if (violations.length === 0) return;
  const some = violations.slice(0, SHOWN).join(', ');
  const words = `${violations.length} foreign key(s) pointed at no row before this revision, and still do: ${some}`;
  queryRunner.connection.logger.log('warn', words, queryRunner);
}
