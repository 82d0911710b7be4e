import { isOwnError, type OrchestratorDbError } from '../errors/base.js';

/** A field of an error of the driver: TypeORM puts the driver's error into one of its own. */
export function driverField(error: unknown, name: string): unknown {
  const own = (error ?? {}) as Readonly<Record<string, unknown>>;
  const inner = (own['driverError'] ?? {}) as Readonly<Record<string, unknown>>;
  return own[name] ?? inner[name];
}

/**
 * The code of an error, whether it comes from TypeORM or from a bare driver: the server's SQLSTATE, SQLite's result
 * code or Node's own; empty where there is none. Of several attempts to connect, the first one counts.
 */
export function codeOf(error: unknown): string {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : undefined;
  const code = driverField(error, 'code') ?? driverField(first, 'code');
  return typeof code === 'string' ? code : '';
}

/** The error of this package that an error is, or that TypeORM has put into one of its own. */
export function ownErrorIn(error: unknown): OrchestratorDbError | undefined {
  const inner = driverField(error, 'driverError');
  return [error, inner].find(isOwnError);
}
