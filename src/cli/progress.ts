import type { MigrationEvent, OnEvent } from '../migrator/events.js';
import { paint, type Io, type ShowText } from './io.js';
import type { Text } from './line.js';

/** How often a live line counts on, milliseconds. */
const TICK_MS = 250;

/** Where a revision is at the moment. */
interface Running {
  readonly event: MigrationEvent & { readonly kind: 'started' | 'statement' };
  readonly since: number;
}

/** Tells people how a run goes on. */
interface Progress {
  readonly onEvent: OnEvent;
  /** Ends the live line. */
  readonly stop: () => void;
}

/**
 * One line a revision when it is done; on a terminal a live line with statement and seconds while it runs.
 *
 * @param say takes the lines that are to stay
 */
export function showProgress(io: Io, say: ShowText): Progress {
  let running: Running | undefined;
  const timer = setInterval(() => {
    if (running) io.showLive(liveLine(running, io.now()));
  }, TICK_MS);
  timer.unref();
  return {
    onEvent: (event) => {
      if (event.kind === 'started') running = { event, since: io.now() };
      else if (event.kind === 'statement') running = { event, since: running?.since ?? io.now() };
      else {
        if (event.kind === 'finished') running = undefined;
        (event.kind === 'finished' ? say : io.err)(lineOf(io, event));
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
    case 'retrying':
      return `${event.revision} will be retried: ${event.reason}; rolled back, try ${event.tries + 1} in ${event.pauseMs} ms`;
  }
}

function doneWord({ direction, stamped }: MigrationEvent & { readonly kind: 'finished' }): string {
  if (direction === 'up') return stamped ? 'recorded' : 'applied';
  return stamped ? 'removed the record of' : 'reverted';
}
