/**
 * Returns the result of the work, or throws the signal's reason once it is aborted. It waits that long for the work
 * then, not at all by default: the caller drops the database of the work, which ends it.
 *
 * @param graceMs how long, milliseconds
 */
export async function unlessAborted<T>(
  work: Promise<T>,
  signal: AbortSignal | undefined,
  graceMs = 0,
): Promise<T> {
  if (!signal) return work;
  let late: NodeJS.Timeout | undefined;
  let stop: () => void = () => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    const give = () => {
      reject(signal.reason as Error);
    };
    stop = () => {
      if (graceMs > 0) late = setTimeout(give, graceMs);
      else give();
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    clearTimeout(late);
    signal.removeEventListener('abort', stop);
  }
}
