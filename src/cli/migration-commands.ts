/** Declares the commands for revisions: up, down, status, history, stamp, create, generate, lint and others. */

import { Option, type Command } from 'commander';
import type { BuildOptions } from './commands/build.js';
import type { CreateOptions } from './commands/create.js';
import type { HistoryOptions } from './commands/history.js';
import type { LintCommandOptions } from './commands/lint.js';
import type { MigrateCommandOptions } from './commands/migrate.js';
import type { RebaseOptions } from './commands/rebase.js';
import type { BaselineOptions } from './commands/baseline.js';
import type { SquashOptions } from './commands/squash.js';
import { withAccepted } from './accepted.js';
import { addGenerate } from './generate-command.js';
import type { StampOptions } from './commands/stamp.js';
import type { StatusOptions } from './commands/status.js';
import {
  positiveNumber,
  seconds,
  since,
  withAllowances,
  withDataSource,
  withFolder,
  withGates,
  withJson,
  withLockWait,
  withPace,
  withPlace,
  withStandbys,
  type AddCommand,
  type Registry,
} from './options.js';

/** How many runs `history` shows by default. */
const HISTORY_LIMIT = 20;

/** The commands about revisions, by name. Each command loads its modules when it is called. */
export const MIGRATION_COMMANDS: Readonly<Record<string, AddCommand>> = {
  generate: addGenerate,
  create: addCreate,
  rebase: addRebase,
  status: addStatus,
  history: addHistory,
  up: (registry) => {
    addMigrate(registry, 'up', {
      description: 'apply pending revisions; target: head (default), a revision, +N, or A..B with --sql',
    });
  },
  down: (registry) => {
    addMigrate(registry, 'down', {
      description: 'revert applied revisions; target: -1 (default), -N, base, or the revision to return to',
    });
  },
  stamp: addStamp,
  lint: addLint,
  build: addBuild,
  squash: addSquash,
  baseline: addBaseline,
};

function addCreate({ program, context, settle }: Registry): void {
  const command = program
    .command('create <name>')
    .description('write an empty revision and add it to the list; name in PascalCase');
  withJson(withPlace(withDataSource(command))).action(async (name: string, options: CreateOptions) => {
    const { create } = await import('./commands/create.js');
    settle(await create(name, options, context));
  });
}

function addRebase({ program, context, settle }: Registry): void {
  const command = program
    .command('rebase <revision>')
    .description('give a revision that is not applied a stamp after all others, proved there');
  withJson(withFolder(withDataSource(command))).action(async (path: string, options: RebaseOptions) => {
    const { rebase } = await import('./commands/rebase.js');
    settle(await rebase(path, options, context));
  });
}

function addStatus({ program, context, settle }: Registry): void {
  const command = program
    .command('status')
    .description('print current and head, and the pending, applied, missing and edited revisions')
    .option('--all', 'print every applied revision; the default is the newest ones', false);
  withJson(withDataSource(command)).action(async (options: StatusOptions) => {
    const { status } = await import('./commands/status.js');
    settle(await status(options, context));
  });
}

function addHistory({ program, context, settle }: Registry): void {
  const command = program
    .command('history')
    .description('print the newest runs with every attempt, newest first')
    .option('--limit <number>', 'how many runs to print', positiveNumber, HISTORY_LIMIT)
    .option(
      '--since <time>',
      'print runs since then: a date, an instant, or "12 h", "7 days" before now',
      (value) => since(value, context.io.today()),
    )
    .option('--failed', 'print only runs that did not complete', false);
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
  const named = program.command(`${direction} [target]`).description(description);
  const command = direction === 'up' ? withGates(withContract(withStandbys(named))) : named;
  withJson(withAllowances(withLimits(withPlan(withDataSource(command))))).action(
    async (target: string | undefined, options: MigrateCommandOptions) => {
      const { migrate } = await import('./commands/migrate.js');
      settle(await migrate({ direction, target }, options, context));
    },
  );
}

function withContract(command: Command): Command {
  return command.option(
    '--contract',
    'apply contract revisions only; exit code 3 where they may not run yet',
    false,
  );
}

function withPlan(command: Command): Command {
  return command
    .option('--plan', 'print the plan with its statements; run nothing', false)
    .option('--sql', 'print a script for psql or sqlite3; connect to no database', false)
    .addOption(new Option('--dialect <dialect>', 'dialect of the script').choices(['postgres', 'sqlite']));
}

function withLimits(command: Command): Command {
  return withPace(withLockWait(command))
    .option(
      '--lock-timeout <seconds>',
      'how long a statement may wait for a lock (PostgreSQL; default: 3)',
      seconds,
    )
    .option(
      '--statement-timeout <seconds>',
      'how long a statement may run (PostgreSQL; default: no limit)',
      seconds,
    );
}

function addStamp({ program, context, settle }: Registry): void {
  const command = program
    .command('stamp <target>')
    .description('record that the database is at head, base or a revision; run nothing')
    .option('--force', 'record head although the schema differs from the entities', false);
  withJson(withAccepted(withLockWait(withDataSource(command)))).action(
    async (target: string, options: StampOptions) => {
      const { stamp } = await import('./commands/stamp.js');
      settle(await stamp(target, options, context));
    },
  );
}

function addLint({ program, context, settle }: Registry): void {
  const command = program
    .command('lint [revision...]')
    .description('report dangerous statements in all revisions or the named ones')
    .option('--after <revision>', 'check only the revisions after this one')
    .option('--new', 'check only the revisions that the database has not applied', false)
    .option('--since <ref>', 'check only the revisions that differ from a git ref, main for example')
    .addOption(
      new Option('--format <format>', 'print text, SARIF 2.1.0, or commands of GitHub Actions')
        .choices(['text', 'sarif', 'github'])
        .default('text'),
    );
  withJson(withDataSource(command)).action(async (names: string[], options: LintCommandOptions) => {
    const { lint } = await import('./commands/lint.js');
    settle(await lint(names, options, context));
  });
}

function addBuild({ program, context, settle }: Registry): void {
  const command = program
    .command('build')
    .description('write the manifest of a compiled DataSource, with which commands start without TypeORM');
  withJson(withDataSource(command)).action(async (options: BuildOptions) => {
    const { build } = await import('./commands/build.js');
    settle(await build(options, context));
  });
}

function addSquash({ program, context, settle }: Registry): void {
  const command = program
    .command('squash <range> [name]')
    .description('write one revision in the place of A..B, proved on scratch databases; name in PascalCase')
    .option('--remove', 'delete the files of the replaced revisions', false)
    .option('--allow-locks', 'allow locks that one transaction holds longer than several', false);
  withJson(withPlace(withDataSource(command))).action(
    async (range: string, name: string | undefined, options: SquashOptions) => {
      const { squash } = await import('./commands/squash.js');
      settle(await squash(range, name, { options, context }));
    },
  );
}

function addBaseline({ program, context, settle }: Registry): void {
  const command = program
    .command('baseline [name]')
    .description(
      'write one revision that creates the schema of the entities, in the place of all recorded ones',
    )
    .option(
      '--from-database',
      'take the schema of the database as it is, and not that of the entities',
      false,
    )
    .option('--remove', 'delete the files of the replaced revisions', false);
  withJson(withAccepted(withPlace(withDataSource(command)))).action(
    async (name: string | undefined, options: BaselineOptions) => {
      const { baseline } = await import('./commands/baseline.js');
      settle(await baseline(name, options, context));
    },
  );
}
