import { byDialect } from '../../databases/registry.js';
import { basename, dirname } from 'node:path';
import { existsSync } from 'node:fs';
import { UsageError } from '../../errors.js';
import { withFolderLock } from '../../generate/write/folder-lock.js';
import { nextStamp, writeRevisions } from '../../generate/write/write-revisions.js';
import type { ExitCode } from '../io.js';
import type { CommandContext } from '../open.js';
import { printDocument } from '../print-document.js';
import { assertRevisionName } from '../revision-name.js';

/** Options of `create`, as given. */
export interface CreateOptions {
  readonly json: boolean;
}

/** Where revisions are kept. */
const FOLDER = 'src/migrations';
/** Another one is done in a moment; a generation takes longer. */
const LOCK_WAIT_MS = 2000;

/**
 * Writes an empty revision for both dialects, for what somebody writes by hand, and lists it.
 *
 * @param name in PascalCase; before it may stand a folder, `src/migrations` being the default
 */
export async function create(
  name: string,
  options: CreateOptions,
  { io, project }: CommandContext,
): Promise<ExitCode> {
  assertRevisionName(basename(name), 'npm run -s db -- create AddColumn');
  const folder = name.includes('/') ? dirname(name) : FOLDER;
  if (!existsSync(folder))
    throw new UsageError(
      `The folder ${folder} does not exist. Run the command in the folder that contains the sources of the project.`,
    );
  const empty = { up: [], down: [] };
  const {
    files: [file = ''],
    listed,
  } = await withFolderLock(folder, LOCK_WAIT_MS, async () =>
    writeRevisions({ folder, makeIndex: true }, [
      {
        name: basename(name),
        stamp: await nextStamp(folder, project.today()),
        importFrom: project.revisionModule(folder),
        part: {
          description: 'Describe in one sentence what this revision does.',
          transaction: true,
          groups: byDialect(() => empty),
        },
      },
    ]),
  );
  if (options.json) printDocument(io, 'create', { file });
  else
    io.out(
      `Wrote ${file}${listed ? ` and added it to ${folder}/index.ts` : ''}. Fill in its statements${listed ? '' : ' and add it to the list of migrations'}.`,
    );
  return 0;
}
