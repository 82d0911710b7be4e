import { databaseNamed } from '../databases/registry.js';
import type { Session } from '../databases/session.js';
import { readRows } from './records/read-rows.js';

/** The note that reports show if a standby has answered. */
export const STANDBY_NOTE =
  'standby: this server may lag behind its primary, and it does not show a run in progress';

/** Whether the server that answers on a connection is a standby. */
export async function isStandby(session: Session): Promise<boolean> {
  const { standbySql } = databaseNamed(session.place.dialect).migration;
  const [row] = await readRows(session, `SELECT ${standbySql} AS "standby"`);
  return row?.['standby'] === true;
}
