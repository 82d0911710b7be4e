import type { DataSource } from 'typeorm';
import { loadParser } from '../databases/postgres/parse/parser.js';
import { databaseOf } from '../databases/registry.js';
import type { DatabaseSizes } from '../databases/table-sizes.js';
import type { AcceptedDrift } from '../drift/accepted/accepted-file.js';
import { checkAgainst } from '../drift/check-drift.js';
import { acceptedJson, changesJson } from '../drift/report.js';
import { accessOf } from '../migrator/access.js';
import { onConnection } from '../migrator/connections.js';
import { loadRevisions } from '../migrator/load-revisions.js';
import { readRunPage } from '../migrator/run-history.js';
import { statementsOf, type KnownRevision } from '../migrator/revision.js';
import { statusOver, type Status } from '../migrator/status.js';
import { known } from './known.js';
import { hasMadeStatements, locksOf } from './locks.js';
import type { LiveDrift, LiveFacts, PendingWork } from './report.js';

/** How many of the newest runs a report has. */
const RUNS = 200;

/** What to read with. */
interface LiveOptions {
  /** Differences that are no drift. */
  readonly accepted: AcceptedDrift | undefined;
}

/** Reads the database of a connected DataSource; writes nothing. @throws what the status throws */
export async function readLive(dataSource: DataSource, options: LiveOptions): Promise<LiveFacts> {
  const database = databaseOf(dataSource);
  const access = accessOf(dataSource);
  const status = await statusOver(access);
  return {
    shown: database.shownDatabase(dataSource),
    dialect: database.name,
    status,
    history: await known(() => readRunPage(access, { limit: RUNS })),
    drift: await known(() => readDrift(dataSource, options)),
    sizes: await known(() => readSizes(dataSource)),
    pending: await known(() => pendingWork(dataSource, status)),
  };
}

async function readDrift(dataSource: DataSource, { accepted }: LiveOptions): Promise<LiveDrift> {
  const report = await checkAgainst(dataSource, { accepted });
  const { status, tables, uncomparable, unmanaged, accepted: allowed } = report;
  const both = { changes: changesJson(report), accepted: allowed.map(acceptedJson) };
  return { status, tables, uncomparable, unmanaged, ...both };
}

async function readSizes(dataSource: DataSource): Promise<DatabaseSizes | null> {
  const { tableSizes } = databaseOf(dataSource);
  return tableSizes === undefined ? null : onConnection(dataSource, tableSizes);
}

/** The parser is loaded only where something is pending and other sessions matter. */
async function pendingWork(dataSource: DataSource, status: Status): Promise<readonly PendingWork[]> {
  const { pending, awaitingContract = [] } = status;
  const wanted = [...pending.map((id) => ({ id, reason: null })), ...awaitingContract];
  const revisions = wanted.length === 0 ? [] : await loadRevisions(dataSource);
  const work: PendingWork[] = [];
  for (const { id, reason } of wanted) {
    const revision = revisions.find((one) => one.id === id);
    const description = revision?.description ?? '';
    work.push({ id, description, waitsFor: reason, ...(await locksFor(dataSource, revision)) });
  }
  return work;
}

async function locksFor(
  dataSource: DataSource,
  revision: KnownRevision | undefined,
): Promise<Pick<PendingWork, 'locks' | 'madeStatements'>> {
  const { name, capabilities } = databaseOf(dataSource);
  const statements = revision && statementsOf(revision, name, 'up');
  if (!capabilities.traffic || statements === undefined) return { locks: null, madeStatements: false };
  return {
    locks: locksOf(await loadParser(), statements),
    madeStatements: hasMadeStatements(statements),
  };
}
