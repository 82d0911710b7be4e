import type { FailoverRound } from './failover.js';
import { codeTotals, sumOfCodes } from './migrators.js';

const WIDTHS = [5, 12, 14, 14, 11, 8, 6, 6, 8, 6, 6] as const;

/** The names of the columns of `failoverRow`. */
export const FAILOVER_HEADER = row([
  'round',
  'replication',
  'index',
  'end',
  'recorded',
  'starts',
  'fine',
  'claims',
  'writes',
  'lost',
  'wrong',
]);

/** A round in one line; `recorded` is on the old primary and on the new one. */
export function failoverRow(round: FailoverRound, number: number): string {
  const { migrators, application } = round;
  return row([
    number,
    round.isSynchronous ? 'synchronous' : 'asynchronous',
    round.isConcurrent ? 'concurrently' : 'transactional',
    round.how,
    `${round.recordedBefore} and ${round.recordedAfter}`,
    migrators.starts,
    migrators.fine,
    round.claims,
    application.acknowledged.length,
    round.lostWrites,
    faultsOf(round).length,
  ]);
}

/** What was not right in a round. */
export function faultsOf({ wrong, migrators, application }: FailoverRound): readonly string[] {
  return [...wrong, ...migrators.uncoded, ...migrators.uncaught, ...application.uncoded];
}

/** All of them, in words. */
export function failoverTotals(rounds: readonly FailoverRound[]): string {
  const sum = (count: (round: FailoverRound) => number) =>
    rounds.reduce((total, round) => total + count(round), 0);
  const codes = (of: (round: FailoverRound) => Readonly<Record<string, number>>) =>
    codeTotals(rounds.map(of).reduce(sumOfCodes, {}));
  return [
    `failover at random: ${rounds.length} rounds, ${sum(({ migrators }) => migrators.starts)} commands, ${sum(({ migrators }) => migrators.fine)} ended well, others by code: ${codes(({ migrators }) => migrators.failures)}`,
    `the application: ${sum(({ application }) => application.acknowledged.length)} writes acknowledged, ${sum(({ application }) => application.fromStandby)} reads from a standby, ${sum(({ application }) => application.fromPrimary)} from the primary; failures by code: ${codes(({ application }) => application.failures)}`,
    `${sum(({ claims }) => claims)} answers compared with the records, ${sum((round) => faultsOf(round).length)} faults`,
  ].join('\n');
}

function row(cells: readonly (string | number)[]): string {
  return cells
    .map((cell, at) => String(cell).padEnd(WIDTHS[at] ?? 0))
    .join(' ')
    .trimEnd();
}
