import { baseline as makeBaseline, readLive } from '../../generate/squash/baseline.js';
import { replacedIds } from '../../migrator/replaced.js';
import { withFolderLock } from '../../generate/write/folder-lock.js';
import { writeReplacing } from '../../generate/write/write-replacing.js';
import { nextStamp } from '../../generate/write/write-revisions.js';
import { dialectsOf, scratchSourcesOf } from '../../scratch/scratch-sources.js';
import { parseSettings } from '../../settings.js';
import type { ExitCode } from '../io.js';
import { dataSourceFor, reading, type CommandContext } from '../open.js';
import {
  replacingName,
  replacingPlace,
  reportReplacing,
  type ReplacingOptions,
} from '../replacing-report.js';

/**
 * Writes one revision that creates the schema of the entities, in the place of all that the live database records.
 *
 * @param path a name in PascalCase, optionally after a folder; default `Baseline`, and the folder as for `generate`
 */
export async function baseline(
  path: string | undefined,
  options: ReplacingOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const name = replacingName(path, 'npm run -s db -- baseline Baseline') ?? 'Baseline';
  const dataSource = await dataSourceFor(options, context);
  const { isFound, ...place } = replacingPlace(path, options, { dataSource, context });
  const live = await reading(options, context, readLive);
  const sources = scratchSourcesOf(dataSource, { revisions: false });
  const settings = parseSettings(context.io.env);
  const { project, io } = context;
  return io.whileStoppable((signal) =>
    withFolderLock<ExitCode>(place.folder, 0, async (assertHeld) => {
      const stamp = nextStamp(place.folder, project.today());
      const { revisions, snapshot, proof, warnings } = await makeBaseline({
        ...{ sources, settings, name, stamp, live, signal },
      });
      await assertHeld();
      for (const revision of revisions) {
        const { replaces } = live;
        const written = await writeReplacing(
          { ...revision, proof, replaces, dialects: dialectsOf(sources), isNewest: true },
          { ...place, schemas: snapshot.schemas },
        );
        const { json } = options;
        const reported = { id: revision.id, replaced: replacedIds(replaces), warnings, isFound };
        reportReplacing(reported, written, { io, json });
        if (replaces.length === 0 && !json)
          io.out(`This database records nothing. Once the revision is listed: stamp ${revision.id}`);
      }
      return 0;
    }),
  );
}
