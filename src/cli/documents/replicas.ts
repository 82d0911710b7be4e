import * as v from 'valibot';
import { exactly } from '../../exactly.js';
import type { ConnectedRelease } from '../../migrator/replicas.js';
import type { ReplicaJson } from '../replica-lines.js';
import { count, id, instant } from './parts.js';

const head = v.pipe(
  v.nullable(id),
  v.description('The newest revision of its code: its release; null for code without revisions.'),
);

const replica = exactly<ReplicaJson>()(
  v.object({
    id: v.pipe(v.string(), v.description('Random; another one for each connected DataSource.')),
    head,
    version: v.pipe(v.string(), v.description('Of this package.')),
    host: v.string(),
    pid: count,
    startedAt: instant,
    seenAt: instant,
    silentMs: v.pipe(count, v.description('How long ago it was last seen, by the clock of the server.')),
    silent: v.pipe(v.boolean(), v.description('Whether it has missed several heartbeats.')),
  }),
);

/** Of `replicas`. */
export const replicas = v.pipe(
  v.object({ replicas: v.pipe(v.array(replica), v.description('The longest connected first.')) }),
  v.description('replicas: the processes of the application that are connected.'),
);

/** Of `replicas forget`. */
export const forgotten = v.pipe(
  v.object({ status: v.literal('forgotten'), replica }),
  v.description('replicas forget: the process whose heartbeat was deleted.'),
);

/** Of `status`. */
export const releases = v.pipe(
  v.array(
    exactly<ConnectedRelease>()(
      v.object({
        head,
        replicas: count,
        silent: v.pipe(count, v.description('How many of them have missed several heartbeats.')),
      }),
    ),
  ),
  v.description('Present if a process of the application is connected: how many of each release.'),
);
