import type { Session } from '../../databases/session.js';
import { databaseNamed } from '../../databases/registry.js';
import type { Row } from '../../databases/row.js';

/** The rows of one statement, read in a transaction that cannot write; see `Connections.readAll`. */
export async function readRows(session: Session, sql: string): Promise<readonly Row[]> {
  const [rows = []] = await databaseNamed(session.place.dialect).readAll(session)([sql]);
  return rows as readonly Row[];
}
