import { MigrationAbortedError } from '../src/errors/migration.js';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Lets Ctrl-C and SIGTERM abort a signal while something runs; whoever asks twice does not want to wait for a rollback. */
export async function whileStoppable<T>(use: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const onSignal = (signal: NodeJS.Signals) => {
    if (stop.signal.aborted) process.exit(1);
    stop.abort(new MigrationAbortedError(signal));
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  try {
    return await use(stop.signal);
  } finally {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  }
}
