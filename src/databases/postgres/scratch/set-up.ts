/** The file of SQL that a project runs first on each scratch database: objects that its revisions do not create. */

import { readFile } from 'node:fs/promises';
import { databaseWords, messageOf } from '../../../errors/base.js';
import { ScratchSetupError } from '../../../errors/scratch.js';
import type { ScratchSettings } from '../../../settings.js';
import { oneLine, shortLine } from '../../../text/one-line.js';
import { loadParser, type SplitStatement } from '../parse/parser.js';

/** Where the file is unless the settings name another one, from the folder in which the command runs. */
const USUAL_FILE = 'scratch/setup.sql';

/** How much of a statement a message shows. */
const SHOWN = 80;

/** A file, cut into its statements. */
export interface SetUp {
  readonly file: string;
  readonly statements: readonly SplitStatement[];
}

/**
 * Reads the file of SCRATCH_SETUP, or else `scratch/setup.sql`, where there is one.
 *
 * @throws ScratchSetupError for a file that is missing although it is named, or that PostgreSQL's parser cannot read
 */
export async function readSetUp({ scratchSetup }: ScratchSettings): Promise<SetUp | undefined> {
  const file = scratchSetup ?? USUAL_FILE;
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (scratchSetup === undefined && (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new ScratchSetupError(file, `it cannot be read: ${messageOf(error)}.`, error);
  });
  if (text === undefined) return undefined;
  const split = (await loadParser()).split(withoutRestriction(text));
  if (split.kind === 'unparsable')
    throw new ScratchSetupError(`${file}, line ${split.line}`, `${split.problem}.`, undefined);
  return { file, statements: split.statements };
}

/** `pg_dump` begins and ends its text with a command of psql, which no server knows; the lines stay. */
function withoutRestriction(text: string): string {
  return text.replace(/^\\(?:un)?restrict\b.*$/gm, '');
}

/**
 * Runs the statements one by one. They may change the session, so it is one of their own.
 *
 * @throws ScratchSetupError naming the statement that fails
 */
export async function runSetUp(
  { file, statements }: SetUp,
  query: (sql: string) => Promise<unknown>,
): Promise<void> {
  for (const { sql, line } of statements)
    await query(sql).catch((error: unknown) => {
      const words = oneLine(databaseWords(error)).replace(/\.?$/, '.');
      throw new ScratchSetupError(`${file}, line ${line}`, `${shortLine(sql, SHOWN)}: ${words}`, error);
    });
}
