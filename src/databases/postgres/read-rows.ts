import type { Session } from '../session.js';
import type { Row } from '../row.js';
import { readAll } from './connection.js';

/** The rows of one statement, read in a transaction that cannot write; see `Connections.readAll`. */
export async function readRows(session: Session, sql: string): Promise<readonly Row[]> {
  const [rows = []] = await readAll(session)([sql]);
  return rows as readonly Row[];
}
