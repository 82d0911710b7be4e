/** Loads the text of each new file and makes sure that it contains what was verified. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { GenerateError, messageOf } from '../../errors/base.js';
import { VerificationFailedError } from '../../errors/verification.js';
import { sourceProblem } from '../../source-problem.js';
import type { Syntax } from './file-form.js';
import { differingParts, type LoadedModule } from './held-statements.js';
import type { RevisionContent } from './revision-content.js';
import { sourceParts } from './revision-source.js';

/** Replaces the import, which a temporary folder cannot resolve. */
const BASE: Readonly<Record<Syntax, string>> = {
  typescript: `type DialectStatements = Readonly<Record<'up' | 'down', readonly string[]>>;
abstract class Revision {
  static readonly description: string = '';
  static readonly proof: string = '';
  static readonly phase: 'expand' | 'contract' = 'expand';
  static readonly changes: object = {};
  static readonly replaces: readonly unknown[] = [];
  readonly postgres?: DialectStatements;
  readonly sqlite?: DialectStatements;
  readonly transaction?: boolean;
}
`,
  module: 'class Revision {}\n',
  commonjs: 'class Revision {}\n',
};

/** An extension that Node reads in this way wherever the file is. */
const EXTENSIONS: Readonly<Record<Syntax, string>> = { typescript: 'mts', module: 'mjs', commonjs: 'cjs' };

const MODULE: readonly Syntax[] = ['module'];

/**
 * Makes sure that the files of revisions contain exactly what was verified: each is written to a temporary folder and
 * loaded, as TypeScript where this process can load that, and in any case as JavaScript.
 *
 * @param isLoadedLater whether the project loads them in their place: its settings of TypeScript are for files there
 * @throws VerificationFailedError naming the file and what is wrong with it
 */
export async function verifyFiles(
  contents: readonly RevisionContent[],
  isLoadedLater: boolean,
): Promise<void> {
  if (contents.length === 0) return;
  const folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-file-'));
  try {
    for (const content of contents)
      for (const syntax of isLoadedLater ? MODULE : new Set([...MODULE, content.form.syntax]))
        await assertHolds({ ...content, form: { ...content.form, syntax } }, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function assertHolds(content: RevisionContent, folder: string): Promise<void> {
  const { syntax, format } = content.form;
  const path = join(folder, `${content.name}${content.stamp}.${EXTENSIONS[syntax]}`);
  const { imports, body } = sourceParts(content);
  await writeFile(path, `${format === 'typeorm' ? imports : BASE[syntax]}${body}`);
  const problem = await problemOf(content, () => importIfPossible(path));
  if (problem !== undefined) throw notHeld(content, problem);
}

/**
 * The same for files that are in their place, loaded as the project loads them.
 *
 * @throws GenerateError for a file that the project cannot load, VerificationFailedError for one that differs
 */
export async function verifyWritten(
  contents: readonly RevisionContent[],
  {
    paths,
    load,
  }: { readonly paths: readonly string[]; readonly load: (path: string) => Promise<LoadedModule> },
): Promise<void> {
  for (const [index, content] of contents.entries()) {
    const path = paths[index] ?? '';
    const module = await load(path).catch((error: unknown) => {
      throw new GenerateError(notLoadedWords(content, path, error), { cause: error });
    });
    const problem = await problemOf(content, () => Promise.resolve(module));
    if (problem !== undefined) throw notHeld(content, problem);
  }
}

function notLoadedWords({ form }: RevisionContent, path: string, error: unknown): string {
  const problem = sourceProblem(error)?.replace(/ Fix the file, then run the command again\.$/, '');
  const why = problem ?? messageOf(error).split('\n')[0] ?? '';
  const remedy =
    form.format === 'typeorm'
      ? ' Correct that in the project, then run the command again.'
      : ' If the project cannot import orchestrator-db, pass --format typeorm: such a file imports nothing of it.';
  return `${basename(path)}: the project cannot load the new file: ${why.replace(/\.$/, '')}. Nothing was written.${remedy}`;
}

function notHeld({ name, stamp, part, form }: RevisionContent, problem: string): VerificationFailedError {
  const file = `${stamp}-${name}.${form.extension}`;
  return new VerificationFailedError(
    [{ law: 'the file contains what was verified', details: [`${file}: ${problem}`] }],
    {
      database: 'both dialects',
      revisions: [{ file, description: part.description }],
      cause: { kind: 'fault' },
    },
  );
}

/** What is wrong with a file, in words; undefined where nothing is, and where this process cannot load it. */
async function problemOf(
  content: RevisionContent,
  load: () => Promise<LoadedModule | undefined>,
): Promise<string | undefined> {
  try {
    const module = await load();
    const parts = module === undefined ? [] : await differingParts(module, content);
    return parts.length === 0
      ? undefined
      : `after loading, it differs from the verified revision (${parts.join(', ')})`;
  } catch (error) {
    return `it cannot be loaded: ${messageOf(error).split('\n')[0] ?? ''}`;
  }
}

/** Node's own loader of TypeScript prints a warning, so it is not used; that of tsx prints none. */
async function importIfPossible(path: string): Promise<LoadedModule | undefined> {
  const { typescript } = process.features as { readonly typescript?: unknown };
  if (path.endsWith('.mts') && Boolean(typescript)) return undefined;
  try {
    return (await import(pathToFileURL(path).href)) as LoadedModule;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_UNKNOWN_FILE_EXTENSION') return undefined;
    throw error;
  }
}
