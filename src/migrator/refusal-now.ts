import { isOwnError } from '../errors/base.js';
import type { Context } from './run-context.js';
import { readState } from './state.js';

/** What an event trigger does to new tables, row-level security for example, shows only when they are there. */
export async function refusalNow({ project, session }: Context, error: unknown): Promise<unknown> {
  const { dialect, tables } = project;
  if (dialect.isRetryable(error) || dialect.sqlState(error) === undefined) return undefined;
  try {
    await dialect.assertPrivileges(session, tables);
    await readState(project, session);
    return undefined;
  } catch (refusal) {
    return isOwnError(refusal) ? refusal : undefined;
  }
}
