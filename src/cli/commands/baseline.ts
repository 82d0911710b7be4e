import { baseline as makeBaseline, readLive } from '../../generate/squash/baseline.js';
import { replacedIds } from '../../migrator/replaced.js';
import { withFolderLock } from '../../generate/write/folder-lock.js';
import { writeReplacing } from '../../generate/write/write-replacing.js';
import { nextStamp } from '../../generate/write/write-revisions.js';
import { scratchSourcesOf } from '../../scratch/scratch-sources.js';
import { parseSettings } from '../../settings.js';
import type { ExitCode } from '../io.js';
import { dataSourceFor, reading, type CommandContext, type DataSourceOption } from '../open.js';
import { replacingPlace, reportReplacing } from '../replacing-report.js';

/** Options of `baseline`, as given. */
export interface BaselineOptions extends DataSourceOption {
  readonly remove: boolean;
  readonly json: boolean;
}

/**
 * Writes one revision that creates the schema of the entities, in the place of all that the live database records.
 *
 * @param path a name in PascalCase, optionally after a folder; default `Baseline` in `src/migrations`
 */
export async function baseline(
  path: string | undefined,
  options: BaselineOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const { folder, name = 'Baseline' } = replacingPlace(path, 'npm run -s db -- baseline Baseline');
  const live = await reading(options, context, readLive);
  const sources = scratchSourcesOf(await dataSourceFor(options, context), { revisions: false });
  const settings = parseSettings(context.io.env);
  const { project, io } = context;
  return io.whileStoppable((signal) =>
    withFolderLock<ExitCode>(folder, 0, async (assertHeld) => {
      const stamp = await nextStamp(folder, project.today());
      const { revisions, snapshot, proof, warnings } = await makeBaseline({
        ...{ sources, settings, name, stamp, live, signal },
      });
      await assertHeld();
      for (const revision of revisions) {
        const { replaces } = live;
        const written = await writeReplacing(
          { ...revision, proof, replaces, isNewest: true },
          {
            folder,
            importFrom: project.revisionModule(folder),
            makeIndex: options.dataSource === undefined,
            remove: options.remove,
            schemas: snapshot.schemas,
          },
        );
        const { json } = options;
        reportReplacing({ id: revision.id, replaced: replacedIds(replaces), warnings }, written, {
          io,
          json,
        });
        if (replaces.length === 0 && !json)
          io.out(`This database records nothing. Once the revision is listed: stamp ${revision.id}`);
      }
      return 0;
    }),
  );
}
