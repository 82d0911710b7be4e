import type { DataSource } from 'typeorm';
import { UsageError } from '../../errors/base.js';
import { baseline as makeBaseline, readLive } from '../../generate/squash/baseline.js';
import { fromDatabase, readDatabase } from '../../generate/squash/from-database.js';
import { replacedIds, type Replaced } from '../../migrator/replaced.js';
import { withFolderLock } from '../../generate/write/folder-lock.js';
import { writeReplacing, type ReplacingPlace } from '../../generate/write/write-replacing.js';
import { nextStamp } from '../../generate/write/write-revisions.js';
import type { Snapshot } from '../../generate/compare/snapshot.js';
import type { RevisionPart } from '../../generate/plan/revision-part.js';
import { dialectsOf, scratchSourcesOf, type ScratchSources } from '../../scratch/scratch-sources.js';
import { parseSettings } from '../../settings.js';
import { acceptedFor, warnOfStale, type AcceptedOption } from '../accepted.js';
import type { ExitCode } from '../io.js';
import { dataSourceFor, reading, type CommandContext } from '../open.js';
import {
  replacingName,
  replacingPlace,
  reportReplacing,
  type ReplacingOptions,
} from '../replacing-report.js';

/** Options of `baseline`, as given. */
export interface BaselineOptions extends ReplacingOptions, AcceptedOption {
  /** Whether the schema is that of the database. */
  readonly fromDatabase: boolean;
}

/** The revision, proved and not written yet. */
interface Made {
  readonly id: string;
  readonly name: string;
  readonly stamp: number;
  readonly part: Omit<RevisionPart, 'suffix'>;
  readonly proof: string | undefined;
  readonly snapshot: Snapshot;
  readonly warnings: readonly string[];
}

/** The revision for a stamp, once the live database is read. */
type Make = (given: {
  readonly stamp: number;
  readonly signal: AbortSignal | undefined;
}) => Promise<readonly Made[]>;

/** What the live database gave. */
interface Prepared {
  readonly replaces: readonly Replaced[];
  readonly make: Make;
}

/**
 * Writes one revision that creates the schema of the entities, or of the live database, in the place of all that the
 * live database records.
 *
 * @param path a name in PascalCase, optionally after a folder; default `Baseline`, and the folder as for `generate`
 */
export async function baseline(
  path: string | undefined,
  options: BaselineOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const name = replacingName(path, 'npm run -s db -- baseline Baseline') ?? 'Baseline';
  const dataSource = await dataSourceFor(options, context);
  const sources = scratchSourcesOf(dataSource, { revisions: false });
  if (options.fromDatabase) assertOneDialect(sources);
  const { isFound, ...place } = replacingPlace(path, options, { dataSource, context });
  const prepare = options.fromDatabase ? preparedFromDatabase : preparedFromEntities;
  const { replaces, make } = await prepare({ name, dataSource, sources }, options, context);
  const { project, io } = context;
  return io.whileStoppable((signal) =>
    withFolderLock<ExitCode>(place.folder, 0, async (assertHeld) => {
      const made = await make({ stamp: nextStamp(place.folder, project.today()), signal });
      await assertHeld();
      for (const one of made) await write(one, { replaces, sources, place, isFound }, { options, context });
      return 0;
    }),
  );
}

interface Preparing {
  readonly name: string;
  readonly dataSource: DataSource;
  readonly sources: ScratchSources;
}

async function preparedFromEntities(
  { name, sources }: Preparing,
  options: BaselineOptions,
  context: CommandContext,
): Promise<Prepared> {
  const { io } = context;
  const accepted = await acceptedFor(options);
  const { replaces, report } = await reading(options, context, (live) => readLive(live, accepted));
  if (accepted) warnOfStale(report, accepted.file, io.err);
  if (report.accepted.length > 0)
    io.err(
      `note: ${counted(report.accepted.length)} not in the baseline, which holds what the entities declare`,
    );
  const settings = parseSettings(io.env);
  return {
    replaces,
    make: async ({ stamp, signal }) => {
      const { revisions, ...made } = await makeBaseline({
        ...{ sources, settings, name, stamp, live: { replaces }, signal },
      });
      return revisions.map((revision) => ({ ...made, ...revision }));
    },
  };
}

function counted(count: number): string {
  return count === 1
    ? '1 accepted difference of this database is'
    : `${count} accepted differences of this database are`;
}

async function preparedFromDatabase(
  { name, sources }: Preparing,
  options: BaselineOptions,
  context: CommandContext,
): Promise<Prepared> {
  const live = await reading(options, context, readDatabase);
  const settings = parseSettings(context.io.env);
  return {
    replaces: live.replaces,
    make: async ({ stamp, signal }) => {
      const made = await fromDatabase({ sources, settings, name, stamp, live, signal });
      return [{ ...made, proof: undefined, warnings: [] }];
    },
  };
}

/** The database at hand is of one kind. */
function assertOneDialect(sources: ScratchSources): void {
  const dialects = dialectsOf(sources);
  if (dialects.length > 1)
    throw new UsageError(
      `--from-database reads one database, and this project has revisions for ${dialects.join(' and ')}. Leave it out: the baseline then holds what the entities declare.`,
    );
}

interface Writing {
  readonly replaces: readonly Replaced[];
  readonly sources: ScratchSources;
  readonly place: ReplacingPlace;
  readonly isFound: boolean;
}

async function write(
  { snapshot, warnings, ...revision }: Made,
  { replaces, sources, place, isFound }: Writing,
  { options, context }: { readonly options: BaselineOptions; readonly context: CommandContext },
): Promise<void> {
  const written = await writeReplacing(
    { ...revision, replaces, dialects: dialectsOf(sources), isNewest: true },
    { ...place, schemas: snapshot.schemas },
  );
  const { io } = context;
  const reported = { id: revision.id, replaced: replacedIds(replaces), warnings, isFound };
  reportReplacing(reported, written, { io, json: options.json });
  if (replaces.length > 0 || options.json) return;
  const force = options.fromDatabase ? ' --force' : '';
  io.out(`This database records nothing. Once the revision is listed: stamp ${revision.id}${force}`);
}
