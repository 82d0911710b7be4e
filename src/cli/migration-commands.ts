import { Option, type Command } from 'commander';
import type { CreateOptions } from './commands/create.js';
import type { GenerateOptions } from './commands/generate.js';
import type { HistoryOptions } from './commands/history.js';
import type { LintCommandOptions } from './commands/lint.js';
import type { MigrateCommandOptions } from './commands/migrate.js';
import type { StampOptions } from './commands/stamp.js';
import type { StatusOptions } from './commands/status.js';
import {
  positiveNumber,
  seconds,
  withAllowances,
  withDataSource,
  withJson,
  withLockWait,
  type Registry,
} from './options.js';

/** How many runs `history` shows unless it is called with another number. */
const HISTORY_LIMIT = 20;

/** The commands about revisions. What a command needs is loaded when it is called, not before. */
export function addMigrationCommands(registry: Registry): void {
  addGenerate(registry);
  addCreate(registry);
  addStatus(registry);
  addHistory(registry);
  addMigrate(registry, 'up', {
    description: 'apply pending revisions; target: head (default), a revision, +N, or A..B with --sql',
  });
  addMigrate(registry, 'down', {
    description: 'revert applied revisions; target: -1 (default), -N, base, or the revision to come back to',
  });
  addStamp(registry);
  addLint(registry);
}

function addGenerate({ program, context, settle }: Registry): void {
  const command = program
    .command('generate [name]')
    .description('write the revision that the entities need, proved on scratch databases; name in PascalCase')
    .option(
      '--rename <table.old:new>',
      'a column (or table.column.old:new, a value) is called otherwise now',
      listed,
      [],
    )
    .option('--rename-table <old:new>', 'a table is called otherwise now', listed, [])
    .option('--drop <table.column>', 'a column, or a table, is to be dropped with its data', listed, [])
    .option('--backfill <table.column=expression>', 'SQL for the value that rows that exist get', listed, [])
    .option('--time-zone <table.column=zone>', 'the time zone of values whose type has none: UTC', listed, [])
    .option('--using <table.column=expression>', 'SQL that converts values to the new type', listed, [])
    .option(
      '--using-down <table.column=expression>',
      'SQL that converts them back on the way down',
      listed,
      [],
    )
    .option('--allow-rewrite', 'tables may be written anew, and are locked meanwhile', false)
    .option('--count-rows', 'with what was not said, count the rows of DATABASE_URL that hold data', false)
    .option('--check', 'only tell whether a revision is missing: exit code 2', false)
    .option('--sql', 'show the statements, write nothing', false);
  withJson(withDataSource(command)).action(async (name: string | undefined, options: GenerateOptions) => {
    const { generate } = await import('./commands/generate.js');
    settle(await generate(name, options, context));
  });
}

function listed(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

function addCreate({ program, context, settle }: Registry): void {
  const command = program
    .command('create <name>')
    .description('write an empty revision for both dialects, and list it; name in PascalCase');
  withJson(command).action(async (name: string, options: CreateOptions) => {
    const { create } = await import('./commands/create.js');
    settle(await create(name, options, context));
  });
}

function addStatus({ program, context, settle }: Registry): void {
  const command = program
    .command('status')
    .description('show current, head, applied, pending, missing and edited revisions, and failed attempts');
  withJson(withDataSource(command)).action(async (options: StatusOptions) => {
    const { status } = await import('./commands/status.js');
    settle(await status(options, context));
  });
}

function addHistory({ program, context, settle }: Registry): void {
  const command = program
    .command('history')
    .description('show the newest runs with every attempt, newest first')
    .option('--limit <number>', 'how many runs to show', positiveNumber, HISTORY_LIMIT);
  withJson(withDataSource(command)).action(async (options: HistoryOptions) => {
    const { history } = await import('./commands/history.js');
    settle(await history(options, context));
  });
}

function addMigrate(
  { program, context, settle }: Registry,
  direction: 'up' | 'down',
  { description }: { readonly description: string },
): void {
  const command = program.command(`${direction} [target]`).description(description);
  withJson(withAllowances(withLimits(withPlan(withDataSource(command))))).action(
    async (target: string | undefined, options: MigrateCommandOptions) => {
      const { migrate } = await import('./commands/migrate.js');
      settle(await migrate({ direction, target }, options, context));
    },
  );
}

function withPlan(command: Command): Command {
  return command
    .option('--plan', 'show what would run, with its statements, and run nothing', false)
    .option('--sql', 'print it as a script for psql or sqlite3, without a database', false)
    .addOption(new Option('--dialect <dialect>', 'what the script is for').choices(['postgres', 'sqlite']));
}

function withLimits(command: Command): Command {
  return withLockWait(command)
    .option(
      '--lock-timeout <seconds>',
      'how long a statement may wait for a lock; default 3, PostgreSQL',
      seconds,
    )
    .option(
      '--statement-timeout <seconds>',
      'how long a statement may run; default: no limit, PostgreSQL',
      seconds,
    );
}

function addStamp({ program, context, settle }: Registry): void {
  const command = program
    .command('stamp <target>')
    .description('record that the database is at head, base or a revision, and run nothing')
    .option('--force', 'record head although the schema is not what the entities say', false);
  withJson(withLockWait(withDataSource(command))).action(async (target: string, options: StampOptions) => {
    const { stamp } = await import('./commands/stamp.js');
    settle(await stamp(target, options, context));
  });
}

function addLint({ program, context, settle }: Registry): void {
  const command = program
    .command('lint [revision...]')
    .description('look for dangerous statements in all revisions, or those named; connects to nothing')
    .option('--after <revision>', 'only revisions that come after this one');
  withJson(withDataSource(command)).action(async (names: string[], options: LintCommandOptions) => {
    const { lint } = await import('./commands/lint.js');
    settle(await lint(names, options, context));
  });
}
