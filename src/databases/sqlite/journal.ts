import type { Session } from '../session.js';

/** The second one is all that a database in memory can have. */
const MODES = ['DELETE', 'MEMORY'] as const;

/**
 * Gives a connection a rollback journal where it has none. Without one, a ROLLBACK leaves a part of the changes, or a
 * file that is corrupt: https://www.sqlite.org/pragma.html#pragma_journal_mode
 *
 * @returns whether it had none, for the caller to put back
 * @throws Error where it cannot have one
 */
export async function ensureJournal(session: Session): Promise<boolean> {
  if ((await modeAfter(session, 'PRAGMA main.journal_mode')) !== 'off') return false;
  for (const mode of MODES)
    if ((await modeAfter(session, `PRAGMA main.journal_mode = ${mode}`)) !== 'off') return true;
  throw new Error('PRAGMA journal_mode is OFF and cannot be changed, so that no revision can be rolled back');
}

async function modeAfter(session: Session, pragma: string): Promise<string> {
  const [row] = await session.query(pragma);
  return String(row?.['journal_mode']).toLowerCase();
}
