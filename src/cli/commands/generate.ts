import { existsSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { DataSource } from 'typeorm';
import { UsageError } from '../../errors/base.js';
import { GenerateAbortedError, UnconfirmedChangesError } from '../../errors/generate.js';
import {
  findMissing,
  generate as generateRevisions,
  type CompareRequest,
  type Generated,
} from '../../generate/propose.js';
import { withFolderLock } from '../../generate/write/folder-lock.js';
import { nextStamp } from '../../generate/write/write-revisions.js';
import type { ConfirmationOptions } from '../../generate/confirm/confirmations.js';
import { scratchSourcesOf } from '../../scratch/scratch-sources.js';
import { parseSettings } from '../../settings.js';
import { askConfirmations } from '../ask-confirmations.js';
import { withRowCounts } from '../count-rows.js';
import { reportMissing, reportStatements, writeAndReport } from '../generated-report.js';
import type { ExitCode } from '../io.js';
import { dataSourceFor, type CommandContext, type DataSourceOption } from '../open.js';
import { assertRevisionName } from '../revision-name.js';

/** Options of `generate`, as given. */
export interface GenerateOptions extends DataSourceOption {
  readonly rename: readonly string[];
  readonly renameTable: readonly string[];
  readonly drop: readonly string[];
  readonly backfill: readonly string[];
  readonly timeZone: readonly string[];
  readonly using: readonly string[];
  readonly usingDown: readonly string[];
  readonly allowRewrite: boolean;
  readonly check: boolean;
  readonly sql: boolean;
  readonly countRows: boolean;
  readonly json: boolean;
}

/** The folder of the revisions. */
const FOLDER = 'src/migrations';
const EXAMPLE = 'npm run -s db:generate -- AddColumn';

/**
 * Writes the revisions that lead from head to the entities, verified on scratch databases. With `--check` it only
 * reports whether a revision is missing, with `--sql` it shows the statements.
 *
 * @param path a name in PascalCase, optionally after a folder; default folder `src/migrations`
 */
export async function generate(
  path: string | undefined,
  options: GenerateOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const { folder, name } = placeOf(path, options);
  const dataSource = await dataSourceFor(options, context);
  const settings = parseSettings(context.io.env);
  const sources = scratchSourcesOf(dataSource);
  return context.io.whileStoppable(async (signal) => {
    const request = { sources, settings, folder, signal };
    if (options.check) return reportMissing(await findMissing(request), options, context.io);
    if (options.sql)
      return reportStatements(await generateAsking({ request, name, options }, context), options, context.io);
    return withFolderLock(folder, 0, async (assertHeld) => {
      const generated = await generateAsking({ request, name, options }, context);
      await assertHeld();
      return writeAndReport(generated, writingOf(folder, dataSource, { options, context }), context.io);
    });
  });
}

interface Place {
  readonly folder: string;
  readonly name: string;
}

function placeOf(path: string | undefined, { check, sql }: GenerateOptions): Place {
  if (check && sql) throw new UsageError('--check and --sql: pass only one of them.');
  if (path === undefined && !(check || sql))
    throw new UsageError(`generate requires the name of the revision. Example: ${EXAMPLE}`);
  const name = path === undefined ? 'Unnamed' : basename(path);
  assertRevisionName(name, EXAMPLE);
  const folder = path?.includes('/') ? dirname(path) : FOLDER;
  if (!existsSync(folder) || !statSync(folder).isDirectory())
    throw new UsageError(
      `The folder ${folder} does not exist. Run the command in the folder that contains the sources of the project.`,
    );
  return { folder, name };
}

interface Asking {
  readonly request: CompareRequest;
  readonly name: string;
  readonly options: GenerateOptions;
}

/** On a terminal, asks about unconfirmed changes until all are confirmed or the person stops. */
async function generateAsking(
  { request, name, options }: Asking,
  context: CommandContext,
): Promise<Generated> {
  let words = wordsIn(options);
  for (;;) {
    try {
      const stamp = await nextStamp(request.folder, context.project.today());
      const generated = await generateRevisions({ ...request, name, stamp, words });
      if (request.signal?.aborted) throw new GenerateAbortedError();
      return generated;
    } catch (error) {
      if (!(error instanceof UnconfirmedChangesError)) throw error;
      const counted = options.countRows ? await withRowCounts(error, options, context) : error;
      const more = options.json ? undefined : await askConfirmations(counted, context.io);
      if (request.signal?.aborted) throw new GenerateAbortedError();
      if (!more) throw counted;
      words = joined(words, more);
    }
  }
}

function wordsIn(options: GenerateOptions): ConfirmationOptions {
  return {
    renames: options.rename,
    renamedTables: options.renameTable,
    drops: options.drop,
    backfills: options.backfill,
    timeZones: options.timeZone,
    usings: options.using,
    usingsDown: options.usingDown,
    allowRewrite: options.allowRewrite,
  };
}

function joined(words: ConfirmationOptions, more: ConfirmationOptions): ConfirmationOptions {
  return {
    renames: [...words.renames, ...more.renames],
    renamedTables: [...words.renamedTables, ...more.renamedTables],
    drops: [...words.drops, ...more.drops],
    backfills: [...words.backfills, ...more.backfills],
    timeZones: [...words.timeZones, ...more.timeZones],
    usings: [...words.usings, ...more.usings],
    usingsDown: [...words.usingsDown, ...more.usingsDown],
    allowRewrite: words.allowRewrite || more.allowRewrite,
  };
}

/** How to write. A DataSource of another project may find its revisions by a glob, which needs no list. */
function writingOf(
  folder: string,
  { options: { migrations } }: DataSource,
  { options, context }: { readonly options: GenerateOptions; readonly context: CommandContext },
) {
  return {
    folder,
    importFrom: context.project.revisionModule(folder),
    makeIndex: options.dataSource === undefined,
    isFound: Object.values<unknown>(migrations ?? {}).some((one) => typeof one === 'string'),
    json: options.json,
  };
}
