/** The function for programs. The command line calls generate.ts and write-generated.ts itself. */

import type { DataSource } from 'typeorm';
import { today } from '../clock.js';
import { parseScratchUrl } from '../database-url.js';
import { GenerateError } from '../errors/base.js';
import { withFolderLock } from './write/folder-lock.js';
import {
  findMissing,
  generate,
  type CompareRequest,
  type Generated,
  type MissingChanges,
} from './propose.js';
import { assertPlainable, formIn, type RevisionFormat } from './write/file-form.js';
import { nextStamp } from './write/write-revisions.js';
import { nameProblem } from './write/revision-name.js';
import { NO_CONFIRMATIONS, type ConfirmationOptions } from './confirm/confirmations.js';
import type { SchemaChanges } from '../migrator/revision.js';
import { dialectsOf, scratchSourcesOf } from '../scratch/scratch-sources.js';
import { revisionDocuments, writeGenerated, type RevisionDocument } from './write/write-generated.js';

/** The options for generating revisions, without their name. */
export interface CompareOptions {
  /** The folder of revisions and snapshot. */
  readonly folder: string;
  /** A PostgreSQL server on which databases may be created; default the embedded one. */
  readonly scratchUrl?: string;
  /** A file of SQL that runs first on each scratch database of PostgreSQL; default `scratch/setup.sql`, if it exists. */
  readonly scratchSetup?: string;
  /** Whether to run the whole history anew, in place of a copy of a database that is kept; default false. */
  readonly fresh?: boolean;
  /** Aborts it with a GenerateAbortedError; the scratch databases are dropped first. */
  readonly signal?: AbortSignal;
}

/** How revisions are generated; renames and drops are given as on the command line. */
export interface GenerateOptions extends CompareOptions, Partial<ConfirmationOptions> {
  /** PascalCase, at most 100 characters, not ending in a digit; the stamp is appended to it. */
  readonly name: string;
  /** False only returns them; default true. */
  readonly write?: boolean;
  /** The module from which the classes import `Revision`; default this package by its name. */
  readonly importFrom?: string;
  /** `typeorm` for plain migration classes of TypeORM, which need this package only to be generated; default `revision`. */
  readonly format?: RevisionFormat;
  /** Whether every change is made in one step, for a time when no older release runs; default false. */
  readonly oneStep?: boolean;
  /** Whether rows of every table are proved to survive; default those of the tables that the change can reach. */
  readonly thorough?: boolean;
  /** Whether to record that every deployed release knows expand and contract; default false. */
  readonly phases?: boolean;
  /** Renamed columns, `table.column`, by which the new release upserts before contract; default none. */
  readonly upserts?: readonly string[];
  /** Whether to create an index where none exists; default false. */
  readonly makeIndex?: boolean;
  /** Milliseconds since 1970, for the stamp; default now. */
  readonly now?: number;
}

/** The generated revisions. */
export interface GenerateReport {
  /** None when the revisions already match the entities. */
  readonly revisions: readonly (RevisionDocument & { readonly changes: SchemaChanges })[];
  /** Paths of the written files. */
  readonly files: readonly string[];
  /** Whether an index lists them; where not, add them to the migrations of the DataSource. */
  readonly listed: boolean;
  readonly warnings: readonly string[];
}

/**
 * Generates what leads from head to the entities of a DataSource, verifies it on scratch databases and writes it: for
 * both databases where createDataSource made the DataSource, for its own otherwise. It need not be connected, and stays
 * unconnected.
 *
 * @throws UnconfirmedChangesError, PhasesUnknownError, PhasesRefusedError, DependentsLostError, VerificationFailedError, SnapshotStaleError, SnapshotUnknownError,
 *   RevisionNotListedError, FolderLockedError, ScratchDatabaseError, WrongScratchDatabaseError, GenerateError,
 *   GenerateAbortedError, UsageError; nothing is written then
 */
export async function generateRevisions(
  dataSource: DataSource,
  options: GenerateOptions,
): Promise<GenerateReport> {
  const { folder, name, write = true, importFrom = 'orchestrator-db', makeIndex = false } = options;
  const form = formIn(folder, options.format ?? 'revision', 'ts');
  const request = compareRequest(dataSource, options);
  assertPlainable(form, dialectsOf(request.sources));
  const problem = nameProblem(name);
  if (problem !== undefined) throw new GenerateError(problem);
  const generated = async () =>
    generate({
      ...request,
      name,
      stamp: nextStamp(folder, options.now ?? today()),
      words: wordsIn(options),
      isThorough: options.thorough,
      steps: {
        oneStep: options.oneStep === true || form.format === 'typeorm',
        ...{ phases: options.phases, upserts: options.upserts },
      },
    });
  if (!write) return reportOf(await generated(), { files: [], listed: false });
  return withFolderLock(folder, 0, async (assertHeld) => {
    const found = await generated();
    await assertHeld();
    return reportOf(found, await writeGenerated(found, { folder, importFrom, makeIndex, form }));
  });
}

function reportOf(
  generated: Generated,
  { files, listed }: Pick<GenerateReport, 'files' | 'listed'>,
): GenerateReport {
  const revisions = revisionDocuments(generated).map((document, index) => ({
    ...document,
    changes: generated.revisions[index]?.part.changes ?? {},
  }));
  return { revisions, files, listed, warnings: generated.warnings };
}

/**
 * Reports whether a revision is missing, and for which changes, like `generate --check`.
 *
 * @throws SnapshotStaleError, ScratchDatabaseError, GenerateError, GenerateAbortedError
 */
export function findMissingChanges(dataSource: DataSource, options: CompareOptions): Promise<MissingChanges> {
  return findMissing(compareRequest(dataSource, options));
}

function compareRequest(
  dataSource: DataSource,
  { folder, scratchUrl, scratchSetup, fresh, signal }: CompareOptions,
): CompareRequest {
  const settings = {
    ...(scratchUrl === undefined ? {} : { scratch: parseScratchUrl('scratchUrl', scratchUrl) }),
    ...(scratchSetup === undefined ? {} : { scratchSetup }),
    isFresh: fresh,
  };
  return { sources: scratchSourcesOf(dataSource), settings, folder, signal };
}

function wordsIn(options: Partial<ConfirmationOptions>): ConfirmationOptions {
  return {
    renames: options.renames ?? NO_CONFIRMATIONS.renames,
    renamedTables: options.renamedTables ?? NO_CONFIRMATIONS.renamedTables,
    drops: options.drops ?? NO_CONFIRMATIONS.drops,
    backfills: options.backfills ?? NO_CONFIRMATIONS.backfills,
    timeZones: options.timeZones ?? NO_CONFIRMATIONS.timeZones,
    usings: options.usings ?? NO_CONFIRMATIONS.usings,
    usingsDown: options.usingsDown ?? NO_CONFIRMATIONS.usingsDown,
    allowRewrite: options.allowRewrite ?? NO_CONFIRMATIONS.allowRewrite,
  };
}
