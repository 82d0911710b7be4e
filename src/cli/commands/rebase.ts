import { basename, resolve } from 'node:path';
import type { DataSource } from 'typeorm';
import { RebaseRefusedError } from '../../errors/generate.js';
import { movesOf, proveRebase, type Move } from '../../generate/rebase.js';
import { withFolderLock } from '../../generate/write/folder-lock.js';
import { findMoved, writeRebased, type RebasedFiles } from '../../generate/write/rebase-files.js';
import { readRecordedStatus } from '../../migrator/status.js';
import { listRevisions } from '../../migrator/revision.js';
import { resolveName } from '../../migrator/target.js';
import { scratchSourcesOf } from '../../scratch/scratch-sources.js';
import { parseSettings } from '../../settings.js';
import type { ExitCode, Io } from '../io.js';
import { foldersOf, globsIn } from '../../glob-folders.js';
import { dataSourceFor, isAtHome, reading, type CommandContext } from '../open.js';
import { printDocument } from '../print-document.js';
import { existingFolder, type FolderOptions } from '../revision-place.js';

/** Options of `rebase`, as given. */
export interface RebaseOptions extends FolderOptions {
  readonly json: boolean;
}

/**
 * Gives a revision that the database does not record a stamp after all others, and proves it there on scratch
 * databases. The revisions of its group go with it.
 *
 * @param path a revision, optionally after its folder
 * @throws RebaseRefusedError where the database records it, or it does not give the same schema there
 */
export async function rebase(
  path: string,
  options: RebaseOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const { io, project } = context;
  const dataSource = await dataSourceFor(options, context);
  const folder = existingFolder(path, options, isAtHome(options, context) ? undefined : dataSource);
  const { known, applied } = await reading(options, context, async (connected) => ({
    applied: (await readRecordedStatus(connected)).applied,
    known: listRevisions(connected),
  }));
  const id = resolveName(
    basename(path),
    known.map((one) => one.id),
  );
  const moves = movesOf(id, known, project.today());
  if (moves.length === 0) return reportNewest(id, options, io);
  assertNotRecorded(
    moves,
    applied.map((one) => one.id),
  );
  const request = { sources: scratchSourcesOf(dataSource), settings: parseSettings(io.env), folder };
  const written = await io.whileStoppable((signal) =>
    withFolderLock(folder, 0, async (assertHeld) => {
      const moved = await findMoved(folder, moves);
      const { snapshot, warnings } = await proveRebase({ ...request, signal }, moves);
      await assertHeld();
      return { ...(await writeRebased(folder, moved, snapshot)), warnings };
    }),
  );
  return report({ moves, written, ...findingIn(dataSource, folder) }, options, io);
}

/** How the DataSource finds the files of the folder. */
function findingIn({ options }: DataSource, folder: string): Pick<Outcome, 'isFound' | 'isCompiled'> {
  const globs = globsIn(options.migrations);
  return {
    isFound: globs.length > 0,
    isCompiled: foldersOf(globs).some((one) => one !== resolve(folder)),
  };
}

function assertNotRecorded(moves: readonly Move[], applied: readonly string[]): void {
  const recorded = moves.map(({ from }) => from).filter((id) => applied.includes(id));
  if (recorded.length > 0)
    throw new RebaseRefusedError(
      recorded,
      'the database records it as applied. Revert it there with down first, or keep its stamp',
      [],
    );
}

function reportNewest(id: string, { json }: RebaseOptions, io: Io): ExitCode {
  if (json) printDocument(io, 'rebase', { status: 'nothing-to-do', revisions: [], files: [], updated: [] });
  else io.out(`Nothing to do: ${id} is the newest revision already.`);
  return 0;
}

interface Outcome {
  readonly moves: readonly Move[];
  readonly written: RebasedFiles & { readonly warnings: readonly string[] };
  /** Whether the DataSource finds the files by a glob. */
  readonly isFound: boolean;
  /** Whether a glob finds files of another folder: compiled ones. */
  readonly isCompiled: boolean;
}

function report(outcome: Outcome, { json }: RebaseOptions, io: Io): ExitCode {
  const { moves, written, isCompiled } = outcome;
  for (const warning of written.warnings) io.err(`note: ${warning}`);
  io.err('note: a database that has applied the revision under its former name reports that name as missing');
  if (isCompiled) io.err('note: delete the compiled files of the former names, since a glob finds them too');
  if (json)
    printDocument(io, 'rebase', {
      status: 'rebased',
      revisions: moves.map(({ from, to }) => ({ from, to })),
      files: written.files.map(({ path }) => path),
      updated: [...written.updated],
    });
  else for (const line of linesOf(outcome)) io.out(line);
  return 0;
}

function linesOf({ moves, written: { files, updated }, isFound }: Outcome): readonly string[] {
  const [what, places] =
    moves.length === 1 ? ['one revision', 'its'] : [`${moves.length} revisions`, 'their'];
  return [
    `Moved ${what} to the end of the history, proved in ${places} new place on scratch databases:`,
    ...files.map(({ from, path }) => `  ${from} -> ${path}`),
    ...updated.map((path) => `Updated ${path}.`),
    ...(updated.length > 0 || isFound
      ? []
      : [`Use the new names in the migrations of the DataSource: ${namesOf(moves)}.`]),
  ];
}

function namesOf(moves: readonly Move[]): string {
  return moves.map(({ to }) => to).join(', ');
}
