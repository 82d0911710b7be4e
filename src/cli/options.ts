import { InvalidArgumentError, Option, type Command } from 'commander';
import type { ExitCode } from './io.js';
import { UsageError } from '../errors/base.js';
import type { Allowances } from '../migrator/plan.js';
import type { RunOptions } from '../migrator/run-context.js';
import type { RunLimits } from '../migrator/run-limits.js';
import type { CommandContext } from './open.js';

/** The program that commands are added to, and what they use. */
export interface Registry {
  readonly program: Command;
  readonly context: CommandContext;
  /** Takes a command's exit code. */
  readonly settle: (code: ExitCode) => void;
}

/** Adds a command. */
export type AddCommand = (registry: Registry) => void;

/** Options of `withAllowances`, as given. */
export interface AllowanceOptions {
  readonly allowEdited: boolean;
  readonly allowOutOfOrder: boolean;
  readonly allowMissing: boolean;
}

const LOCK_WAIT_SECONDS = 60;

/** Adds the option that names the DataSource of another project. */
export function withDataSource(command: Command): Command {
  return command.option(
    '-d, --data-source <file>',
    'a file or module that exports one TypeORM DataSource (required outside of orchestrator-db)',
  );
}

/** Adds the option for the folder of existing revisions. */
export function withFolder(command: Command): Command {
  return command.option(
    '--dir <folder>',
    'the folder of the revision (default: where the DataSource finds its migrations)',
  );
}

/** Adds the options for the place and the form of new files. */
export function withPlace(command: Command): Command {
  return command
    .option(
      '--dir <folder>',
      'the folder for the new file (default: where the DataSource finds its migrations)',
    )
    .addOption(
      new Option('--format <format>', 'write a class of this package, or a plain migration of TypeORM')
        .choices(['revision', 'typeorm'])
        .default('revision'),
    );
}

const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1000,
  min: 60_000,
  h: 3_600_000,
  day: 86_400_000,
  days: 86_400_000,
};

/** An instant: in ISO 8601, or how long before now. */
export function since(value: string): Date {
  const [, count, unit = ''] = /^(\d{1,6}) ?([a-z]+)$/.exec(value) ?? [];
  const ms = UNIT_MS[unit];
  if (count !== undefined && ms !== undefined) return new Date(Date.now() - Number(count) * ms);
  const date = new Date(/^\d{4}-\d{2}-\d{2}/.test(value) ? value : NaN);
  if (Number.isNaN(date.getTime()))
    throw new InvalidArgumentError(
      'It takes 2026-11-30, 2026-11-30T08:00:00Z, "30 min", "12 h" or "7 days".',
    );
  return date;
}

/** Adds the option --json. */
export function withJson(command: Command): Command {
  return command.option('--json', 'print one JSON document', false).allowExcessArguments(false);
}

/** Adds the option --lock-wait. */
export function withLockWait(command: Command): Command {
  return command.option(
    '--lock-wait <seconds>',
    'how long to wait while another process migrates',
    wholeSeconds,
    LOCK_WAIT_SECONDS,
  );
}

/** The option of `withStandbys`, as given. */
export interface StandbyOptions {
  /** Seconds. */
  readonly waitStandbys?: number;
}

/** Adds the option --wait-standbys. */
export function withStandbys(command: Command): Command {
  return command.option(
    '--wait-standbys <seconds>',
    'wait in the end until all standbys have replayed what was done (PostgreSQL)',
    seconds,
  );
}

/** The option in the form of the migrator. */
export function standbysIn({ waitStandbys }: StandbyOptions): Pick<RunOptions, 'waitStandbysMs'> {
  return waitStandbys === undefined ? {} : { waitStandbysMs: waitStandbys * 1000 };
}

/** Options of `withPhases`, as given. */
export interface PhaseOptions {
  readonly expand?: boolean;
  readonly contract?: boolean;
  readonly forceContract?: boolean;
  /** Seconds. */
  readonly drainWait?: number;
  /** Seconds. */
  readonly releaseTimeout?: number;
}

/** Adds the options for contract revisions. */
export function withGates(command: Command): Command {
  return command
    .option('--expand', 'apply no contract revision', false)
    .option(
      '--drain-wait <seconds>',
      'wait until no older release is connected, for contract revisions',
      seconds,
    )
    .option(
      '--release-timeout <seconds>',
      'how long a process counts after its last heartbeat (default: 600)',
      seconds,
    )
    .option('--force-contract', 'apply contract revisions although older releases may be connected', false);
}

/** The options in the form of the migrator. @throws UsageError */
export function phasesIn(
  options: PhaseOptions,
): Pick<RunOptions, 'phases' | 'drainWaitMs' | 'releaseTimeoutMs'> {
  const { expand, contract, drainWait, releaseTimeout } = options;
  if (expand && contract)
    throw new UsageError('--expand and --contract exclude each other: pass only one of them');
  if (expand && (drainWait !== undefined || options.forceContract))
    throw new UsageError(
      '--expand applies no contract revision: pass it without --drain-wait and --force-contract',
    );
  return {
    ...(expand ? { phases: 'expand' } : {}),
    ...(contract ? { phases: 'contract' } : {}),
    ...(drainWait === undefined ? {} : { drainWaitMs: drainWait * 1000 }),
    ...(releaseTimeout === undefined ? {} : { releaseTimeoutMs: releaseTimeout * 1000 }),
  };
}

/** Adds the --allow options, with which a run continues where it would stop. */
export function withAllowances(command: Command): Command {
  return command
    .option('--allow-edited', 'continue although an applied revision was edited', false)
    .option('--allow-out-of-order', 'apply pending revisions that are older than the current one', false)
    .option(
      '--allow-missing',
      'continue although the database has revisions that the code does not contain',
      false,
    );
}

/** Adds the options for the pace of generated backfills. */
export function withPace(command: Command): Command {
  return command
    .option(
      '--backfill-max-lag <seconds>',
      'a backfill waits while a standby lags by more; 0 does not wait (PostgreSQL; default: 1.5)',
      seconds,
    )
    .option(
      '--backfill-pause <seconds>',
      'how long a backfill pauses after each batch of 2,000 rows (PostgreSQL; default: 0)',
      seconds,
    );
}

/** Options for time-outs and for the pace of backfills, seconds, as given. */
export interface TimeoutOptions {
  readonly lockTimeout?: number;
  readonly statementTimeout?: number;
  readonly backfillMaxLag?: number;
  readonly backfillPause?: number;
}

/** The time-outs in the form of the migrator. */
export function timeoutsIn(options: TimeoutOptions): Partial<RunLimits> {
  const { lockTimeout, statementTimeout, backfillMaxLag, backfillPause } = options;
  return {
    ...(lockTimeout === undefined ? {} : { lockTimeoutMs: lockTimeout * 1000 }),
    ...(statementTimeout === undefined
      ? {}
      : { statementTimeoutMs: statementTimeout * 1000, nonTransactionalTimeoutMs: statementTimeout * 1000 }),
    ...(backfillMaxLag === undefined ? {} : { backfillMaxLagMs: backfillMaxLag * 1000 }),
    ...(backfillPause === undefined ? {} : { backfillPauseMs: backfillPause * 1000 }),
  };
}

/** The allowances in the form of the migrator. */
export function allowancesIn(options: AllowanceOptions & Pick<PhaseOptions, 'forceContract'>): Allowances {
  return {
    edited: options.allowEdited,
    outOfOrder: options.allowOutOfOrder,
    missing: options.allowMissing,
    ...(options.forceContract ? { forceContract: true } : {}),
  };
}

/** @throws InvalidArgumentError */
export function wholeSeconds(text: string): number {
  if (!/^\d{1,5}$/.test(text)) throw new InvalidArgumentError('Use a whole number of seconds, up to 99999.');
  return Number(text);
}

/** @throws InvalidArgumentError */
export function positiveNumber(text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new InvalidArgumentError('Use a whole number from 1 to 9999999.');
  return Number(text);
}

/** @throws InvalidArgumentError */
export function seconds(text: string): number {
  if (!/^\d{1,5}(\.\d{1,3})?$/.test(text))
    throw new InvalidArgumentError('Use a number of seconds, 0.5 for example, up to 99999.');
  return Number(text);
}
