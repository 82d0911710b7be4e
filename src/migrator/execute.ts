import type { QueryRunner } from 'typeorm';
import { dialectOf } from '../dialect/dialect.js';
import { RevisionFailedError } from '../errors.js';
import type { Direction, KnownRevision } from './revision.js';
import { recordRevision } from './revision-table.js';
import { inTransaction, withRebuildGuard } from './sqlite-rebuild-guard.js';

/** One revision, to be run one way. */
export interface Step {
  readonly revision: KnownRevision;
  readonly direction: Direction;
  /** Record it, but do not run its body. */
  readonly stamp: boolean;
}

/**
 * Runs one revision and records it, in one transaction: both happen or neither.
 *
 * @throws RevisionFailedError saying what is left; the former state, save for a revision that says `transaction = false`
 */
export async function executeStep(queryRunner: QueryRunner, step: Step): Promise<void> {
  const outside = step.revision.migration.transaction === false && !step.stamp;
  try {
    if (outside) await runAndRecord(queryRunner, step);
    else await inRevisionTransaction(queryRunner, () => runAndRecord(queryRunner, step));
  } catch (error) {
    throw new RevisionFailedError(
      step.revision.id,
      { direction: step.direction, left: whatIsLeft(outside) },
      error,
    );
  }
}

async function runAndRecord(queryRunner: QueryRunner, step: Step): Promise<void> {
  if (!step.stamp) await step.revision.migration[step.direction](queryRunner);
  await recordRevision(queryRunner, step.revision, step.direction);
}

async function inRevisionTransaction(queryRunner: QueryRunner, body: () => Promise<void>): Promise<void> {
  const dialect = dialectOf(queryRunner.connection);
  if (dialect.capabilities.rebuildsTables) return withRebuildGuard(queryRunner, body);
  await inTransaction(queryRunner, async () => {
    if (dialect.liftStatementTimeout) await queryRunner.query(dialect.liftStatementTimeout);
    await body();
  });
}

function whatIsLeft(outside: boolean): string {
  return outside
    ? 'It runs outside a transaction and is not recorded; part of it may be in the database. Mend the cause and run it again.'
    : 'Its transaction was rolled back, the database is as it was before this revision. Mend the cause and run it again.';
}
