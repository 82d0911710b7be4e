/** Makes the next partitions of tables, and drops those that are older than is kept: one process at a time. */

import type { DataSource } from 'typeorm';
import type { LiveTable, Partitioning } from '../databases/partitioning.js';
import { databaseOf } from '../databases/registry.js';
import type { Session } from '../databases/session.js';
import { onConnection } from '../migrator/connections.js';
import { projectOf, type Project } from '../migrator/state.js';
import { deleteExpired, type ExpiredRows } from './delete-expired.js';
import { declaredTables, type DeclaredTable } from './declared.js';
import { asOnlyKeeper } from './one-keeper.js';
import type { Keeping } from './keeping.js';
import { keepTable } from './keep-table.js';
import type { KeptTable } from './plan-table.js';
import { planTable } from './plan-table.js';
import { declaredOf, rangePolicyOf } from './read-partitions.js';

/** What `partitions keep` does besides. */
export interface KeepOptions {
  /** Detaches what is older than is kept, and leaves it as tables; default false: it is dropped. */
  readonly detach?: boolean;
  /** Moves rows of the default partition into partitions of their own; default false. */
  readonly moveDefault?: boolean;
  /** Divides a first partition without a lower bound into periods; default false. */
  readonly splitFirst?: boolean;
  /** Only tells the statements; default false. */
  readonly plan?: boolean;
  /** Ends it between two statements. */
  readonly signal?: AbortSignal;
}

/** What was done with partitions. */
export interface KeepReport {
  /**
   * `busy`: another process keeps them, and they were left to it. `incomplete`: something was refused or failed, which the
   * tables list.
   */
  readonly status: 'kept' | 'planned' | 'busy' | 'incomplete';
  /** Who keeps them, where that is another process. */
  readonly holder?: string;
  readonly tables: readonly KeptTable[];
  /** Tables with `@Expires` whose expired rows were deleted. */
  readonly expired: readonly ExpiredRows[];
}

/**
 * Keeps the partitions by time of all entities that declare them, each in a transaction of its own; then deletes the rows
 * of entities with `@Expires` that have expired.
 *
 * @throws StandbyError, LockLostError, ConnectError, EntityPartitionError, EntityExpiresError
 */
export async function keepPartitions(dataSource: DataSource, options: KeepOptions = {}): Promise<KeepReport> {
  const kept = await keepPartitionsAt(dataSource, options);
  return { ...kept, expired: options.plan === true ? [] : await deleteExpired(dataSource, options.signal) };
}

/** What was done with partitions alone. */
type PartitionsReport = Omit<KeepReport, 'expired'>;

/**
 * Keeps the partitions by another clock.
 *
 * @param clock SQL for the present moment; default the clock of the server
 */
export async function keepPartitionsAt(
  dataSource: DataSource,
  options: KeepOptions,
  clock?: string,
): Promise<PartitionsReport> {
  const { partitioning } = databaseOf(dataSource);
  const declared = declaredTables(dataSource).filter((table) => rangePolicyOf(table));
  if (!partitioning || declared.length === 0)
    return { status: options.plan ? 'planned' : 'kept', tables: [] };
  const project = projectOf(dataSource);
  return onConnection(dataSource, (session) =>
    keepOn({ session, project, partitioning, declared, clock }, options),
  );
}

/** What a keeper works with. */
interface Context {
  readonly session: Session;
  readonly project: Project;
  readonly partitioning: Partitioning;
  readonly declared: readonly DeclaredTable[];
  readonly clock: string | undefined;
}

async function keepOn(context: Context, options: KeepOptions): Promise<PartitionsReport> {
  const { session, partitioning, declared, clock } = context;
  const live = await partitioning.read(session, declared, clock);
  const planned: KeptTable[] = [];
  for (const table of live) planned.push(await planTable(keepingOf(context, options, table)));
  if (options.plan === true) return { status: 'planned', tables: planned };
  if (planned.every(needsNothing)) return reportOf(planned.map(withoutStatements));
  return underLock(context, options);
}

/** What another keeper does meanwhile may look like a reason to refuse: that is decided under the lock. */
function needsNothing({ statements = [], refused }: KeptTable): boolean {
  return statements.length === 0 && refused.length === 0;
}

function withoutStatements({ statements, ...table }: KeptTable): KeptTable {
  return statements && statements.length > 0 ? { ...table, statements } : table;
}

async function underLock(context: Context, options: KeepOptions): Promise<PartitionsReport> {
  const { session, partitioning, declared, clock } = context;
  const result = await asOnlyKeeper(context, options.signal, async (signal) => {
    const kept: KeptTable[] = [];
    // What another keeper did before is no longer to be done.
    for (const live of await partitioning.read(session, declared, clock))
      kept.push(await keepTable(keepingOf(context, { ...options, signal }, live)));
    return kept;
  });
  return 'done' in result ? reportOf(result.done) : { status: 'busy', holder: result.holder, tables: [] };
}

function reportOf(tables: readonly KeptTable[]): PartitionsReport {
  return { status: tables.some(({ refused }) => refused.length > 0) ? 'incomplete' : 'kept', tables };
}

function keepingOf(context: Context, options: KeepOptions, live: LiveTable): Keeping {
  const { session, project, partitioning, declared } = context;
  const { detach = false, moveDefault = false, splitFirst = false } = options;
  const { signal = new AbortController().signal } = options;
  const found = declaredOf(declared, live);
  const policy = rangePolicyOf(found);
  if (!policy) throw new Error(`${live.table} is not partitioned by time`);
  const { dialect } = project;
  return {
    session,
    dialect,
    partitioning,
    live,
    declared: found,
    policy,
    detach,
    moveDefault,
    splitFirst,
    signal,
  };
}
