import { StructureNotKeptError } from '../../../errors/rebuild.js';
import { valueLiteral } from '../../../sql/quote.js';
import { readSqliteStatement, type SqliteStatement } from '../../../sql/sqlite-statement.js';
import type { RunningRevision } from '../../running-revision.js';
import type { Session } from '../../session.js';
import { lostParts } from './lost-parts.js';
import type { Part } from './part.js';
import { TableNames, type DroppedTable } from './table-names.js';
import { withoutNumbers } from './row-numbers.js';
import { tableParts } from './table-parts.js';

type Query = (sql: string) => Promise<unknown>;

/** Sends a statement. */
type Sending = (sql: string, send: () => Promise<unknown>) => Promise<unknown>;

/** The revision, and what its run has done before. */
interface RunState {
  readonly running: RunningRevision | undefined;
  /** All revisions: instances of their classes. */
  readonly migrations: readonly object[];
  /** Tables that the run has created, in lower case; the body adds its own. */
  readonly created: Set<string>;
}

/** The parts of a table when it was dropped. */
interface FormerStructure extends DroppedTable {
  readonly parts: readonly Part[];
}

/**
 * Runs the body of a revision. A table that is dropped and exists again at the end was rebuilt. The new one must have
 * all parts of the old one: columns, constraints, defaults and all else that CREATE TABLE specifies.
 *
 * @throws StructureNotKeptError so that the transaction is rolled back
 */
export async function keepingStructure(
  session: Session,
  { running, migrations, created }: RunState,
  body: () => Promise<void>,
): Promise<void> {
  const query = session.below();
  const failing = { running, migrations, textOf: (table: string) => textOf(query, table) };
  const sending: Sending = (sql, send) =>
    send().catch(async (error: unknown) => {
      throw await withoutNumbers(error, { ...failing, sql });
    });
  const dropped = await watchDrops({ session, query, created, sending }, body);
  for (const { names, parts } of dropped) {
    const found = await newTable(query, names);
    if (!found) continue;
    const table = { names, after: tableParts(found.sql, names) };
    const lost = lostParts(parts, table, { running, migrations });
    if (lost.length > 0) throw new StructureNotKeptError(found.name, lost);
  }
}

/** Runs a body; returns the tables of the live database that it has dropped. */
async function watchDrops(
  {
    session,
    query,
    created,
    sending,
  }: Pick<RunState, 'created'> & {
    readonly session: Session;
    readonly query: Query;
    readonly sending: Sending;
  },
  body: () => Promise<void>,
): Promise<readonly FormerStructure[]> {
  const tables = new TableNames(created);
  const dropped: FormerStructure[] = [];
  const stopWatching = session.watch(async (sql, send) => {
    const statement = readSqliteStatement(sql);
    const isThere = /\bEXISTS\b/i.test(sql) && (await createsNothing(query, statement));
    const text = statement?.kind === 'drop-table' ? await textOf(query, statement.table) : undefined;
    const result = await sending(sql, send);
    const table = isThere ? undefined : tables.read(statement);
    if (table && text !== undefined) dropped.push({ ...table, parts: tableParts(text, table.names) });
    return result;
  });
  try {
    await body();
  } finally {
    stopWatching();
  }
  return dropped;
}

/** Whether a statement creates a table that already exists. */
async function createsNothing(query: Query, statement: SqliteStatement | undefined): Promise<boolean> {
  return statement?.kind === 'create-table' && (await textOf(query, statement.table)) !== undefined;
}

/** The table that has one of the names now, the newest name first. */
async function newTable(
  query: Query,
  names: readonly string[],
): Promise<{ readonly name: string; readonly sql: string } | undefined> {
  for (const name of names.toReversed()) {
    const sql = await textOf(query, name);
    if (sql !== undefined) return { name, sql };
  }
  return undefined;
}

/** SQLite changes the text of a table with each ALTER TABLE, so the text is complete. */
async function textOf(query: Query, table: string): Promise<string | undefined> {
  const rows = (await query(
    `SELECT sql FROM main.sqlite_schema WHERE type = 'table' AND name = ${valueLiteral(table)} COLLATE NOCASE`,
  )) as readonly { readonly sql: string }[];
  return rows[0]?.sql;
}
