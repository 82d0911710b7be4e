import type { KnownRevision } from '../../migrator/revision.js';
import type { LoggedRun } from '../../migrator/failed-attempts.js';
import { readRunPage, type RunPage } from '../../migrator/run-history.js';
import { errorLine } from '../error-line.js';
import { duration } from '../duration.js';
import { fittedLines, type Cell } from '../fitted-lines.js';
import type { ExitCode, Io } from '../io.js';
import { withAccess } from '../access.js';
import type { CommandContext, DataSourceOption } from '../open.js';
import { printDocument } from '../print-document.js';

/** Options of `history`, as given. */
export interface HistoryOptions extends DataSourceOption {
  readonly json: boolean;
  /** How many runs to show. */
  readonly limit: number;
  /** Only runs since then. */
  readonly since?: Date;
  /** Only runs that did not complete. */
  readonly failed: boolean;
}

/** Shows the newest runs with every attempt, newest first. Writes nothing. */
export async function history(options: HistoryOptions, context: CommandContext): Promise<ExitCode> {
  const { io } = context;
  const { limit, since, failed } = options;
  const wanted = { limit, failed, ...(since ? { since } : {}) };
  const { page, known } = await withAccess(options, {
    context,
    purpose: 'read',
    use: async (access) => ({
      page: await readRunPage(access, wanted),
      known: new Map(access.project().revisions.map((revision) => [revision.id, revision])),
    }),
  });
  if (options.json) printDocument(io, 'history', page);
  else for (const line of [...historyLines(page, known, io), ...moreLines(page, options)]) io.out(line);
  return 0;
}

/** The lines of a history for people. Phases are shown where the code has both. */
function historyLines(
  { runs }: RunPage,
  known: ReadonlyMap<string, KnownRevision>,
  io: Io,
): readonly string[] {
  const hasPhases = [...known.values()].some(({ phase }) => phase === 'contract');
  return runs.flatMap((run) => {
    const rows = run.attempts.map((attempt) => attemptCells(attempt, known, hasPhases));
    const lines = fittedLines(rows, io.columns);
    return [
      runLine(run, io),
      ...run.attempts.flatMap(({ error }, index) => [
        lines[index] ?? '',
        ...(error === null ? [] : [`      ${errorLine(error)}`]),
      ]),
      ...undoneLines(run),
    ];
  });
}

function runLine(run: LoggedRun, io: Io): string {
  const ago = `${duration(Math.max(0, io.today() - Date.parse(run.startedAt)))} ago`;
  return `run ${run.id}  ${run.startedAt}  ${ago}  ${run.direction} ${run.outcome}, by ${run.actor} on ${run.host}, ${run.tool}${allowedWords(run)}`;
}

function attemptCells(
  { direction, revision, phase, kind, outcome, durationMs, tries }: LoggedRun['attempts'][number],
  known: ReadonlyMap<string, KnownRevision>,
  hasPhases: boolean,
): readonly Cell[] {
  const fact = (text: string): Cell => ({ text, as: 'fact' });
  return [
    { text: `${direction === 'up' ? '+' : '-'} ${revision}`, as: 'name' },
    fact(hasPhases ? (phase ?? '') : ''),
    fact(`${kind} ${outcome}`),
    fact(durationMs === null ? '' : `${durationMs} ms`),
    fact(tries > 1 ? `${tries} tries` : ''),
    { text: outcome === 'failed' ? '' : (known.get(revision)?.description ?? ''), as: 'words' },
  ];
}

function moreLines({ runs, total }: RunPage, { failed, since }: HistoryOptions): readonly string[] {
  const kind = [
    ...(failed ? ['that did not complete'] : []),
    ...(since ? [`since ${since.toISOString()}`] : []),
  ];
  if (runs.length === 0) return [['no runs', ...kind, 'are logged'].join(' ')];
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
