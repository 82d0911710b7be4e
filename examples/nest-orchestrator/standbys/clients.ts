import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { submitJob, type Replica } from '../../../test/support/example.js';

/** Clients of the application that submit jobs, and what came of it so far. */
export interface Clients {
  /** Ids of the jobs whose submission was acknowledged. */
  readonly submitted: readonly string[];
  /** How many of them were read back at once. */
  readonly read: number;
  /** How many were sent again, with the same key, since the application had refused them. */
  readonly again: number;
  /** The longest time that a client had to send one again, milliseconds. */
  readonly longestMs: number;
  /** Lets each end its last job. */
  stop(): Promise<void>;
}

const CLIENTS = 2;
const PAUSE_MS = 25;
const UNAVAILABLE = 503;

/** Starts them. */
export function startClients(app: Replica): Clients {
  const seen = { submitted: [] as string[], read: 0, again: 0, longestMs: 0 };
  const over = new AbortController();
  const all = Promise.all(
    Array.from({ length: CLIENTS }, async () => {
      while (!over.signal.aborted) {
        const { jobId, sent, tookMs } = await submit(app);
        seen.submitted.push(jobId);
        seen.again += sent > 1 ? 1 : 0;
        seen.longestMs = Math.max(seen.longestMs, sent > 1 ? tookMs : 0);
        await readBack(app, jobId);
        seen.read += 1;
        await pause(PAUSE_MS);
      }
    }),
  );
  all.catch(() => undefined);
  return Object.defineProperty(seen, 'stop', {
    value: async () => {
      over.abort();
      await all;
    },
  }) as typeof seen & Pick<Clients, 'stop'>;
}

/** Sends it until it is accepted: the key makes one job of all tries. */
async function submit(
  app: Replica,
): Promise<{ readonly jobId: string; readonly sent: number; readonly tookMs: number }> {
  const key = randomUUID();
  const since = performance.now();
  for (let sent = 1; ; sent += 1) {
    const { status, body } = await submitJob(app, key, { taskDescription: 'Write the release notes' });
    if (status === 201) {
      const { jobId } = body as { readonly jobId: string };
      return { jobId, sent, tookMs: performance.now() - since };
    }
    if (status !== UNAVAILABLE) throw new Error(`POST /jobs: ${status} ${JSON.stringify(body)}`);
    await pause(PAUSE_MS);
  }
}

/** A replica may not have it yet; the application looks on the primary then. */
async function readBack(app: Replica, jobId: string): Promise<void> {
  for (;;) {
    const { status, body } = await app.call('GET', `/jobs/${jobId}`);
    if (status === 200) return;
    if (status !== UNAVAILABLE) throw new Error(`GET /jobs/${jobId}: ${status} ${JSON.stringify(body)}`);
    await pause(PAUSE_MS);
  }
}
