import type { KnownRevision } from '../../migrator/revision.js';
import type { LoggedRun } from '../../migrator/failed-attempts.js';
import { readRunPage, type RunPage } from '../../migrator/status.js';
import { errorLine } from '../error-line.js';
import type { ExitCode } from '../io.js';
import { withAccess } from '../access.js';
import type { CommandContext, DataSourceOption } from '../open.js';
import { printDocument } from '../print-document.js';

/** Options of `history`, as given. */
export interface HistoryOptions extends DataSourceOption {
  readonly json: boolean;
  /** How many runs to show. */
  readonly limit: number;
}

/** Shows the newest runs with every attempt, newest first. Writes nothing. */
export async function history(options: HistoryOptions, context: CommandContext): Promise<ExitCode> {
  const { io } = context;
  const { page, known } = await withAccess(options, {
    context,
    purpose: 'read',
    use: async (access) => ({
      page: await readRunPage(access, options.limit),
      known: new Map(access.project().revisions.map((revision) => [revision.id, revision])),
    }),
  });
  if (options.json) printDocument(io, 'history', page);
  else for (const line of [...historyLines(page.runs, known), ...moreLines(page)]) io.out(line);
  return 0;
}

/** The lines of a history for people. Phases are shown where the code has both. */
function historyLines(
  runs: readonly LoggedRun[],
  known: ReadonlyMap<string, KnownRevision>,
): readonly string[] {
  if (runs.length === 0) return ['no runs are logged'];
  const hasPhases = [...known.values()].some(({ phase }) => phase === 'contract');
  return runs.flatMap((run) => [
    `run ${run.id}  ${run.startedAt}  ${run.direction} ${run.outcome}, by ${run.actor} on ${run.host}, ${run.tool}${allowedWords(run)}`,
    ...run.attempts.map((attempt) =>
      [
        `  ${attempt.direction === 'up' ? '+' : '-'} ${attempt.revision}`,
        hasPhases ? (attempt.phase ?? '') : '',
        `${attempt.kind} ${attempt.outcome}`,
        attempt.durationMs === null ? '' : `${attempt.durationMs} ms`,
        attempt.tries > 1 ? `${attempt.tries} tries` : '',
        attempt.error === null ? (known.get(attempt.revision)?.description ?? '') : errorLine(attempt.error),
      ]
        .filter((part) => part !== '')
        .join('  '),
    ),
    ...undoneLines(run),
  ]);
}

function moreLines({ runs, total }: RunPage): readonly string[] {
  if (runs.length === total) return [];
  return ['', `These are the newest ${runs.length} of ${total} runs. To see more: --limit <number>.`];
}

function allowedWords({ allowed }: LoggedRun): string {
  return allowed.length === 0 ? '' : `, allowed: ${allowed.join(', ')}`;
}

/** The revisions that an unfinished run has not run. */
function undoneLines({ outcome, planned, attempts }: LoggedRun): readonly string[] {
  if (outcome !== 'running' && outcome !== 'interrupted') return [];
  return planned
    .filter((id) => !attempts.some(({ revision }) => revision === id))
    .map((id) => `    ${id}  ${outcome === 'running' ? 'not started yet' : 'not done'}`);
}
