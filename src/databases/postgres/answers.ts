/** A deadline on every answer of a server, for connections that this package has made or works on. */

import { noteWait } from '../../awaited.js';
import { idleClock, type Clock } from '../../clock.js';
import { ServerSilentError } from '../../errors/connection.js';
import type { Place } from '../session.js';
import { SilenceWatch } from '../silence.js';
import { lineOf, type PostgresClient } from './client.js';
import { probeServer } from './probe.js';

/** Time, which may not keep a process alive; tests have a faster one. */
export const answerTime: { clock: Clock } = { clock: idleClock };

/** A server, and what is told of its silence. */
interface Limited {
  readonly place: Place;
  readonly onSilent?: (error: ServerSilentError) => void;
}

const LEFT = 'The command was given up.';

const limited = new WeakSet<PostgresClient>();

/**
 * Has a statement that gets no answer fail with a ServerSilentError, where the server is silent or knows nothing of the
 * statement any more; one that takes long does not fail. A connection that a run watches is left to that run.
 *
 * @returns takes it back
 */
export function limitAnswers(client: PostgresClient, { place, onSilent }: Limited): () => void {
  if (limited.has(client)) return () => undefined;
  limited.add(client);
  const line = lineOf(client);
  const watch = new SilenceWatch({
    clock: answerTime.clock,
    probe: () => probeServer(place, line, client.processID),
    skips: () => line.isWatched === true,
    onSilent: (silentMs, found) => {
      const error = new ServerSilentError(place.shown, silentMs, { found, left: LEFT });
      onSilent?.(error);
      refuseWith(client, error);
      line.hangUp(error);
    },
  });
  watch.watch(line);
  watch.start();
  const forget = noteWait(() => {
    const quietMs = watch.quietMs(line);
    return quietMs === undefined
      ? undefined
      : `an answer from ${place.shown} (${Math.round(quietMs / 1000)} s)`;
  });
  const stop = () => {
    watch.stop();
    forget();
    limited.delete(client);
    client.off('end', stop);
  };
  client.on('end', stop);
  return stop;
}

/** What is sent afterwards fails for the same reason: node-postgres would say that the client is not queryable. */
function refuseWith(client: PostgresClient, error: ServerSilentError): void {
  const query = (...statement: readonly unknown[]) => {
    const callback = statement.at(-1);
    if (typeof callback !== 'function') return Promise.reject(error);
    (callback as (failure: Error) => void)(error);
    return undefined;
  };
  Object.assign(client, { query });
}
