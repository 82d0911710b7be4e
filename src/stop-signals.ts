import { MigrationAbortedError } from './errors/migration.js';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * Has Ctrl-C and SIGTERM ask for an end; whoever asks twice does not want to wait for a rollback.
 *
 * @returns takes that back
 */
export function onStopSignals(stop: (signal: NodeJS.Signals) => void): () => void {
  let asked = false;
  const onSignal = (signal: NodeJS.Signals) => {
    if (asked) process.exit(1);
    asked = true;
    stop(signal);
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return () => {
    for (const signal of SIGNALS) process.off(signal, onSignal);
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

/** Lets those signals abort another one while something runs. */
export async function whileStoppable<T>(use: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const done = onStopSignals((signal) => stop.abort(new MigrationAbortedError(signal)));
  try {
    return await use(stop.signal);
  } finally {
    done();
  }
}
