/** What a run prints while it runs. */

import type { MigrationEvent, OnEvent } from '../migrator/events.js';
import { paint, type Io, type ShowText } from './io.js';
import { backfillWords } from '../migrator/backfill-words.js';
import { noticeWords } from '../migrator/notices.js';
import { standbyWords } from '../migrator/standby-words.js';
import type { Text } from './line.js';

/** How often the live line is updated, milliseconds. */
const TICK_MS = 250;

/** For how long nothing is printed at most where there is no live line, milliseconds. */
const QUIET_MS = 10_000;

/** What belongs to the outcome. */
const STAYING: readonly MigrationEvent['kind'][] = ['finished', 'standbys-replayed'];

/** The running revision, and when it started. */
interface Running {
  readonly event: MigrationEvent & { readonly kind: 'started' | 'statement' };
  readonly since: number;
}

/** Shows people the progress of a run. */
interface Progress {
  readonly onEvent: OnEvent;
  /** Ends the live line. */
  readonly stop: () => void;
}

/**
 * Prints one line per finished revision. Meanwhile it shows statement and seconds: on a terminal as a live line,
 * elsewhere as a line of its own whenever nothing else was printed for 10 s.
 *
 * @param print takes the lines that stay
 */
export function showProgress(io: Io, print: ShowText): Progress {
  let running: Running | undefined;
  let printedAt = io.now();
  const show = (printing: ShowText, text: Text) => {
    printedAt = io.now();
    printing(text);
  };
  const timer = setInterval(() => {
    if (!running) return;
    const words = liveLine(running, io.now());
    if (io.isTerminal) io.showLive(words);
    else if (io.now() - printedAt >= QUIET_MS) show(io.err, words);
  }, TICK_MS);
  timer.unref();
  return {
    onEvent: (event) => {
      if (event.kind === 'started') running = { event, since: io.now() };
      else if (event.kind === 'statement') running = { event, since: running?.since ?? io.now() };
      else {
        if (event.kind === 'finished') running = undefined;
        show(STAYING.includes(event.kind) ? print : io.err, lineOf(io, event));
      }
    },
    stop: () => clearInterval(timer),
  };
}

function liveLine({ event, since }: Running, now: number): string {
  const seconds = Math.floor((now - since) / 1000);
  const verb = event.direction === 'up' ? 'applying' : 'reverting';
  const where =
    event.kind === 'statement'
      ? `, statement ${event.number}${event.of === null ? '' : ` of ${event.of}`}`
      : '';
  return `${verb} ${event.revision}${where}, ${seconds} s`;
}

function lineOf(io: Io, event: Exclude<MigrationEvent, { readonly kind: 'started' | 'statement' }>): Text {
  switch (event.kind) {
    case 'finished':
      return `${doneWord(event)} ${event.revision} in ${event.durationMs} ms${event.tries > 1 ? `, at try ${event.tries}` : ''}`;
    case 'warning':
      return `warning: ${event.message}`;
    case 'waiting':
      return paint(
        io,
        'faint',
        `waiting for another process that migrates, ${Math.round(event.waitedMs / 1000)} s: ${event.holder}`,
      );
    case 'notice':
    case 'notices-omitted':
      return noticeWords(event);
    case 'progress':
      return `${event.revision}: ${backfillWords(event)}`;
    case 'awaiting-contract':
      return paint(io, 'faint', awaitingWords(event));
    case 'standbys-replayed':
      return standbyWords(event);
    case 'standbys-behind':
      return paint(io, 'faint', standbyWords(event));
    case 'retrying':
      return `${event.revision} will be retried: ${event.reason}; rolled back, try ${event.tries + 1} in ${event.pauseMs} ms`;
  }
}

function awaitingWords({
  revision,
  reason,
}: MigrationEvent & { readonly kind: 'awaiting-contract' }): string {
  return `awaiting contract, ${revision}: ${reason}`;
}

function doneWord({ direction, stamped }: MigrationEvent & { readonly kind: 'finished' }): string {
  if (direction === 'up') return stamped ? 'recorded' : 'applied';
  return stamped ? 'removed the record of' : 'reverted';
}
