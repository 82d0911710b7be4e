/** What the table of heartbeats shows: whether a process can write into it, and which processes run. */

import type { Session } from '../databases/session.js';
import { contractRevisions } from '../databases/records/heartbeat-sql.js';
import { readRows } from './records/read-rows.js';
import { stampOf } from './revision.js';
import type { Project } from './state.js';

/** Whether a process can keep its heartbeat in a database. */
export interface Sight {
  /** `absent` also where nothing can be written: on a standby, in a database in memory. */
  readonly state: 'ready' | 'absent' | 'denied';
  /** Whether the applied contract revisions can be read. */
  readonly contracts: boolean;
  /** What to do where rights are missing. */
  readonly words?: string;
}

/** Looks whether a process can keep its heartbeat here. */
export async function sightOf(
  session: Session,
  { dialect, tables }: Pick<Project, 'dialect' | 'tables'>,
): Promise<Sight> {
  const [row = {}] = await readRows(session, dialect.heartbeatsSql(tables));
  const contracts = row['phases'] === 1;
  if (row['present'] !== 1 || row['standby'] === 1) return { state: 'absent', contracts };
  const { missing, role } = row;
  if (typeof missing !== 'string') return { state: 'ready', contracts };
  const grant = `GRANT ${missing} ON TABLE ${tables.heartbeats.sql} TO ${String(role)};`;
  return {
    state: 'denied',
    contracts,
    words: `The role ${String(role)} lacks ${missing} on the table ${tables.heartbeats.sql}, so this process has no heartbeat, and contract revisions do not wait for it. Run: ${grant}`,
  };
}

/** The newest applied contract revision that the code does not have and that came after it. */
export async function newerContract(
  session: Session,
  { database, tables, revisions }: Pick<Project, 'database' | 'tables' | 'revisions'>,
): Promise<string | undefined> {
  const rows = await readRows(session, contractRevisions(database.records, tables));
  const head = revisions.at(-1)?.stamp ?? 0;
  const known = new Set(revisions.map(({ id }) => id));
  return rows
    .map(({ revision }) => String(revision))
    .filter((id) => !known.has(id) && stampOf(id) > head)
    .sort((a, b) => stampOf(a) - stampOf(b))
    .at(-1);
}
