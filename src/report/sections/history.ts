import type { LoggedRun } from '../../migrator/failed-attempts.js';
import type { RunPage } from '../../migrator/run-history.js';
import { markup, type Html } from '../html.js';
import type { LiveFacts } from '../report.js';
import { count, instant, lasting, revisionLink, section, shownIf, tag } from './words.js';

/** The runs as a time line, the newest first. */
export function historySection({ history }: LiveFacts): Html {
  return section('history', 'History', shownIf(history, historyContent));
}

function historyContent({ runs, total }: RunPage): readonly Html[] {
  if (runs.length === 0) return [markup`<p>No run is logged.</p>`];
  const words =
    runs.length === total
      ? `${count(total, 'run')}, the newest first.`
      : `The newest ${runs.length} of ${total} runs.`;
  return [
    markup`<p>${words}</p>
<ol class="timeline">${runs.map(runItem)}</ol>`,
  ];
}

const COLOURS: Readonly<Record<LoggedRun['outcome'], 'good' | 'bad' | 'warn'>> = {
  completed: 'good',
  failed: 'bad',
  stopped: 'warn',
  running: 'warn',
  interrupted: 'bad',
};

function runItem(run: LoggedRun): Html {
  const { id, startedAt, direction, outcome, actor, host, pid, tool, allowed, attempts, error } = run;
  const undone = run.planned.filter((one) => !attempts.some(({ revision }) => revision === one));
  return markup`<li class="run ${COLOURS[outcome]}"><p><strong>${direction}</strong>${tag(outcome, COLOURS[outcome])} ${instant(startedAt)}${took(run)}</p>
<p>Run ${id}, by ${actor} on ${host}, process ${pid}, ${tool}${allowed.length === 0 ? '' : `, allowed: ${allowed.join(', ')}`}</p>
${error === null ? '' : markup`<p class="error">${error}</p>`}<ul>${attempts.map((attempt) => attemptItem(attempt, error ?? ''))}${
    outcome === 'completed' ? '' : undone.map((one) => markup`<li>${revisionLink(one)} not done</li>`)
  }</ul></li>
`;
}

/** From its begin to its end, with what is between revisions. */
function took({ startedAt, finishedAt }: LoggedRun): string {
  return finishedAt === null ? '' : `, ${lasting(Date.parse(finishedAt) - Date.parse(startedAt))} in all`;
}

type LoggedAttempt = LoggedRun['attempts'][number];

/** Its error stands in that of the run, as a rule. */
function attemptItem({ direction, revision, phase, kind, ...attempt }: LoggedAttempt, shown: string): Html {
  const { outcome, durationMs, tries, error } = attempt;
  const facts = [
    `${kind} ${direction}`,
    ...(phase === undefined ? [] : [phase]),
    ...(durationMs === null ? [] : [lasting(durationMs)]),
    ...(tries > 1 ? [`${tries} tries`] : []),
  ];
  return markup`<li>${revisionLink(revision)} ${facts.join(', ')}${outcome === 'failed' ? tag('failed', 'bad') : ''}${
    error === null || shown.includes(error) ? '' : markup`<p class="error">${error}</p>`
  }</li>`;
}
