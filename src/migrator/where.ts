import { databaseNamed } from '../databases/registry.js';
import type { ServerFacts } from '../databases/server-facts.js';
import type { Session } from '../databases/session.js';
import { readRows } from './records/read-rows.js';

/** The note that reports show if a standby has answered. */
export const STANDBY_NOTE =
  'standby: this server may lag behind its primary, and it does not show a run in progress';

/** The same for a worker of Citus. */
export const WORKER_NOTE =
  'Citus worker: local tables and the list of applied revisions are on the coordinator; look there';

const SINGLE_NOTE =
  'single session: all clients share one session, so up, down and stamp are refused; use up --sql';

/** What people should know of a server that is not a plain primary. */
export function serverNotes({ role, citus, subscriptions, singleSession }: ServerFacts): readonly string[] {
  return [
    ...(role === 'standby' ? [STANDBY_NOTE] : []),
    ...(citus === 'worker' ? [WORKER_NOTE] : []),
    ...(subscriptions ? [subscriberNote(subscriptions)] : []),
    ...(singleSession ? [SINGLE_NOTE] : []),
  ];
}

/** The same for a subscriber of a logical replication. */
export function subscriberNote(subscriptions: readonly string[]): string {
  return `subscriber: the subscription ${subscriptions.join(', ')} copies rows into this database, and no changes of the schema: migrate both databases`;
}

/** What a connection leads to, now. */
export async function readServer(session: Session): Promise<ServerFacts> {
  const { server } = databaseNamed(session.place.dialect);
  const [row = {}] = await readRows(session, `SELECT ${server.columns}`);
  return server.facts(session, row);
}
