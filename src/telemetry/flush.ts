import { systemClock } from '../clock.js';
import { registeredApi } from './registered-api.js';

/** How long a collector that does not answer may hold a command up, milliseconds. */
const LONGEST_MS = 5000;

/** A provider of an SDK; the API has no method for it. */
interface Flushing {
  readonly forceFlush?: () => Promise<unknown>;
  /** The API puts a provider into one of its own. */
  readonly getDelegate?: () => Flushing;
}

/** Has the providers send what they have collected, at most for 5 s: a command ends before they would. Never fails. */
export async function flushTelemetry(): Promise<void> {
  const api = registeredApi();
  if (api === undefined) return;
  const providers = [api.trace.getTracerProvider(), api.metrics.getMeterProvider()] as readonly Flushing[];
  const over = new AbortController();
  const limit = systemClock.pause(LONGEST_MS, over.signal).catch(() => undefined);
  await Promise.race([Promise.all(providers.map(flush)), limit]);
  over.abort();
}

async function flush(provider: Flushing): Promise<void> {
  try {
    await (provider.getDelegate?.() ?? provider).forceFlush?.();
  } catch {
    // The SDK reports it to the logger that the application has given it.
  }
}
