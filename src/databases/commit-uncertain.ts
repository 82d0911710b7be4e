import { isOwnError, messageOf } from '../errors/base.js';
import { codeOf } from './driver-error.js';

/** COMMIT was sent and no answer arrived: its outcome is unknown. */
export class CommitUncertain extends Error {}

/**
 * What to throw for a COMMIT that failed.
 *
 * @param isGone whether the session had ended before: then it cannot have committed
 */
export function commitFailure(error: unknown, isGone: boolean): unknown {
  return isGone || isRefusal(error) || isOwnError(error)
    ? error
    : new CommitUncertain(messageOf(error), { cause: error });
}

/** A server that answers with an SQLSTATE of its own, or SQLite, has not committed; 08 and 57P mean that it is gone. */
function isRefusal(error: unknown): boolean {
  const code = codeOf(error);
  return /^([0-9A-Z]{5}|SQLITE_\w+)$/.test(code) && !/^(08|57P|EPIPE$)/.test(code);
}
