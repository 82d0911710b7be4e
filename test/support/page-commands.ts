import { Command, CommanderError } from 'commander';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assertNoPassword } from '../../src/cli/arguments.js';
import { addCommands } from '../../src/cli/main.js';
import type { CommandContext } from '../../src/cli/open.js';
import { blocksOf, commandsOf } from './pages.js';
import { root } from './root.js';

/** A command of ours in a page. */
export interface PageCommand {
  readonly page: string;
  /** As the page has it. */
  readonly words: string;
  /** The script of scripts/ that it runs. */
  readonly script: string;
  readonly args: readonly string[];
  /** Whether the page shows it fail. */
  readonly fails: boolean;
}

const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>;
};

/** The commands of ours in the blocks of a page, in order. */
export function ownCommandsOf(page: string): readonly PageCommand[] {
  const all = blocksOf(page).flatMap((block) => commandsOf(block));
  return all.flatMap(({ words, shown }) => {
    const fails = shown.some((line) => line.startsWith('error: '));
    return programsIn(words).flatMap((program) => {
      const own = ownScript(program);
      return own === undefined ? [] : [{ page, words, fails, ...own }];
    });
  });
}

const GAP = /<\w+>|\[|…|\.\.\.$/;

/** The commands of ours within the sentences and tables of a page, as far as they have no gaps to fill in. */
export function inlineCommandsOf(page: string): readonly PageCommand[] {
  const spans = [...readFileSync(join(root, page), 'utf8').matchAll(/(?<!`)`([^`\n]+)`(?!`)/g)];
  return spans.flatMap(([, words = '']) => {
    if (GAP.test(words)) return [];
    return programsIn(words).flatMap((program) => {
      const own = ownScript(program);
      return own === undefined ? [] : [{ page, words, fails: false, ...own }];
    });
  });
}

/**
 * Parses arguments with the commands and options of the real command line, and runs nothing.
 *
 * @throws CommanderError, UsageError
 */
export function parse(args: readonly string[]): void {
  assertNoPassword(args);
  const program = new Command('orchestrator-db').version('0.0.0').exitOverride().configureOutput(SILENT);
  // No action reaches it: each is replaced below.
  const registry = { program, context: {} as CommandContext, settle: () => undefined };
  addCommands(registry);
  for (const command of program.commands) command.action(() => undefined).configureOutput(SILENT);
  try {
    program.parse(args, { from: 'user' });
  } catch (error) {
    // Help and the version end it too.
    if (!(error instanceof CommanderError) || error.exitCode !== 0) throw error;
  }
}

const SILENT = { writeOut: () => undefined, writeErr: () => undefined };

/** A line of a shell as the programs that it runs, each a list of words without variables and redirections. */
function programsIn(line: string): readonly (readonly string[])[] {
  const programs: string[][] = [[]];
  for (const word of wordsOf(line))
    if (/^(&&|\|\||\||;)$/.test(word)) programs.push([]);
    else programs.at(-1)?.push(word);
  return programs.map((words) => {
    const redirected = words.findIndex((word) => /^[<>]+$/.test(word));
    return redirected < 0 ? words : words.slice(0, redirected);
  });
}

function wordsOf(line: string): readonly string[] {
  const words = line.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? [];
  return words.map((word) => word.replaceAll(/"([^"]*)"|'([^']*)'/g, '$1$2'));
}

/**
 * `npm run` and `npx` as the script that they run; undefined for other programs, and for scripts of tests and builds.
 */
function ownScript(words: readonly string[]): Pick<PageCommand, 'script' | 'args'> | undefined {
  const [program, ...rest] = words.slice(words.findIndex((word) => !/^\w+=/.test(word)));
  if (program === 'npx' && rest[0] === 'orchestrator-db') return { script: rest[0], args: rest.slice(1) };
  if (program !== 'npm' || rest[0] !== 'run') return undefined;
  const [name = '', ...args] = rest
    .slice(1)
    .filter((word, at) => word !== '-s' && !(word === '--' && at > 0));
  if (!/^(db|typeorm)(:|$)/.test(name)) return undefined;
  const [script = '', ...before] = (scripts[name] ?? `no-script-${name}`).split(' ').slice(2);
  return script === 'init-database'
    ? { script: 'orchestrator-db', args: ['init', ...before, ...args] }
    : { script, args: [...before, ...args] };
}
