import { squash as squashRevisions } from '../../generate/squash/squash.js';
import { replacedIds } from '../../migrator/replaced.js';
import { withFolderLock } from '../../generate/write/folder-lock.js';
import { writeReplacing } from '../../generate/write/write-replacing.js';
import { scratchSourcesOf } from '../../scratch/scratch-sources.js';
import { parseSettings } from '../../settings.js';
import type { ExitCode } from '../io.js';
import { dataSourceFor, type CommandContext } from '../open.js';
import {
  replacingName,
  replacingPlace,
  reportReplacing,
  type ReplacingOptions,
} from '../replacing-report.js';

/** Options of `squash`, as given. */
export interface SquashOptions extends ReplacingOptions {
  readonly allowLocks: boolean;
}

/**
 * Writes one revision in the place of several, proved on scratch databases.
 *
 * @param range `A..B`, both included
 * @param path a name in PascalCase, optionally after a folder; default folder as for `generate`
 */
export async function squash(
  range: string,
  path: string | undefined,
  { options, context }: { readonly options: SquashOptions; readonly context: CommandContext },
): Promise<ExitCode> {
  const name = replacingName(path, 'npm run -s db -- squash AddJobs..AddWorkers FirstYear');
  const dataSource = await dataSourceFor(options, context);
  const { isFound, ...place } = replacingPlace(path, options, { dataSource, context });
  const settings = parseSettings(context.io.env);
  const sources = scratchSourcesOf(dataSource);
  const { allowLocks, json } = options;
  return context.io.whileStoppable((signal) =>
    withFolderLock<ExitCode>(place.folder, 0, async (assertHeld) => {
      const made = await squashRevisions({ dataSource, settings, sources, range, name, allowLocks, signal });
      await assertHeld();
      const written = await writeReplacing(made, place);
      const replaced = replacedIds(made.replaces);
      reportReplacing({ ...made, replaced, isFound }, written, { io: context.io, json });
      return 0;
    }),
  );
}
