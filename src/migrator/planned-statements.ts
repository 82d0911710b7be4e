import type { Direction } from '../databases/direction.js';
import type { Access } from './access.js';
import { recordBody } from './offline-body.js';
import { runsOutside, statementsOf, type KnownRevision } from './revision.js';
import type { Project } from './state.js';

/** What a revision will run, as far as that can be known before. */
interface PlannedStatements {
  /** null where it is known only when it runs. */
  readonly statements: readonly string[] | null;
  /** Whether it runs in a transaction. */
  readonly transaction: boolean;
}

/** The statements of a revision; those of one written by hand are found out by a dry recording, if it allows that. */
export async function plannedStatements(
  { database, dataSource }: Pick<Project, 'database'> & Pick<Access, 'dataSource'>,
  revision: KnownRevision,
  direction: Direction,
): Promise<PlannedStatements> {
  const { name: dialect } = database;
  const recorded = () =>
    dataSource === undefined
      ? null
      : recordBody({ dataSource, database }, revision, direction).catch(() => null);
  const statements = statementsOf(revision, dialect, direction) ?? (await recorded());
  return { statements, transaction: !runsOutside(revision, dialect, direction) };
}
