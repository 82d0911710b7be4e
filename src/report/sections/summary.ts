import { sizeWords } from '../../text/size-words.js';
import { markup, type Html, type HtmlValue } from '../html.js';
import type { LiveFacts, Report } from '../report.js';
import { count, instant, revisionLink, section, shownIf, tag } from './words.js';

/** The state in a few lines; without a database, why there is no live part. */
export function summarySection({ live }: Report): Html {
  if ('problem' in live)
    return section('summary', 'Summary', [
      markup`<p class="note">This report has no live part: history, drift, pending revisions and sizes are missing.</p>`,
      ...shownIf(live, () => []),
    ]);
  return section('summary', 'Summary', [markup`<dl class="facts">${rowsOf(live.value)}</dl>`]);
}

function rowsOf({ shown, status, drift, sizes, history }: LiveFacts): readonly Html[] {
  const { current, head, pending, missing, edited, failed, running, awaitingContract = [] } = status;
  const waiting = awaitingContract.length;
  const last = 'value' in history ? history.value.runs[0] : undefined;
  const bad = [...missing, ...edited].length + failed.length;
  return [
    row('Database', shown),
    row('Current', markup`<code>${current ?? 'base'}</code>`),
    row('Head', markup`<code>${head ?? 'base'}</code>`),
    row('Pending', [
      count(pending.length, 'revision'),
      waiting === 0 ? '' : `, ${count(waiting, 'contract revision')} waiting`,
    ]),
    ...(bad === 0
      ? []
      : [
          row('Problems', [
            tag(`${missing.length} missing, ${edited.length} edited, ${failed.length} failed`, 'bad'),
            failed.map(({ id }) => [' ', revisionLink(id)]),
          ]),
        ]),
    ...(running ? [row('Running now', [`${running.direction} since `, instant(running.startedAt)])] : []),
    ...('value' in drift ? [row('Drift', driftTag(drift.value.status, drift.value.changes.length))] : []),
    ...(last ? [row('Last run', [`${last.direction} ${last.outcome}, `, instant(last.startedAt)])] : []),
    ...('value' in sizes && sizes.value ? [row('Size', sizeWords(sizes.value.bytes))] : []),
  ];
}

function driftTag(status: string, changes: number): Html {
  return status === 'in-sync' ? tag('in sync', 'good') : tag(count(changes, 'difference'), 'bad');
}

function row(title: string, value: HtmlValue): Html {
  return markup`<div><dt>${title}</dt><dd>${value}</dd></div>
`;
}
