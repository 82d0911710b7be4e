/** The ids of pending revisions, or why they cannot be read. Explains no drift. */

import { messageOf } from '../errors/base.js';
import { RecordsReplicatedError } from '../errors/records.js';
import { CitusWorkerError, RecordsHiddenError, RowSecurityError } from '../errors/server.js';
import { pendingOver, type PendingRevisions } from '../migrator/migrate.js';
import { readRows } from '../migrator/records/read-rows.js';
import { quoteIdentifier } from '../sql/quote.js';
import type { Uncomparable } from '../schema/model.js';
import type { CheckSubject } from './subject.js';

/** What is known of revisions that are in the code only, or in newer code. */
interface Pending extends PendingRevisions {
  /** The list of applied revisions, if it cannot be read. */
  readonly uncomparable: readonly Uncomparable[];
}

/** What explains why the list says nothing of this database. */
const UNREADABLE = [RowSecurityError, RecordsHiddenError, RecordsReplicatedError, CitusWorkerError];

/**
 * The pending revisions. TypeORM treats a list that the role may not read as missing, and so every revision as pending;
 * this function reports the unreadable list instead.
 *
 * @param listed whether the database has a list of applied revisions
 */
export async function readPending(subject: CheckSubject, listed: boolean): Promise<Pending> {
  const { revisions, declared } = subject.access.project();
  const table = declared.migrations.name;
  const denial = listed && revisions.length > 0 ? await denialOf(subject) : undefined;
  try {
    if (denial === undefined) return { ...(await pendingOver(subject.access)), uncomparable: [] };
    return unreadable(table, denial);
  } catch (error) {
    if (UNREADABLE.some((kind) => error instanceof kind)) return unreadable(table, messageOf(error));
    throw error;
  }
}

function unreadable(table: string, why: string): Pending {
  const reason = `the list of applied revisions cannot be read: ${why}`;
  return {
    ...{ pending: [], partly: [], awaitingContract: [], newer: [] },
    uncomparable: [{ kind: 'table', table, object: table, desired: null, live: null, reason }],
  };
}

async function denialOf({ database, access, defaultSchema }: CheckSubject): Promise<string | undefined> {
  const { schema, migrations } = access.project().declared;
  const path = [schema ?? defaultSchema(), migrations.name].filter((part) => part !== '');
  const name = path.map(quoteIdentifier).join('.');
  try {
    await access.onSession((session) => readRows(session, `SELECT 1 FROM ${name} LIMIT 0`));
    return undefined;
  } catch (error) {
    if (database.errorKind(error) === 'denied') return deniedWords(error);
    throw error;
  }
}

function deniedWords(error: unknown): string {
  return `${messageOf(error)}. To list the pending revisions, the role needs SELECT on the tables of the records and USAGE on their schema`;
}
