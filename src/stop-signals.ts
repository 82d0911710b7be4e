import { awaitedNow } from './awaited.js';
import { StoppedError } from './errors/connection.js';
import { MigrationAbortedError } from './errors/migration.js';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** How long what was asked to end may take, milliseconds; then it is left behind. */
const END_MS = 9000;

/** How many bodies end cleanly by themselves when a signal comes. */
let stoppable = 0;

/**
 * Has Ctrl-C and SIGTERM ask for an end; whoever asks twice does not want to wait for a rollback.
 *
 * @returns takes that back
 */
export function onStopSignals(stop: (signal: NodeJS.Signals) => void): () => void {
  let asked = false;
  stoppable += 1;
  const forget = listen((signal) => {
    if (asked) process.exit(1);
    asked = true;
    stop(signal);
  });
  return () => {
    stoppable -= 1;
    forget();
  };
}

/**
 * Ends this process with code 1 at either signal, for as long as nothing else listens to it: while modules load, and in
 * commands that have nothing to roll back. Without it Node ends by the signal itself, which a shell shows as 130 or 143.
 */
export function exitOnStopSignals(): void {
  for (const signal of SIGNALS)
    if (process.listenerCount(signal) === 0)
      process.on(signal, () => {
        if (process.listenerCount(signal) === 1) process.exit(1);
      });
}

/**
 * Lets those signals abort another one while something runs. What does not end within 9 s then is left behind.
 *
 * @throws StoppedError then
 */
export async function whileStoppable<T>(use: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  let late: NodeJS.Timeout | undefined;
  let leave: (error: StoppedError) => void = () => undefined;
  const left = new Promise<never>((_resolve, reject) => (leave = reject));
  const done = onStopSignals((signal) => {
    late = setTimeout(() => {
      leave(new StoppedError(signal, awaitedNow()));
    }, END_MS);
    stop.abort(new MigrationAbortedError(signal));
  });
  try {
    return await Promise.race([use(stop.signal), left]);
  } finally {
    clearTimeout(late);
    done();
  }
}

/**
 * Gives what some work gives, unless one of those signals comes first while nothing runs that ends cleanly by itself.
 *
 * @throws StoppedError
 */
export async function unlessStopped<T>(work: Promise<T>): Promise<T> {
  let forget: () => void = () => undefined;
  const stopped = new Promise<never>((_resolve, reject) => {
    forget = listen((signal) => {
      if (stoppable === 0) reject(new StoppedError(signal, awaitedNow()));
    });
  });
  return Promise.race([work, stopped]).finally(forget);
}

function listen(listener: (signal: NodeJS.Signals) => void): () => void {
  for (const signal of SIGNALS) process.on(signal, listener);
  return () => {
    for (const signal of SIGNALS) process.off(signal, listener);
  };
}
