import { BASE, cellOf, fastestOf, FIRST, IDLE, type Cell, type Row } from './migrate-commands.js';
import type { DialectName } from './migrate-databases.js';
import { BARE, OURS } from './migrate-tools.js';
import { timeTarget, type Target } from './targets.js';

const PEER_LIMIT = 0.75;
const BARE_LIMIT = 1.8;
const MEMORY_LIMIT = 52;
/** What only looks at a database at head. */
const LOOKING = [IDLE, 'status', 'history', 'up --plan'];
/** Beside the fastest peer. */
const CHANGING: Readonly<Record<DialectName, Readonly<Record<string, number>>>> = {
  sqlite: { [FIRST]: 0.8, [BASE]: 0.8 },
  postgres: { [FIRST]: 0.9, [BASE]: 0.8 },
};

/** What the whole processes are judged by. */
export function commandTargets(rows: readonly Row[]): readonly Target[] {
  return (['sqlite', 'postgres'] as const).flatMap((dialect) => {
    const own = rows.filter((row) => row.dialect === dialect);
    const changing = Object.entries(CHANGING[dialect]);
    return [
      ...LOOKING.flatMap((task) => lookingTargets(own, task)),
      ...changing.flatMap(([task, limit]) => besidePeer(own, { task, peerTask: task, limit })),
      ...memoryTarget(own),
    ];
  });
}

function lookingTargets(rows: readonly Row[], task: string): readonly Target[] {
  const [ours, bare] = [cellIn(rows, task, OURS), cellIn(rows, BARE, OURS)];
  const dialect = rows[0]?.dialect;
  if (!ours || !bare || !dialect) return [];
  const limit = dialect === 'sqlite' ? BARE_LIMIT : undefined;
  return [
    ...besidePeer(rows, { task, peerTask: IDLE, limit: PEER_LIMIT }),
    timeTarget(`${task}, ${dialect}`, limit, { ours, theirs: bare, beside: BARE }),
  ];
}

interface PeerTarget {
  readonly task: string;
  /** What the peer does. */
  readonly peerTask: string;
  readonly limit: number;
}

function besidePeer(rows: readonly Row[], { task, peerTask, limit }: PeerTarget): readonly Target[] {
  const row = rows.find((one) => one.task === peerTask);
  const [ours, peer] = [cellIn(rows, task, OURS), row && fastestOf(row)];
  if (!ours || !row || !peer) return [];
  return [timeTarget(`${task}, ${row.dialect}`, limit, { ours, theirs: peer, beside: peer.tool })];
}

function memoryTarget(rows: readonly Row[]): readonly Target[] {
  const [ours, bare] = [cellIn(rows, IDLE, OURS), cellIn(rows, BARE, OURS)];
  const knex = cellIn(rows, IDLE, 'knex');
  const dialect = rows[0]?.dialect;
  if (!ours || !bare || !dialect) return [];
  return [
    {
      ...{ what: `memory, nothing to do, ${dialect}`, limit: MEMORY_LIMIT, unit: 'MiB', ratio: ours.mb },
      ...{ ours: mib(ours), beside: 'knex / bare', theirs: `${knex ? mib(knex) : '-'} / ${mib(bare)}` },
    },
  ];
}

function mib({ mb }: Cell): string {
  return mb.toFixed(0);
}

function cellIn(rows: readonly Row[], task: string, tool: string): Cell | undefined {
  const row = rows.find((one) => one.task === task);
  return row && cellOf(row, tool);
}
