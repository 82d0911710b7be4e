/** Which revisions git does not have at a ref. The only module that runs git. */

import { execFile } from 'node:child_process';
import { messageOf, UsageError } from '../errors/base.js';
import { GitFailedError } from '../errors/lint.js';
import type { Environment } from '../settings.js';
import { oneLine } from '../text/one-line.js';

/** Where git is run. */
interface Place {
  /** A folder of the repository. */
  readonly folder: string;
  readonly env: Environment;
}

/** Revisions of a repository, compared with a ref. */
interface RevisionsSince {
  /** Those whose file differs from that of the ref, or does not exist there. */
  readonly changed: readonly string[];
  /** Those whose class is in no file of the repository. */
  readonly unfound: readonly string[];
}

/**
 * Compares the files of revisions in the working tree, whatever is committed of them, with those of a ref. A revision is
 * found by its class, wherever its file is and whatever that is called.
 *
 * @param ids those of the history
 * @throws UsageError for an unknown ref
 * @throws GitFailedError without git, without a repository, and for one with none of the revisions
 */
export async function revisionsSince(
  ref: string,
  ids: readonly string[],
  place: Place,
): Promise<RevisionsSince> {
  const root = (await git(['rev-parse', '--show-toplevel'], place)).trimEnd();
  const inRoot = { ...place, folder: root };
  const commit = await commitOf(ref, inRoot);
  const files = filesOf(ids, await git(GREP, inRoot, [0, NO_MATCH]));
  if (files.size === 0) throw new GitFailedError(`The repository ${root} contains the class of no revision.`);
  const different = new Set([
    ...namesIn(
      await git(['diff', '--name-only', '-z', '--no-renames', '--no-ext-diff', commit, '--'], inRoot),
    ),
    ...namesIn(await git(['ls-files', '--others', '--exclude-standard', '-z'], inRoot)),
  ]);
  return {
    changed: ids.filter((id) => files.get(id)?.some((file) => different.has(file))),
    unfound: ids.filter((id) => !files.has(id)),
  };
}

/** @throws UsageError */
async function commitOf(ref: string, place: Place): Promise<string> {
  const unknown = new UsageError(
    `--since: the repository ${place.folder} has no ref ${JSON.stringify(ref)}. To get it from the server: git fetch origin <branch>, then --since FETCH_HEAD`,
  );
  if (ref === '' || ref.startsWith('-')) throw unknown;
  const commit = await git(['rev-parse', '--verify', '--quiet', `${ref}^{commit}`], place, [0, 1, FATAL]);
  if (commit === '') throw unknown;
  return commit.trimEnd();
}

const NO_MATCH = 1;
const FATAL = 128;

/** A class, by its declaration or by the name that TypeORM reads, and its 13-digit stamp. */
const CLASS = `((class|function|const|let|var)[[:space:]]+|name[^=;]*=[[:space:]]*['"\`])[A-Za-z0-9_$]*[0-9]{13}`;

/** Each match is a path, a zero byte, the text, and a line end. */
const GREP = [
  'grep',
  ...['--untracked', '--no-recurse-submodules', '-I', '-z', '-o', '-E'],
  ...['--no-line-number', '--no-column', '--no-color', '--no-heading', '--no-break'],
  ...['-e', CLASS, '--'],
  ...['ts', 'mts', 'cts', 'js', 'mjs', 'cjs'].map((extension) => `*.${extension}`),
];

/** The files that contain the class of each revision. Pure. */
function filesOf(ids: readonly string[], matches: string): ReadonlyMap<string, readonly string[]> {
  const known = new Set(ids);
  const files = new Map<string, readonly string[]>();
  for (const match of matches.split('\n')) {
    const [file = '', text = ''] = match.split('\0');
    const [id = ''] = /[\w$]+$/.exec(text) ?? [];
    if (known.has(id)) files.set(id, [...(files.get(id) ?? []), file]);
  }
  return files;
}

function namesIn(output: string): readonly string[] {
  return output.split('\0').filter((name) => name !== '');
}

/** Output of git is a list of files or matches; a repository of a million files is far below. */
const MOST_OUTPUT = 1024 ** 3;

/**
 * The output of git, without a shell.
 *
 * @param codes exit codes that are no failure
 */
function git(
  words: readonly string[],
  { folder, env }: Place,
  codes: readonly number[] = [0],
): Promise<string> {
  const options = {
    cwd: folder,
    // A read takes no lock that a git command of the person would meet; messages are compared below.
    env: { ...env, GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C' },
    encoding: 'utf8' as const,
    maxBuffer: MOST_OUTPUT,
  };
  return new Promise((resolve, reject) => {
    execFile('git', words, options, (error, stdout, stderr) => {
      if (error === null || codes.includes(Number(error.code))) resolve(stdout);
      else reject(new GitFailedError(reasonOf(error, stderr, folder), { cause: error }));
    });
  });
}

function reasonOf(error: Error, stderr: string, folder: string): string {
  const { code } = error as { readonly code?: unknown };
  if (code === 'ENOENT') return 'The program git is not installed.';
  if (/not a git repository/.test(stderr)) return `The folder ${folder} is in no git repository.`;
  const words = oneLine(stderr === '' ? messageOf(error) : stderr).replace(/\.$/, '');
  return `git failed in ${folder}: ${words}.`;
}
