import { mkdirSync } from 'node:fs';
import { basename } from 'node:path';
import { byDialect, DATABASES } from '../../databases/registry.js';
import { withFolderLock } from '../../generate/write/folder-lock.js';
import { assertPlainable } from '../../generate/write/file-form.js';
import { nextStamp, writeRevisions } from '../../generate/write/write-revisions.js';
import { dialectsOf, scratchSourcesOf } from '../../scratch/scratch-sources.js';
import type { ExitCode } from '../io.js';
import { dataSourceFor, isAtHome, type CommandContext } from '../open.js';
import { printDocument } from '../print-document.js';
import { assertRevisionName } from '../revision-name.js';
import { revisionPlace, type PlaceOptions } from '../revision-place.js';

/** Options of `create`, as given. */
export interface CreateOptions extends PlaceOptions {
  readonly json: boolean;
}

/** How long to wait for the folder lock: another create takes less time, a generation takes more. */
const LOCK_WAIT_MS = 2000;

const EMPTY = { up: [], down: [] };

/**
 * Writes an empty revision for the dialects of the project, to be filled in by hand, and adds it to the list.
 *
 * @param path a name in PascalCase, optionally after a folder
 */
export async function create(
  path: string,
  options: CreateOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const { io, project } = context;
  const name = basename(path);
  assertRevisionName(name, 'npm run -s db -- create AddColumn');
  const dataSource = isAtHome(options, context) ? undefined : await dataSourceFor(options, context);
  const { folder, form, isFound, load } = revisionPlace(path, options, { dataSource, env: io.env });
  const dialects = dataSource ? dialectsOf(scratchSourcesOf(dataSource)) : DATABASES.map(({ name }) => name);
  assertPlainable(form, dialects);
  mkdirSync(folder, { recursive: true });
  const part = {
    description: 'Describe in one sentence what this revision does.',
    transaction: true,
    groups: byDialect(() => EMPTY),
  };
  const importFrom = project.revisionModule(folder);
  const { files, listed } = await withFolderLock(folder, LOCK_WAIT_MS, () =>
    writeRevisions({ folder, makeIndex: dataSource === undefined, load }, [
      { name, stamp: nextStamp(folder, project.today()), importFrom, part, dialects, form },
    ]),
  );
  const [file = ''] = files;
  if (options.json) printDocument(io, 'create', { file });
  else
    io.out(
      `Wrote ${file}${listed ? ` and added it to ${folder}/index.ts` : ''}. Fill in its statements${listed || isFound ? '' : ' and add it to the list of migrations'}.`,
    );
  return 0;
}
