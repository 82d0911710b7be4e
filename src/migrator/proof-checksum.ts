import type { Direction } from '../databases/direction.js';
import type { RunningRevision } from '../databases/running-revision.js';
import { checksum, type DialectStatements, type KnownRevision } from './revision.js';

/** What the checksum of a proof covers of a revision. */
export interface VerifiedStatements {
  /** Whether PostgreSQL runs it in a transaction. */
  readonly transaction: boolean;
  readonly postgres: DialectStatements;
  readonly sqlite: DialectStatements;
}

/**
 * SHA-256 over the statements of a whole group of revisions, 64 hexadecimal digits: what the generator ran up, down and
 * up again. Every revision of the group keeps it, so an edit, a revision that is missing and one that was added all
 * show. Exceptions from lint rules do not count.
 *
 * @param group oldest first
 */
export function proofChecksum(group: readonly VerifiedStatements[]): string {
  return checksum(
    group.map(({ transaction, postgres, sqlite }) =>
      JSON.stringify([
        transaction,
        ...[postgres, sqlite].flatMap(({ up, down }) => [up, down].map(checksum)),
      ]),
    ),
  );
}

/** What a revision keeps as the proof of its group; empty for one that was not generated. */
export function proofIn(revision: object): string {
  const { proof } = revision.constructor as { readonly proof?: unknown };
  return typeof proof === 'string' ? proof : '';
}

/** A revision as the rooms of the databases see it. */
export function runningOf({ migration }: KnownRevision, direction: Direction): RunningRevision {
  return { migration, direction, generated: proofIn(migration) !== '' };
}
