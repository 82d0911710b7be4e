import { byDialect } from '../../databases/registry.js';
import { basename, dirname } from 'node:path';
import { existsSync } from 'node:fs';
import { UsageError } from '../../errors/base.js';
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

/** The folder of the revisions. */
const FOLDER = 'src/migrations';
/** How long to wait for the folder lock: another create takes less time, a generation takes more. */
const LOCK_WAIT_MS = 2000;

/**
 * Writes an empty revision for both dialects, to be filled in by hand, and adds it to the list.
 *
 * @param name in PascalCase, optionally after a folder; default folder `src/migrations`
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
