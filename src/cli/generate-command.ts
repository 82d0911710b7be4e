import type { Command } from 'commander';
import type { GenerateOptions } from './commands/generate.js';
import { withDataSource, withJson, withPlace, type Registry } from './options.js';

/** Declares `generate`, which has the most options. */
export function addGenerate({ program, context, settle }: Registry): void {
  const command = program
    .command('generate [name]')
    .description(
      'write the revision that the entities need, verified on scratch databases; name in PascalCase',
    )
    .option(
      '--rename <table.old:new>',
      'rename a column; table.column.old:new renames a value of an enum',
      listed,
      [],
    )
    .option('--rename-table <old:new>', 'rename a table', listed, [])
    .option('--drop <table.column>', 'drop a column or a table with its data', listed, [])
    .option(
      '--backfill <table.column=expression>',
      'SQL for the value of the column in existing rows',
      listed,
      [],
    )
    .option(
      '--time-zone <table.column=zone>',
      'time zone of existing values without one, UTC for example',
      listed,
      [],
    )
    .option(
      '--using <table.column=expression>',
      'SQL that converts existing values to the new type',
      listed,
      [],
    )
    .option(
      '--using-down <table.column=expression>',
      'SQL that converts them back when the revision is reverted',
      listed,
      [],
    )
    .option('--allow-rewrite', 'allow changes that rewrite a table and lock it meanwhile', false)
    .option('--answers <file>', 'read the answers from this file; a refusal writes its questions into it')
    .option('--count-rows', 'count the rows of DATABASE_URL that each unconfirmed change affects', false)
    .option('--check', 'report whether a revision is missing (exit code 2); write nothing', false);
  withJson(withPlace(withDataSource(withSteps(withProofs(withViews(command)))))).action(
    async (name: string | undefined, options: GenerateOptions) => {
      const { generate } = await import('./commands/generate.js');
      settle(await generate(name, options, context));
    },
  );
}

function withViews(command: Command): Command {
  return command
    .option('--sql', 'print the statements; write nothing', false)
    .option('--estimate', 'print how long the change takes on DATABASE_URL; write nothing', false);
}

function withProofs(command: Command): Command {
  return command
    .option('--thorough', 'verify the rows of every table, not only near the change', false)
    .option('--fresh', 'run the whole history again, and keep what it makes', false);
}

function withSteps(command: Command): Command {
  return command
    .option('--one-step', 'make the change in one step, not in expand and contract', false)
    .option(
      '--upsert-by <table.column>',
      'a renamed unique column by which the new release upserts before contract',
      listed,
      [],
    )
    .option('--phases', 'record that every deployed release knows expand and contract', false);
}

function listed(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}
