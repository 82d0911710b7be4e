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
