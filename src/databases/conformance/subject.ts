import { isDeepStrictEqual } from 'node:util';
import type { DatabaseTarget } from '../../database-url.js';
import { OrchestratorDbError } from '../../errors/base.js';
import type { ConnectionSettings, Database } from '../database.js';

/** A database that is to be checked, and where its checks can work. */
export interface Subject {
  readonly database: Database;
  /** How connections are made; `database` in it does not matter. */
  readonly settings: ConnectionSettings;
  /** Provides an empty database, which is gone afterwards. */
  lend<T>(use: (target: DatabaseTarget) => Promise<T>): Promise<T>;
  /** An address at which no connection succeeds. */
  readonly unreachable: DatabaseTarget;
  /** Whether two addresses may lead to one database, so that `recordPlaces` recognises it. */
  readonly hasAddresses: boolean;
  /** Runs an offline script as the shell of the database does: it stops at the first error, and rejects. */
  runScript(target: DatabaseTarget, lines: readonly string[]): Promise<void>;
}

/** One property that every database has. */
export interface Check {
  /** A sentence, such as `the lock excludes a second holder`. */
  readonly name: string;
  /** @throws NotConformingError, or what the database throws where it must not */
  readonly run: (subject: Subject) => Promise<void>;
}

/** A database does not do what the interface `Database` specifies. */
export class NotConformingError extends OrchestratorDbError {
  readonly code = 'DATABASE_NOT_CONFORMING';
}

/** @throws NotConformingError with these words unless the condition holds */
export function assertHolds(condition: boolean, words: string): asserts condition {
  if (!condition) throw new NotConformingError(words);
}

/** @throws NotConformingError that shows both values unless they are equal in all their parts */
export function assertSame(found: unknown, expected: unknown, what: string): void {
  const shown = (value: unknown) => (value === undefined ? 'undefined' : JSON.stringify(value));
  const words = `${what}: found ${shown(found)}, expected ${shown(expected)}`;
  assertHolds(isDeepStrictEqual(found, expected), words);
}

/** The error with which some work fails. @throws NotConformingError where it succeeds */
export async function refusalOf(work: () => Promise<unknown>, what: string): Promise<unknown> {
  try {
    await work();
  } catch (error) {
    return error;
  }
  throw new NotConformingError(`${what} succeeded, and must fail`);
}
