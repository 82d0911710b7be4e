import type { Direction } from '../databases/direction.js';
import { runsOutside, statementsOf, type KnownRevision } from './revision.js';
import { recordBody, type Recorded } from './offline-body.js';

/** What a revision will run, as far as that can be known before. */
interface PlannedStatements {
  /** null where it is known only when it runs. */
  readonly statements: readonly string[] | null;
  /** Whether it runs in a transaction. */
  readonly transaction: boolean;
}

/** The statements of a revision; those of one written by hand are found out by a dry recording, if it allows that. */
export async function plannedStatements(
  of: Recorded,
  revision: KnownRevision,
  direction: Direction,
): Promise<PlannedStatements> {
  const dialect = of.database.name;
  const listed = statementsOf(revision, dialect, direction);
  const statements = listed ?? (await recordBody(of, revision, direction).catch(() => null));
  return { statements, transaction: !runsOutside(revision, dialect, direction) };
}
