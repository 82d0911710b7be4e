/** Declares the commands that look at a database: init, check, replicas, partitions, diagram; and eject and explain. */

import { Option } from 'commander';
import { withAccepted } from './accepted.js';
import type { CheckOptions } from './commands/check.js';
import type { DiagramOptions } from './commands/diagram.js';
import type { EjectOptions } from './commands/eject.js';
import type { InitOptions } from './commands/init.js';
import type { PartitionsOptions } from './commands/partitions.js';
import type { ReplicasOptions } from './commands/replicas.js';
import type { DataSourceOption } from './open.js';
import {
  wholeSeconds,
  withAllowances,
  withDataSource,
  withGates,
  withJson,
  withLockWait,
  withPace,
  withStandbys,
  type AddCommand,
  type Registry,
} from './options.js';

/** The commands about a database as a whole, by name. Each command loads its modules when it is called. */
export const DATABASE_COMMANDS: Readonly<Record<string, AddCommand>> = {
  init: addInit,
  check: addCheck,
  replicas: addReplicas,
  partitions: addPartitions,
  diagram: addDiagram,
  eject: addEject,
  explain: addExplain,
};

function addInit({ program, context, settle }: Registry): void {
  const command = program
    .command('init')
    .description('apply pending revisions, compare the schema with the entities, insert the first rows')
    .addOption(
      new Option('--env <environment>', 'purpose of the database')
        .choices(['development', 'production'])
        .default('development'),
    )
    .option('--wait <seconds>', 'how long to wait for the server', wholeSeconds, 30)
    .option(
      '--admin <name>',
      'create this administrator; the password comes from ADMIN_PASSWORD or standard input',
    );
  const all = withJson(
    withAccepted(withAllowances(withGates(withPace(withStandbys(withLockWait(withDataSource(command))))))),
  );
  all.action(async (options: InitOptions & DataSourceOption) => {
    const { dataSource } = options;
    if (dataSource !== undefined) {
      const { initOther } = await import('./commands/init-other.js');
      settle(await initOther(dataSource, options, context));
      return;
    }
    const { init } = await import('./commands/init.js');
    settle(await init(options, context.io, context.project));
  });
}

function addCheck({ program, context, settle }: Registry): void {
  const command = program
    .command('check')
    .description(
      'compare the live schema with the entities, and list pending revisions; change nothing in it',
    );
  withJson(
    withAccepted(withDataSource(command))
      .option('--strict', 'count objects that entities cannot declare as drift', false)
      .option('--ignore <name...>', 'unmanaged objects to skip; * matches any text', [])
      .option('--accept [name...]', 'record the differences of these objects, or all, as accepted')
      .option('--reason <text>', 'why --accept accepts them')
      .option('--prune', 'remove accepted differences that no longer exist', false)
      .option('--fresh', 'read the entities, although a build has recorded their schema', false)
      .option('--repair', 'print the SQL that would remove the differences; run nothing', false),
  ).action(async (options: CheckOptions) => {
    const { check } = await import('./commands/check.js');
    settle(await check(options, context));
  });
}

function addReplicas({ program, context, settle }: Registry): void {
  const command = program
    .command('replicas [forget] [id]')
    .description('print the connected processes of the application by release; forget one that is gone');
  withJson(withDataSource(command)).action(
    async (action: string | undefined, id: string | undefined, options: ReplicasOptions) => {
      const { replicas } = await import('./commands/replicas.js');
      settle(await replicas({ action, id }, options, context));
    },
  );
}

function addPartitions({ program, context, settle }: Registry): void {
  const command = program
    .command('partitions [keep|merge] [table]')
    .description(
      'print how far ahead the partitions of tables are; make the next ones, drop old ones, or merge all',
    )
    .option('--plan', 'with keep: print the statements; run nothing', false)
    .option('--detach', 'with keep: detach what is older than is kept, instead of dropping it', false)
    .option('--move-default', 'with keep: move rows of the default partition into new partitions', false)
    .option(
      '--split-first',
      'with keep: divide the first partition without a lower bound into periods',
      false,
    );
  withJson(withDataSource(command)).action(
    async (action: string | undefined, table: string | undefined, options: PartitionsOptions) => {
      const { partitions } = await import('./commands/partitions.js');
      settle(await partitions({ action, table }, options, context));
    },
  );
}

function addDiagram({ program, context, settle }: Registry): void {
  const command = program
    .command('diagram')
    .description('draw the tables, enums and relations of the entities, of a revision or of a database')
    .option('--at <revision>', 'draw the schema at a revision, on a scratch database')
    .option('--live', 'draw the database, which is only read', false)
    .option('--diff <A..B>', 'draw what differs; each a revision, base, head, entities or live')
    .option('--only <table...>', 'draw these tables; jobs+1 with those that have a relation with jobs')
    .addOption(
      new Option('--format <format>', 'draw SVG, or write text of Mermaid')
        .choices(['svg', 'mermaid'])
        .default('svg'),
    )
    .option('--output <file>', 'write into this file (default: standard output)');
  withJson(withDataSource(command)).action(async (options: DiagramOptions) => {
    const { diagram } = await import('./commands/diagram.js');
    settle(await diagram(options, context));
  });
}

function addEject({ program, context, settle }: Registry): void {
  const command = program
    .command('eject')
    .description(
      'print how to leave this package, and write the revisions as classes of TypeORM; run nothing',
    )
    .option('--out <folder>', 'write the classes into this folder')
    .addOption(
      new Option('--language <language>', 'of the classes; commonjs is JavaScript too')
        .choices(['typescript', 'javascript', 'commonjs'])
        .default('typescript'),
    );
  withJson(withDataSource(command)).action(async (options: EjectOptions) => {
    const { eject } = await import('./commands/eject.js');
    settle(await eject(options, context));
  });
}

function addExplain({ program, context, settle }: Registry): void {
  program
    .command('explain [code]')
    .description('print what an error code means and what to do; without a code, all codes')
    .action(async (code: string | undefined) => {
      const { explain } = await import('./commands/explain.js');
      settle(explain(code, context));
    });
}
