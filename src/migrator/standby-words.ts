import { behindWords } from '../errors/standbys.js';
import type { MigrationEvent } from './events.js';
import { counted } from '../text/counted.js';

/** What is said of standbys that a run waits for. */
export function standbyWords(
  event: MigrationEvent & { readonly kind: 'standbys-behind' | 'standbys-replayed' },
): string {
  if (event.kind === 'standbys-behind')
    return `waiting for standbys, ${Math.round(event.waitedMs / 1000)} s: ${behindWords(event)}`;
  const { standbys, replicas, position, waitedMs } = event;
  const which = [
    ...(standbys === 0 ? [] : [counted(standbys, 'standby', 'standbys')]),
    ...(replicas === 0 ? [] : [counted(replicas, 'server', 'servers') + ' of DATABASE_REPLICA_URLS']),
  ];
  if (which.length === 0) return 'no standby to wait for';
  const verb = standbys + replicas === 1 ? 'has' : 'have';
  return `${which.join(' and ')} ${verb} replayed ${position}, waited ${waitedMs} ms`;
}
