/** generate: locks the folder, proposes revisions, asks what needs confirmation, and writes them. */

import { mkdirSync } from 'node:fs';
import { basename } from 'node:path';
import { UsageError } from '../../errors/base.js';
import { GenerateAbortedError, UnconfirmedChangesError } from '../../errors/generate.js';
import {
  findMissing,
  generate as generateRevisions,
  type CompareRequest,
  type Generated,
  type GenerateRequest,
} from '../../generate/propose.js';
import type { StepOptions } from '../../generate/plan/steps.js';
import { withFolderLock } from '../../generate/write/folder-lock.js';
import { assertPlainable } from '../../generate/write/file-form.js';
import { nextStamp } from '../../generate/write/write-revisions.js';
import type { ConfirmationOptions } from '../../generate/confirm/confirmations.js';
import { joinedConfirmations } from '../../generate/confirm/join-confirmations.js';
import { dialectsOf, scratchSourcesOf } from '../../scratch/scratch-sources.js';
import { parseSettings } from '../../settings.js';
import { askConfirmations } from '../ask-confirmations.js';
import { withRowCounts } from '../count-rows.js';
import { onLiveDatabase, reportEstimate } from '../estimate.js';
import { reportMissing, reportStatements, writeAndReport } from '../generated-report.js';
import type { ExitCode } from '../io.js';
import { dataSourceFor, isAtHome, type CommandContext } from '../open.js';
import { assertRevisionName } from '../revision-name.js';
import { revisionPlace, type PlaceOptions, type RevisionPlace } from '../revision-place.js';

/** Options of `generate`, as given. */
export interface GenerateOptions extends PlaceOptions {
  readonly rename: readonly string[];
  readonly renameTable: readonly string[];
  readonly drop: readonly string[];
  readonly backfill: readonly string[];
  readonly timeZone: readonly string[];
  readonly using: readonly string[];
  readonly usingDown: readonly string[];
  readonly allowRewrite: boolean;
  readonly oneStep: boolean;
  readonly phases: boolean;
  readonly upsertBy: readonly string[];
  readonly fresh: boolean;
  readonly thorough: boolean;
  readonly check: boolean;
  readonly sql: boolean;
  readonly estimate: boolean;
  readonly countRows: boolean;
  /** The file of questions and answers. */
  readonly answers?: string;
  readonly json: boolean;
}

const EXAMPLE = 'npm run -s db:generate -- AddColumn';

/**
 * Writes the revisions that lead from head to the entities, verified on scratch databases. With `--check` it only
 * reports whether a revision is missing, with `--sql` it shows the statements, with `--estimate` how long they take.
 *
 * @param path a name in PascalCase, optionally after a folder
 */
export async function generate(
  path: string | undefined,
  options: GenerateOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const name = nameIn(path, options);
  const dataSource = await dataSourceFor(options, context);
  const named = isAtHome(options, context) ? undefined : dataSource;
  const place = revisionPlace(path ?? name, options, { dataSource: named, env: context.io.env });
  const { folder } = place;
  const settings = { ...parseSettings(context.io.env), isFresh: options.fresh };
  const sources = scratchSourcesOf(dataSource);
  assertPlainable(place.form, dialectsOf(sources));
  return context.io.whileStoppable(async (signal) => {
    const request = { sources, settings, folder, signal };
    if (options.check) return reportMissing(await findMissing(request), options, context.io);
    const how = { steps: stepsIn(options, place), isThorough: options.thorough };
    const asking = { request: { ...request, ...how }, name, options };
    if (options.estimate)
      return onLiveDatabase(options, context, async (live) => {
        const estimating = { ...asking, request: { ...asking.request, live } };
        return reportEstimate(await generateConfirmed(estimating, context), options, context.io);
      });
    if (options.sql) return reportStatements(await generateConfirmed(asking, context), options, context.io);
    mkdirSync(folder, { recursive: true });
    return withFolderLock(folder, 0, async (assertHeld) => {
      const generated = await generateConfirmed(asking, context);
      await assertHeld();
      return writeAndReport(generated, writingOf(place, options, context), context.io);
    });
  });
}

function nameIn(path: string | undefined, options: GenerateOptions): string {
  const { check, sql, estimate, answers } = options;
  if (check && sql) throw new UsageError('--check and --sql: pass only one of them.');
  if (estimate && (check || sql))
    throw new UsageError(`--estimate and ${check ? '--check' : '--sql'}: pass only one of them.`);
  if (check && answers !== undefined) throw new UsageError('--check and --answers: pass only one of them.');
  if (path === undefined && !(check || sql || estimate))
    throw new UsageError(`generate requires the name of the revision. Example: ${EXAMPLE}`);
  const name = path === undefined ? 'Unnamed' : basename(path);
  assertRevisionName(name, EXAMPLE);
  return name;
}

interface Asking {
  readonly request: CompareRequest &
    Required<Pick<GenerateRequest, 'steps'>> &
    Pick<GenerateRequest, 'live' | 'isThorough'>;
  readonly name: string;
  readonly options: GenerateOptions;
}

/** With a file of answers it asks nobody: the file contains the questions. */
async function generateConfirmed(asking: Asking, context: CommandContext): Promise<Generated> {
  const { answers } = asking.options;
  const words = wordsIn(asking.options);
  if (answers === undefined) return generateAsking(asking, words, context);
  const { withAnswers } = await import('../answers-file.js');
  return withAnswers(answers, (more) => generateOnce(asking, joinedConfirmations(words, more), context));
}

/** On a terminal, asks about unconfirmed changes until all are confirmed or the person stops. */
async function generateAsking(
  asking: Asking,
  given: ConfirmationOptions,
  context: CommandContext,
): Promise<Generated> {
  let words = given;
  for (;;) {
    try {
      return await generateOnce(asking, words, context);
    } catch (error) {
      if (!(error instanceof UnconfirmedChangesError)) throw error;
      const more = asking.options.json ? undefined : await askConfirmations(error, context.io);
      if (asking.request.signal?.aborted) throw new GenerateAbortedError();
      if (!more) throw error;
      words = joinedConfirmations(words, more);
    }
  }
}

/** @throws UnconfirmedChangesError, with the numbers of rows where they are asked for, or a person is asked */
async function generateOnce(
  { request, name, options }: Asking,
  words: ConfirmationOptions,
  context: CommandContext,
): Promise<Generated> {
  try {
    const stamp = nextStamp(request.folder, context.project.today());
    const generated = await generateRevisions({ ...request, name, stamp, words });
    if (request.signal?.aborted) throw new GenerateAbortedError();
    return generated;
  } catch (error) {
    if (!(error instanceof UnconfirmedChangesError && countsRows(options, context))) throw error;
    throw await withRowCounts(error, options, context);
  }
}

/** A person who is asked at a terminal sees the number of rows at stake. */
function countsRows({ countRows, json, answers }: GenerateOptions, { io }: CommandContext): boolean {
  return countRows || (io.ask !== undefined && !json && answers === undefined);
}

/** TypeORM itself runs a plain class, and knows no phases. */
function stepsIn({ oneStep, phases, upsertBy }: GenerateOptions, { form }: RevisionPlace): StepOptions {
  if (oneStep && phases) throw new UsageError('--one-step and --phases: pass only one of them.');
  if (oneStep && upsertBy.length > 0)
    throw new UsageError('--one-step and --upsert-by: pass only one of them.');
  return { oneStep: oneStep || form.format === 'typeorm', phases, upserts: upsertBy };
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

/** How to write. Only this project keeps an index from the first revision on. */
function writingOf(place: RevisionPlace, options: GenerateOptions, context: CommandContext) {
  return {
    ...place,
    importFrom: context.project.revisionModule(place.folder),
    makeIndex: isAtHome(options, context),
    json: options.json,
  };
}
