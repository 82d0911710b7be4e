/** Which DataSource a command works on, decided before it runs: that of `-d`, or this package's own. */

import { existsSync } from 'node:fs';
import { register } from 'node:module';
import { isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Command } from 'commander';
import { messageOf, UsageError } from '../errors/base.js';
import { shellQuoted } from '../text/shell.js';
import { findDataSource } from './find-data-source.js';
import type { DataSourceOption } from './open.js';
import type { Project } from './project.js';

/** The module of this package that exports its DataSource. */
const OWN = 'orchestrator-db/data-source';

/**
 * Has every command of the program know its DataSource: afterwards the option is a path, or undefined for this
 * package's own. Only in this package itself that is the default. In another project it would create the tables of this
 * package in the database of that project.
 *
 * @param argv for the command line in the message
 */
export function withChosenDataSource(
  program: Command,
  { argv, project }: { readonly argv: readonly string[]; readonly project: Project },
): void {
  program.hook('preAction', (_program, command) => {
    const { dataSource: named = '' } = command.opts<DataSourceOption>();
    if (named === '' && !project.isHome) throw new UsageError(unnamedWords(argv));
    command.setOptionValue('dataSource', named === '' ? undefined : chosen(named, project));
  });
}

/** A path, or undefined for this package's own. As for Node's `--import`, what is no file is a module of the project. */
function chosen(named: string, project: Project): string | undefined {
  if (existsSync(named) || isAbsolute(named) || /^\.\.?[\\/]/.test(named)) return named;
  if (project.isHome && named === OWN) return undefined;
  const path = moduleAt(named);
  if (!project.isHome && !existsSync(path)) throw new UsageError(missingWords(path));
  return project.exportsOwn(path) ? undefined : path;
}

function missingWords(path: string): string {
  const found = findDataSource();
  const hint = found === undefined ? '' : `. Did you mean -d ${found}?`;
  return `-d: the file does not exist: ${resolve(path)}${hint}`;
}

/** How this process asks Node for a module of the project, and not for one of this package. */
const FROM_PROJECT = 'from-project:';

/** @returns the path of a file that is missing where the name is that of a file. @throws UsageError */
function moduleAt(specifier: string): string {
  resolveFromProject();
  try {
    return fileURLToPath(import.meta.resolve(`${FROM_PROJECT}${specifier}`));
  } catch (error) {
    if (/\.[cm]?[jt]sx?$/i.test(specifier)) return specifier;
    const [problem = ''] = messageOf(error).split(/ imported from |\n/);
    throw new UsageError(
      `-d: ${specifier} is neither a file nor a module of this project: ${problem.replaceAll(FROM_PROJECT, '')}`,
    );
  }
}

/** Node resolves from the file that asks; only a hook gives it another one. */
function resolveFromProject(): void {
  const parent = JSON.stringify(pathToFileURL(join(resolve(''), 'package.json')).href);
  const hook = `export const resolve = (specifier, context, next) => specifier.startsWith('${FROM_PROJECT}')
    ? next(specifier.slice(${FROM_PROJECT.length}), { ...context, parentURL: ${parent} })
    : next(specifier, context);`;
  register(`data:text/javascript,${encodeURIComponent(hook)}`);
}

function unnamedWords(argv: readonly string[]): string {
  const file = findDataSource();
  const first =
    file === undefined
      ? 'No DataSource is named: add -d with the file that exports it, for example'
      : 'No DataSource is named: add -d with the file that exports it. Run:';
  return `${first} ${commandLine(argv, file ?? 'src/data-source.ts')}. The schema of orchestrator-db itself is -d ${OWN}`;
}

/** The same command with `-d`, before the words that are no options. */
function commandLine(argv: readonly string[], file: string): string {
  const words = argv.filter(
    (word, index) => word !== '' || !/^(-d|--data-source)$/.test(argv[index - 1] ?? ''),
  );
  const given = words.filter((word) => !/^(-d|--data-source=?)$/.test(word));
  const at = given.includes('--') ? given.indexOf('--') : given.length;
  return ['npx', 'orchestrator-db', ...given.toSpliced(at, 0, '-d', file).map(quoted)].join(' ');
}

function quoted(word: string): string {
  return /^[\w./@+:=,-]+$/.test(word) ? word : shellQuoted(word);
}
