import { randomBytes } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { databaseOf } from '../../databases/registry.js';
import { checkAgainst } from '../../drift/check-drift.js';
import type { AcceptedDrift } from '../../drift/accepted/accepted-file.js';
import type { DriftReport } from '../../drift/drift-report.js';
import type { GuardedDataSource } from '../../data-source.js';
import { SettingsError, UsageError } from '../../errors/base.js';
import { SeedFailedError } from '../../errors/seed.js';
import { LineLogger } from '../../logger.js';
import { migrateUp } from '../../migrator/migrate.js';
import { readOnlyFailure } from '../../migrator/read-only-failure.js';
import { describeChange } from '../../schema/describe-change.js';
import { parseSettings, type Settings } from '../../settings.js';
import { acceptedFor, warnOfStale, type AcceptedOption } from '../accepted.js';
import { connectWithin } from '../connect.js';
import type { Documents } from '../documents/index.js';
import { paint, type ExitCode, type Io, type ShowText } from '../io.js';
import { line } from '../line.js';
import { assertDirectFits, directSettings } from '../open.js';
import {
  allowancesIn,
  phasesIn,
  standbysIn,
  timeoutsIn,
  type AllowanceOptions,
  type PhaseOptions,
  type StandbyOptions,
  type TimeoutOptions,
} from '../options.js';
import { awaitingLines } from '../run-outcome.js';
import { printDocument } from '../print-document.js';
import { showProgress } from '../progress.js';
import type { CreateAdmin, Project } from '../project.js';
import { summariseTables, summaryLines } from '../table-summary.js';

/** The purpose of a database. */
type EnvironmentName = 'development' | 'production';

/** Options of `init`, as given. The options for contract revisions and for backfills are those of `up`. */
export interface InitOptions
  extends
    AllowanceOptions,
    AcceptedOption,
    StandbyOptions,
    Omit<PhaseOptions, 'contract'>,
    Pick<TimeoutOptions, 'backfillMaxLag' | 'backfillPause'> {
  readonly env: EnvironmentName;
  /** Seconds to wait for the server. */
  readonly wait: number;
  /** Seconds to wait for another process that migrates. */
  readonly lockWait: number;
  /** User name of the administrator to create. */
  readonly admin?: string;
  readonly json: boolean;
}

/** The document of `init`. */
export type InitReport = Documents['init'];

/** An administrator to create; a generated password is shown. */
interface AdminWish {
  readonly username: string;
  readonly password: string;
  readonly show: boolean;
}

/** An administrator to create, and the function for it, loaded before anything changes. */
interface Admin extends AdminWish {
  readonly create: CreateAdmin;
}

/** What every step of `init` uses. */
export interface InitStep<Source extends DataSource> {
  readonly options: InitOptions;
  readonly io: Io;
  readonly dataSource: Source;
  readonly accepted: AcceptedDrift | undefined;
  /** Prints a line for people. */
  readonly say: ShowText;
}

interface Context extends InitStep<GuardedDataSource> {
  readonly project: Project;
  readonly admin: Admin | undefined;
}

const SHORTEST_PASSWORD = 12;

/**
 * Prepares a database: waits for it, applies pending revisions, compares it with the entities, and then inserts the
 * first rows of the application. A second run changes nothing.
 *
 * @throws OrchestratorDbError; nothing is seeded unless the schema matches the entities
 */
export async function init(options: InitOptions, io: Io, project: Project): Promise<ExitCode> {
  phasesIn(options);
  const settings = settingsFor(options, io);
  const wish = await adminWish(options, settings, io);
  const admin = wish && { ...wish, create: await project.loadAdmins() };
  const accepted = await acceptedFor(options);
  const say = options.json ? io.err : io.out;
  const dataSource = await project.createDataSource(settings, new LineLogger(settings.logLevel, io.err));
  say(`${options.env} database ${settings.database.shown}`);
  await connectWithin(dataSource, options.wait * 1000, io);
  try {
    await assertDirectFits(dataSource, { io, project });
    const report = await bringUp({ options, io, project, dataSource, admin, accepted, say });
    if (options.json) printDocument(io, 'init', report);
    return report.status === 'ready' ? 0 : 2;
  } catch (error) {
    const readOnly = await readOnlyFailure(dataSource, error, 'Applied revisions stay applied.');
    if (readOnly) throw readOnly;
    const database = databaseOf(dataSource);
    throw database.typedError(database.place(dataSource), error);
  } finally {
    await dataSource.destroy();
  }
}

function settingsFor(options: InitOptions, io: Io): Settings {
  const settings = parseSettings(io.env);
  if (options.env === 'production' && !settings.databaseGiven) {
    throw new SettingsError(
      'DATABASE_URL',
      'is not set, and production has no default',
      'postgres://user:password@host:5432/orchestrator',
    );
  }
  return directSettings(settings);
}

/** The administrator, read before anything changes, so that a missing password leaves no partial work. */
async function adminWish(options: InitOptions, settings: Settings, io: Io): Promise<AdminWish | undefined> {
  const { adminPassword } = settings;
  if (options.env === 'development') {
    const password = adminPassword ?? randomBytes(15).toString('base64url');
    return { username: options.admin ?? 'admin', password, show: adminPassword === undefined };
  }
  if (options.admin === undefined) return undefined;
  const password = adminPassword ?? (await io.readInput?.())?.replace(/\r?\n$/, '') ?? '';
  if (password.length < SHORTEST_PASSWORD) {
    throw new UsageError(
      `--admin requires a password of at least ${SHORTEST_PASSWORD} characters, in ADMIN_PASSWORD or on standard input: ` +
        `printf %s "$PASSWORD" | npm run db:init -- --env production --admin ${options.admin}`,
    );
  }
  return { username: options.admin, password, show: false };
}

async function bringUp(context: Context): Promise<InitReport> {
  const { applied, ...waited } = await applyPending(context);
  const drift = await compareSchema(context, ', nothing is seeded');
  const ready = drift.status === 'in-sync';
  const seeded = ready ? await seed(context) : [];
  const admin = ready ? await makeAdmin(context) : null;
  const tables = ready ? await summariseTables(context.dataSource) : [];
  for (const row of summaryLines(ready ? tables : [])) if (ready) context.say(`  ${row}`);
  if (ready && applied.length + seeded.length === 0 && !admin?.created)
    context.say('nothing to do: the database is up to date');
  const { settings } = context.dataSource;
  return {
    status: ready ? 'ready' : 'drifted',
    environment: context.options.env,
    dialect: drift.dialect,
    database: settings.database.shown,
    applied,
    ...waited,
    ...differencesIn(drift),
    seeded,
    admin,
    tables,
  };
}

/** Applies the pending revisions. */
export async function applyPending({
  options,
  dataSource,
  io,
  say,
}: InitStep<DataSource>): Promise<Pick<InitReport, 'applied' | 'standbys'>> {
  const progress = showProgress(io, say);
  try {
    const {
      done,
      standbys,
      awaitingContract = [],
    } = await io.whileStoppable((signal) =>
      migrateUp(dataSource, {
        allow: allowancesIn(options),
        lockWaitMs: options.lockWait * 1000,
        ...standbysIn(options),
        ...phasesIn(options),
        ...timeoutsIn(options),
        clock: io,
        signal,
        onEvent: progress.onEvent,
      }),
    );
    for (const words of awaitingLines({ awaitingContract })) say(words);
    if (done.length === 0) say('no pending revision');
    const applied = done.map(({ id, durationMs }) => ({ id, durationMs }));
    return standbys === undefined ? { applied } : { applied, standbys };
  } finally {
    progress.stop();
  }
}

/**
 * Compares the schema with the entities and reports the differences.
 *
 * @param consequence of a difference, after their number
 */
export async function compareSchema(
  { accepted, dataSource, io, say }: InitStep<DataSource>,
  consequence: string,
): Promise<DriftReport> {
  const report = await checkAgainst(dataSource, { accepted });
  if (accepted) warnOfStale(report, accepted.file, say);
  if (report.status === 'in-sync')
    say(line`schema ${paint(io, 'good', 'in sync')} with the entities (${report.tables} tables)`);
  else say(line`schema ${paint(io, 'bad', 'drifted')}: ${report.changes.length} difference(s)${consequence}`);
  for (const change of report.changes) say(`  ${describeChange(change)}`);
  for (const { change, reason } of report.accepted) say(`  accepted (${reason}): ${describeChange(change)}`);
  return report;
}

/** The differences, as data. */
export function differencesIn({ changes, accepted }: DriftReport): Pick<InitReport, 'changes' | 'accepted'> {
  return {
    changes: changes.map(dataOf),
    accepted: accepted.map(({ change, reason }) => ({ ...dataOf(change), reason })),
  };
}

function dataOf(change: DriftReport['changes'][number]): InitReport['changes'][number] {
  return { kind: change.kind, table: change.table, message: describeChange(change) };
}

async function seed({ options, project, dataSource, say }: Context): Promise<readonly string[]> {
  if (options.env !== 'development') return [];
  const { inserted, existing } = await project.seed(dataSource.manager).catch((error: unknown) => {
    throw seedFailure(dataSource, error);
  });
  if (inserted.length > 0) say(`seeded ${inserted.join(', ')}`);
  if (existing.length > 0) say(`seeds already present: ${existing.join(', ')}`);
  return inserted;
}

/** A column that a revision has just made required is the usual cause. */
function seedFailure(dataSource: DataSource, error: unknown): unknown {
  return databaseOf(dataSource).errorKind(error) === 'constraint' ? new SeedFailedError(error) : error;
}

async function makeAdmin({ admin, dataSource, say }: Context): Promise<InitReport['admin']> {
  if (!admin) return null;
  const created = await admin.create(dataSource.manager, admin.username, admin.password);
  if (!created) say(`administrator "${admin.username}" already exists, not changed`);
  else if (admin.show)
    say(`created administrator "${admin.username}", password ${admin.password} (shown only once)`);
  else say(`created administrator "${admin.username}"`);
  return { username: admin.username, created };
}
