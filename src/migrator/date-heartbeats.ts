/** Dates the table of heartbeats again where TRUNCATE, a restore or a job has emptied it. */

import { hostname } from 'node:os';
import { beginHeartbeats } from '../databases/records/sql.js';
import { messageOf } from '../errors/base.js';
import { toolName } from '../package-version.js';
import { valueLiteral } from '../sql/quote.js';
import type { Context } from './run-context.js';

/**
 * Writes the row of no replica again, so that contract revisions wait until the table has been there for a minute. It
 * needs no lock: a second process writes the same row, or none.
 */
export async function dateHeartbeats({ release, latest, project, session, emit }: Context): Promise<void> {
  if (release?.isEmptied !== true || latest?.server.role === 'standby') return;
  const { tables } = project;
  const own = { host: hostname(), pid: process.pid, tool: toolName() };
  try {
    await session.send([beginHeartbeats(tables, own, valueLiteral)]);
  } catch (error) {
    if (project.dialect.isDisconnected(error)) throw error;
    const { sql } = tables.heartbeats;
    const why = messageOf(error).replace(/\.$/, '');
    emit({
      kind: 'warning',
      message: `${sql} has lost its rows, and "up" could not write the row that dates it: ${why}. Contract revisions wait until a role that may INSERT into ${sql} runs "up".`,
    });
  }
}
