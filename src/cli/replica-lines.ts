/** Replicas of the application, for people and in JSON. */

import type { Replica } from '../errors/phases.js';
import { isSilent, type ConnectedRelease } from '../migrator/replicas.js';
import { visible } from '../text/visible.js';
import { duration } from './duration.js';
import { paint, type Io } from './io.js';
import { line, type Text } from './line.js';

/** A replica as JSON shows it. */
export interface ReplicaJson extends Replica {
  /** Whether it has missed several heartbeats. */
  readonly silent: boolean;
}

/** The same with what its silence means. */
export function replicaJson(replica: Replica): ReplicaJson {
  return { ...replica, silent: isSilent(replica) };
}

/** Characters of an id that are shown at least. */
const SHORTEST_ID = 8;

const HEADING = ['id', 'release', 'host', 'process', 'version', 'connected since', 'last seen'];

/** A table with a heading; silent replicas are marked. */
export function replicaLines(replicas: readonly Replica[], io: Io): readonly Text[] {
  if (replicas.length === 0) return ['no replica has a heartbeat in this database'];
  const length = lengthOfIds(replicas.map(({ id }) => id));
  const rows = replicas.map((replica) => [
    visible(replica.id.slice(0, length)),
    visible(releaseName(replica.head)),
    visible(replica.host),
    String(replica.pid),
    visible(replica.version),
    replica.startedAt,
  ]);
  const widths = HEADING.map((word, column) =>
    Math.max(word.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const aligned = (cells: readonly string[]) =>
    cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ');
  return [
    aligned(HEADING).trimEnd(),
    ...rows.map((row, index) => line`${aligned(row)}  ${seenWords(replicas[index], io)}`),
  ];
}

/** How many replicas a release has, for `status`. */
export function releaseLine({ head, replicas, silent }: ConnectedRelease): string {
  const count = replicas === 1 ? '1 replica' : `${replicas} replicas`;
  return `${releaseName(head)}  ${count}${silent > 0 ? `, ${silent} silent` : ''}`;
}

/** A replica in a sentence. */
export function replicaWords({ id, head, host, pid }: Replica): string {
  return `${id}, ${releaseName(head)}, process ${pid} on ${host}`;
}

function releaseName(head: string | null): string {
  return head ?? 'no revisions';
}

function seenWords(replica: Replica | undefined, io: Io): Text {
  if (replica === undefined) return '';
  const ago = duration(replica.silentMs);
  return isSilent(replica) ? paint(io, 'bad', `silent for ${ago}`) : `${ago} ago`;
}

/** As many characters as tell all ids apart, so that what is shown can be given to `forget`. */
function lengthOfIds(ids: readonly string[]): number {
  const longest = Math.max(...ids.map(({ length }) => length));
  for (let length = SHORTEST_ID; length < longest; length += 1)
    if (new Set(ids.map((id) => id.slice(0, length))).size === ids.length) return length;
  return longest;
}
