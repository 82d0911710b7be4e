import { basename, dirname } from 'node:path';
import { RebaseRefusedError } from '../../errors/generate.js';
import { movesOf, proveRebase, type Move } from '../../generate/rebase.js';
import { withFolderLock } from '../../generate/write/folder-lock.js';
import { findMoved, writeRebased, type RebasedFiles } from '../../generate/write/rebase-files.js';
import { readStatus } from '../../migrator/status.js';
import { resolveName } from '../../migrator/target.js';
import { scratchSourcesOf } from '../../scratch/scratch-sources.js';
import { parseSettings } from '../../settings.js';
import type { ExitCode, Io } from '../io.js';
import { dataSourceFor, reading, type CommandContext, type DataSourceOption } from '../open.js';
import { printDocument } from '../print-document.js';

/** Options of `rebase`, as given. */
export interface RebaseOptions extends DataSourceOption {
  readonly json: boolean;
}

/** The folder of the revisions. */
const FOLDER = 'src/migrations';

/**
 * Gives a revision that the database does not record a stamp after all others, and proves it there on scratch
 * databases. The revisions of its group go with it.
 *
 * @param path a revision, optionally after its folder; default folder `src/migrations`
 * @throws RebaseRefusedError where the database records it, or it does not give the same schema there
 */
export async function rebase(
  path: string,
  options: RebaseOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const { io, project } = context;
  const folder = path.includes('/') ? dirname(path) : FOLDER;
  const { revisions, applied } = await reading(options, context, readStatus);
  const ids = revisions.map(({ id }) => id);
  const id = resolveName(basename(path), ids);
  const moves = movesOf(id, ids, project.today());
  if (moves.length === 0) return reportNewest(id, options, io);
  assertNotRecorded(
    moves,
    applied.map((one) => one.id),
  );
  const dataSource = await dataSourceFor(options, context);
  const isFound = Object.values<unknown>(dataSource.options.migrations ?? {}).some(
    (one) => typeof one === 'string',
  );
  const request = { sources: scratchSourcesOf(dataSource), settings: parseSettings(io.env), folder };
  const written = await io.whileStoppable((signal) =>
    withFolderLock(folder, 0, async (assertHeld) => {
      const moved = await findMoved(folder, moves);
      const snapshot = await proveRebase({ ...request, signal }, moves);
      await assertHeld();
      return writeRebased(folder, moved, snapshot);
    }),
  );
  return report({ moves, written, isFound }, options, io);
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
  readonly written: RebasedFiles;
  /** Whether the DataSource finds the files by a glob. */
  readonly isFound: boolean;
}

function report(
  { moves, written: { files, updated }, isFound }: Outcome,
  { json }: RebaseOptions,
  io: Io,
): ExitCode {
  io.err('note: a database that has applied the revision under its former name reports that name as missing');
  if (isFound) io.err('note: delete the compiled files of the former names, since a glob finds them too');
  if (json)
    printDocument(io, 'rebase', {
      status: 'rebased',
      revisions: [...moves],
      files: [...files],
      updated: [...updated],
    });
  else for (const line of linesOf(moves, files, updated)) io.out(line);
  return 0;
}

function linesOf(
  moves: readonly Move[],
  files: readonly string[],
  updated: readonly string[],
): readonly string[] {
  const [what, places] =
    moves.length === 1 ? ['one revision', 'its'] : [`${moves.length} revisions`, 'their'];
  return [
    `Moved ${what} to the end of the history, proved in ${places} new place on scratch databases:`,
    ...moves.map(({ from }, index) => `  ${from} -> ${files[index] ?? ''}`),
    ...updated.map((path) => `Updated ${path}.`),
    ...(updated.length > 0
      ? []
      : [`Use the new names in the migrations of the DataSource: ${namesOf(moves)}.`]),
  ];
}

function namesOf(moves: readonly Move[]): string {
  return moves.map(({ to }) => to).join(', ');
}
