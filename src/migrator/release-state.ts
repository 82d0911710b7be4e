/** What a plan needs of other releases: whether contract revisions may run, and what newer releases have applied. */

import type { Session } from '../databases/session.js';
import type { Change } from '../schema/change.js';
import { gateOf, isEmptied, readGates, type Gate, type GateOptions } from './gate.js';
import type { NewerRevision, ReleaseState } from './releases.js';
import { orderOf } from './order.js';
import { readRows } from './records/read-rows.js';
import { standingOf } from './standing.js';
import type { Project, State } from './state.js';

/** No round trip where no contract revision is pending and the code has all that is applied. */
export async function readRelease(
  project: Project,
  session: Session,
  { state, options }: { readonly state: State; readonly options: GateOptions },
): Promise<ReleaseState> {
  const { missing } = standingOf(state.history);
  const newer = await readNewer(project, session, state);
  const suited = newer.length === missing.length && newer.every(({ phase }) => phase === 'expand');
  return { ...(await readGatesOf(project, session, { state, options })), newer, suited };
}

/** The applied revisions that are newer than the code, with what is recorded of them. */
export async function readNewer(
  { tables }: Project,
  session: Session,
  { history, presence }: State,
): Promise<readonly NewerRevision[]> {
  const { missing, head } = standingOf(history);
  const { rank } = orderOf(history);
  const newer = missing.filter((id) => rank(id) > rank(head));
  if (newer.length === 0) return [];
  const rows = presence.phases
    ? await readRows(session, `SELECT "revision", "phase", "changes" FROM ${tables.phases.sql}`)
    : [];
  const recorded = new Map(rows.map((row) => [String(row['revision']), row]));
  return newer.map((id) => {
    const row = recorded.get(id);
    if (!row) return { id, phase: null, changes: [] };
    const phase = row['phase'] === 'contract' ? 'contract' : 'expand';
    return { id, phase, changes: JSON.parse(String(row['changes'])) as readonly Change[] };
  });
}

/** Whether each pending contract revision may run. */
async function readGatesOf(
  { tables, database }: Project,
  session: Session,
  { state, options }: { readonly state: State; readonly options: GateOptions },
): Promise<Pick<ReleaseState, 'gates' | 'isEmptied'>> {
  const { history, presence } = state;
  const { awaitingContract } = standingOf(history);
  if (awaitingContract.length === 0 || options.force)
    return { gates: new Map<string, Gate>(), isEmptied: false };
  const recorded = history.recorded.length > 0;
  const reading = await readGates(session, tables, { presence, recorded });
  const { youngMs } = database.records;
  const gates = awaitingContract.map(
    (revision) => [revision, gateOf(reading, { revision, youngMs }, options)] as const,
  );
  return { gates: new Map(gates), isEmptied: isEmptied(reading) };
}
